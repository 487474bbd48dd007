"""The drill from its first wave to its verdict."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil, inf
from typing import Any

from drill.books import Books, Verdict
from drill.events import Event, Happened, Scene, pause
from drill.kills import deck
from drill.machine_faults import MACHINE_FAULTS
from drill.mail_faults import MAIL_FAULTS
from drill.traffic import LATER, Traffic
from drill.watch import Recovery, Watcher
from drill.world import World, running, wait_until

FAULTS = [*MAIL_FAULTS, *MACHINE_FAULTS]
FAULTS_FOR_A_KILL = 0.5
LATER_COUNT = 20
SETTLED_WITHIN = 240
UNDER_WAY_WITHIN = 12
RECOVERED_WITHIN = 15  # seconds, for 99 of 100 workers killed
# What was refused for now waits for minutes: its time has come.
HASTEN = (
    "UPDATE deliveries SET not_before = UTC_TIMESTAMP(6)"
    " WHERE state = 'pending' AND source_kind <> %s AND not_before > UTC_TIMESTAMP(6)"
)
OPEN = (
    "SELECT COUNT(*) FROM deliveries WHERE source_kind <> %s AND (state IN"
    " ('pending', 'handing_over') OR (state = 'unknown' AND sent_again AND cancelled_at IS NULL))"
)
UNPLANNED = (
    "SELECT COUNT(*) FROM reminders WHERE plan_at <= UTC_TIMESTAMP(6)"
    " AND id NOT IN (SELECT source_id FROM deliveries WHERE source_id IS NOT NULL)"
)
Say = Callable[[str], None]


@dataclass
class Result:
    seed: int
    deliveries: int
    seconds: float
    verdict: Verdict
    happened: list[Happened]
    recoveries: list[Recovery]
    made: dict[str, int]
    patience: float = 1

    @property
    def recovery_seconds(self) -> list[float]:
        """Endless where something is there still."""
        return sorted(inf if one.seconds is None else one.seconds for one in self.recoveries)

    @property
    def kills(self) -> int:
        return sum(one.event.is_kill for one in self.happened)

    @property
    def connections(self) -> int:
        return sum(one.connections for one in self.happened)

    @property
    def recovery_p99_s(self) -> float:
        if not self.recovery_seconds:
            return 0.0
        nearest = ceil(len(self.recovery_seconds) * 0.99) - 1
        return round(self.recovery_seconds[nearest], 2)

    @property
    def is_good(self) -> bool:
        is_quick = self.recovery_p99_s <= RECOVERED_WITHIN * self.patience
        return self.verdict.is_good and self.verdict.in_doubt <= self.connections and is_quick

    def as_dict(self) -> dict[str, Any]:
        verdict = self.verdict
        return {
            "seed": self.seed,
            "deliveries": self.deliveries,
            "seconds": round(self.seconds),
            "lost": len(verdict.lost),
            "doubled": len(verdict.doubled),
            "unexpected": len(verdict.unexpected),
            "in_doubt": verdict.in_doubt,
            "resent": verdict.resent,
            "kills": self.kills,
            "connections": self.connections,
            "recovery_p99_s": self.recovery_p99_s,
            "recoveries": [(round(one.at, 2), one.seconds) for one in self.recoveries],
            "states": verdict.states,
            "made": self.made,
            "events": [dict(line) for line in self.by_event()],
            "problems": [*verdict.lost, *verdict.doubled, *verdict.unexpected],
            "stories": verdict.stories,
            "doubts": verdict.doubts,
        }

    def by_event(self) -> Iterator[dict[str, Any]]:
        for name in dict.fromkeys(one.event.name for one in self.happened):
            ours = [one for one in self.happened if one.event.name == name]
            yield {
                "name": name,
                "times": len(ours),
                "connections": sum(one.connections for one in ours),
                "in_doubt": sum(one.doubts for one in ours),
                "seconds": round(sum(one.ended - one.began for one in ours), 1),
                "began": [round(one.began, 2) for one in ours],
            }


def schedule(chance: random.Random, kills: int) -> list[Event]:
    """Kills and faults in any order, each fault once at least."""
    faults = list(FAULTS)
    while len(faults) < kills * FAULTS_FOR_A_KILL:
        faults.append(chance.choice(FAULTS))
    events = [*deck(kills), *faults]
    chance.shuffle(events)
    return events


def drill(
    kills: int, deliveries: int, seed: int, say: Say, passing: Say, patience: float = 1
) -> Result:
    """`patience`: so many times the promised seconds are quick enough."""
    began = time.monotonic()
    with running(seed, patience=patience) as world, scene_of(world) as scene:
        events = schedule(world.random, kills)
        scene.traffic.plan_later(LATER_COUNT)
        happened = []
        for number, event in enumerate(events):
            passing(f"{number + 1} of {len(events)}: {event.name}")
            scene.traffic.wave(share(deliveries - LATER_COUNT, len(events), number))
            happened.append(under_way(scene, event))
        passing("settling ...")
        return result(scene, happened, seed, began, say)


@contextmanager
def scene_of(world: World) -> Iterator[Scene]:
    traffic = Traffic(world.app, world.random)
    with Watcher(world) as watcher:
        yield Scene(world, traffic, watcher)


def share(total: int, parts: int, number: int) -> int:
    return total * (number + 1) // parts - total * number // parts


def under_way(scene: Scene, event: Event) -> Happened:
    """In the middle of the wave, wherever that is: as soon as somebody sends (again)."""
    had = scene.world.mail.count
    wait_until(lambda: scene.world.mail.count > had, UNDER_WAY_WITHIN, 0.01)
    pause(scene, 0, 0.3)
    return Happened.of(event, scene)


def result(
    scene: Scene,
    happened: list[Happened],
    seed: int,
    began: float,
    say: Say,
    settled_within: float = SETTLED_WITHIN,
) -> Result:
    scene.traffic.finish()
    settle(scene, settled_within)
    books = Books(scene)
    verdict = books.verdict()
    verdict.unexpected += scene.notes
    books.share_out(happened)
    verdict.stories, verdict.doubts = books.stories(verdict), books.doubts()
    for one in happened:
        if one.doubts > one.connections:
            say(f"{one.event.name}: {one.doubts} in doubt of {one.connections} connections")
    seconds = time.monotonic() - began
    recoveries = [one for one in scene.watcher.recoveries if one.held_any]
    count, made = scene.traffic.count, dict(scene.made)
    patience = scene.world.patience
    return Result(seed, count, seconds, verdict, happened, recoveries, made, patience)


def settle(scene: Scene, seconds: float) -> bool:
    """Everything works again: until nothing is left to do but what is due tomorrow."""
    world = scene.world
    world.pace()

    def is_settled() -> bool:
        if world.ask(UNPLANNED)[0][0] or world.ask(OPEN, LATER)[0][0]:
            world.ask(HASTEN, LATER)
            return False
        return True

    return wait_until(is_settled, seconds, 0.5)
