"""`bin/drill`: prepares the machine, drills, prints, writes JSON."""

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from drill import bug_run, table
from drill.run import drill
from terminal import Progress, Refused
from test_machine import prepare
from tests.servers import DidNotStart

ROOT = Path(__file__).parents[1]


def main(given: argparse.Namespace) -> int:
    progress = Progress(sys.stdout)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    os.chdir(ROOT)
    try:
        prepare({"mariadb", "redis"}, progress)
        is_good, found = run(given, progress)
    except (Refused, DidNotStart) as refused:
        progress.say(f"FAILED: {refused}")
        return 1
    except KeyboardInterrupt:
        progress.say("Stopped.")
        return 130
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0 if is_good else 1


def interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def run(given: argparse.Namespace, progress: Progress) -> tuple[bool, dict[str, Any]]:
    return drilled(given, progress) if given.bugs is None else hunted(given, progress)


def hunted(given: argparse.Namespace, progress: Progress) -> tuple[bool, dict[str, Any]]:
    found = bug_run.hunt(given.bugs, given.seed, progress.say, progress.passing)
    caught = sum(one.is_caught for one in found)
    progress.say(f"{caught} of {len(found)} caught")
    bugs = [one.as_dict() for one in found]
    summed_up = {"seed": given.seed, "caught": caught, "of": len(found), "bugs": bugs}
    return caught == len(found), summed_up


def drilled(given: argparse.Namespace, progress: Progress) -> tuple[bool, dict[str, Any]]:
    progress.say(f"seed {given.seed}: {given.kills} kills, {given.deliveries:,} deliveries")
    result = drill(given.kills, given.deliveries, given.seed, progress.say, progress.passing)
    progress.say()
    for line in table.lines(result):
        progress.say(line)
    return result.is_good, result.as_dict()
