"""`bin/bench machines`: a second worker, as on another machine: what it adds, and that nothing goes twice.

Each worker has one process, connections and a journal of its own. They share the database, Redis and the
mail server, and here the cores, too: so this tells what sharing costs, and not what a machine adds.
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bench.engine import send_all
from bench.figures import Fault, Figures, medians, ratio
from bench.product import Product, product
from terminal import Progress

ONE, TWO = "one worker", "two workers"
WORKERS = {ONE: 1, TWO: 2}
COLUMNS = {
    "mails/s": ("rate", ",.0f"),
    "sender CPU ms": ("sender_cpu_ms", ".2f"),
    "database CPU ms": ("database_cpu_ms", ".3f"),
    "statements": ("statements", ".3f"),
}


def run(given: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    rounds: dict[str, list[Figures]] = {name: [] for name in WORKERS}
    with product(given.messages, given.letter) as ours:
        for number in range(1, given.rounds + 1):
            for name, workers in WORKERS.items():
                progress.passing(f"round {number} of {given.rounds}: {name} ...")
                figures = send_all(ours, given.messages, workers=workers, processes=1)
                figures.parts = {"least share": share(ours, workers, given.messages)}
                rounds[name].append(figures)
                progress.say(f"round {number}  {name:14}{figures.rate:8,.0f} mails/s")
    show(rounds, progress)
    return {
        "messages": given.messages,
        "ratio": round(ratio(rounds[TWO], rounds[ONE]), 4),
        "medians": {name: medians(figures) for name, figures in rounds.items()},
        "each": {name: [asdict(one) for one in figures] for name, figures in rounds.items()},
    }


def share(ours: Product, workers: int, count: int) -> float:
    """The least that one of them sent. Raises Fault when one did nothing: then nothing was shown."""
    sent = [many for _, many in by_worker(ours)]
    if len(sent) != workers:
        raise Fault(f"{len(sent)} of {workers} workers sent something.")
    return min(sent) / count


def by_worker(ours: Product) -> Sequence[tuple[Any, ...]]:
    return ours.database.ask("SELECT worker, COUNT(*) FROM app.deliveries GROUP BY worker")


def show(rounds: dict[str, list[Figures]], progress: Progress) -> None:
    progress.say()
    progress.say("".join([f"{'':14}", *(f"{name:>16}" for name in COLUMNS)]))
    for name, figures in rounds.items():
        middle = medians(figures)
        cells = (f"{middle[which]:>16{form}}" for which, form in COLUMNS.values())
        progress.say("".join([f"{name:14}", *cells]))
    progress.say()
    least = medians(rounds[TWO])["least share"]
    progress.say(
        f"two / one: {ratio(rounds[TWO], rounds[ONE]):.2f}; of two, the lesser sent {least:.0%}"
    )
    progress.say("Each was sent once: the mail server counted as many as the ledger has as sent.")
