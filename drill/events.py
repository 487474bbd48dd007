"""One thing that goes wrong: what it is called, how it is done, how many connections it may leave in doubt."""

import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from drill.traffic import Traffic
from drill.watch import Watcher
from drill.world import World


@dataclass
class Scene:
    """Where events happen."""

    world: World
    traffic: Traffic
    watcher: Watcher
    notes: list[str] = field(default_factory=list)  # what went otherwise than it should
    explained: set[uuid.UUID] = field(default_factory=set)  # doubts that an event was to make
    made: Counter[str] = field(default_factory=Counter)  # what cannot be seen from outside
    # From when to when there may be doubts that end by themselves.
    passing: list[tuple[float, float]] = field(default_factory=list)


@dataclass
class Event:
    name: str
    is_kill: bool
    # Gives how many connections to the mail server were hit: each may leave one mail in doubt.
    happen: Callable[[Scene], int]


@dataclass
class Happened:
    event: Event
    began: float
    ended: float
    connections: int
    doubts: int = 0

    @classmethod
    def of(cls, event: Event, scene: Scene) -> "Happened":
        began = time.time()
        connections = event.happen(scene)
        return cls(event, began, time.time(), connections)


def pause(scene: Scene, shortest: float, longest: float) -> None:
    time.sleep(scene.world.random.uniform(shortest, longest))
