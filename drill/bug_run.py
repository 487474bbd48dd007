"""The drill's own test: with each seeded bug it must find something, and without any it must find nothing."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from drill.events import Happened
from drill.run import Result, Say, result, scene_of
from drill.scenes import PLOTS, Plot
from drill.world import DrilledWorker, World, running

SETTLED_WITHIN = 25
COUNTED = ("lost", "doubled", "unexpected", "in_doubt")


@dataclass(frozen=True)
class Found:
    """What the drill said of the product with this bug, and of the product without it."""

    plot: Plot
    with_it: Result
    without: Result | None

    @property
    def is_caught(self) -> bool:
        return is_shown(self.plot, self.with_it) and (self.without is None or self.without.is_good)

    def as_dict(self) -> dict[str, Any]:
        is_sound = self.without.is_good if self.without else None
        about = {"bug": self.plot.bug, "caught": self.is_caught, "sound_without": is_sound}
        return about | {word: self.with_it.as_dict()[word] for word in COUNTED}


def hunt(
    names: Iterable[str], seed: int, say: Say, passing: Say, is_compared: bool = True
) -> list[Found]:
    return list(hunted(list(names), seed, say, passing, is_compared))


def hunted(
    names: list[str], seed: int, say: Say, passing: Say, is_compared: bool
) -> Iterator[Found]:
    plots = [plot for plot in PLOTS if plot.bug in (names or [each.bug for each in PLOTS])]
    with running(seed, worker_kind=DrilledWorker, workers=0) as world:
        for plot in plots:
            passing(f"{plot.bug} ...")
            without = played(world, plot, seed, "") if is_compared else None
            found = Found(plot, played(world, plot, seed, plot.bug), without)
            say(told(found))
            yield found


def played(world: World, plot: Plot, seed: int, bug: str) -> Result:
    began = time.monotonic()
    plain = {"DRILL_HURRIED": "", "TZ": "UTC", "UNKNOWN_RESEND_AFTER": "600"}
    world.renew(**plain | plot.environ, DRILL_BUG=bug)
    world.start(workers=1)
    with scene_of(world) as scene:
        happened = [Happened.of(plot.event, scene)]
        return result(scene, happened, seed, began, lambda _: None, SETTLED_WITHIN)


def is_shown(plot: Plot, result: Result) -> bool:
    """By what it does, and not by a machine that was too slow for something."""
    return not result.is_good and bool(result.as_dict()[plot.finding])


def told(found: Found) -> str:
    figures = found.as_dict()
    counted = [f"{figures[word]} {word.replace('_', ' ')}" for word in COUNTED if figures[word]]
    words = ", ".join(counted) or "nothing"
    sound = "" if found.without is None else f"; without it {soundness(found.without)}"
    return f"{found.plot.bug:30}{'caught' if found.is_caught else 'NOT CAUGHT':12}{words}{sound}"


def soundness(result: Result) -> str:
    verdict = result.verdict
    said = [*verdict.lost, *verdict.doubled, *verdict.unexpected]
    return "all is well" if result.is_good else f"NOT WELL: {said[:3]}, {verdict.in_doubt} in doubt"
