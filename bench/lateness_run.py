"""`bin/bench lateness`: bursts, a steady rate, and few behind a crowd."""

import argparse
from typing import Any

from bench import crowd
from bench.crowd import Crowd
from bench.lateness import MARKS, SIGHTS, Figures, lateness
from bench.product import product
from terminal import Progress


def run(given: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    steady = given.rate * given.seconds
    cases = {f"{count:,} in one second": (count, 0) for count in given.bursts}
    if steady:
        cases[f"{given.rate} a second for {given.seconds} s"] = steady, given.rate
    found = {}
    most = max([count for count, _ in cases.values()] + [given.crowd])
    with product(most) as ours:
        behind = Crowd.seeded(ours, given.crowd) if given.crowd else None
        with ours.running():
            progress.say(heading())
            for name, (count, rate) in cases.items():
                found[name] = lateness(ours, count, rate)
                progress.say(told(name, found[name]))
            if behind:
                found |= run_crowd(behind, progress)
    progress.say("Milliseconds after the promised second; nothing was early.")
    return {"lateness_ms": found, "others_ms": behind.each if behind else []}


def run_crowd(behind: Crowd, progress: Progress) -> dict[str, Figures]:
    name = f"others, beside {behind.count:,}"
    figures = behind.run(progress)
    progress.say(told(name, figures))
    progress.say(crowd.told(figures))
    return {name: figures}


def heading() -> str:
    return "".join([f"{'':42}", *(f"{name:>12}" for name in MARKS)])


def told(name: str, figures: Figures) -> str:
    lines = [
        "".join(
            [f"{name:30}{sight:12}", *(f"{figures[f'{sight} {mark}']:12,.1f}" for mark in MARKS)]
        )
        for sight in SIGHTS
    ]
    return "\n".join(lines)
