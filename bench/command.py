"""`bin/bench`: prepares the machine, measures, prints, writes JSON."""

import argparse
import json
import os
import platform
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from bench import (
    audit_run,
    cache_run,
    footprint_run,
    import_run,
    lateness_run,
    machines_run,
    memory_run,
    monitor_run,
    partitions_run,
    tick_run,
)
from bench.delivery_run import run as delivery_run
from bench.figures import Fault
from bench.machine import prepare
from bench.paths import ROOT
from terminal import Progress, Refused
from tests.servers import DidNotStart

Run = Callable[[argparse.Namespace, Progress], dict[str, Any]]
RUNS: dict[str, Run] = {
    "delivery": delivery_run,
    "tick": tick_run.run,
    "lateness": lateness_run.run,
    "memory": memory_run.run,
    "machines": machines_run.run,
    "footprint": footprint_run.run,
    "monitor": monitor_run.run,
    "audit": audit_run.run,
    "partitions": partitions_run.run,
    "cache": cache_run.run,
    "import": import_run.run,
}


def main(given: argparse.Namespace) -> int:
    progress = Progress(sys.stdout)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    os.chdir(ROOT)
    try:
        prepare(progress, peers=given.what == "delivery")
        before = load()
        found = RUNS[given.what](given, progress) | {"load_average": [before, load()]}
        progress.say(
            "Load average at the start {} and at the end {}.".format(*found["load_average"])
        )
    except (Refused, Fault, DidNotStart) as refused:
        progress.say(f"FAILED: {refused}")
        return 1
    except KeyboardInterrupt:
        progress.say("Stopped.")
        return 130
    if given.json:
        given.json.write_text(json.dumps(machine() | found, indent=2) + "\n", encoding="utf-8")
    return 0


def interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def load() -> float:
    """Over the last minute: this run, and whatever else is at work here."""
    return round(os.getloadavg()[0], 1)


def machine() -> dict[str, Any]:
    return {"machine": {"cores": os.cpu_count(), "python": platform.python_version()}}
