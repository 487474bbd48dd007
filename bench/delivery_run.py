"""`bin/bench delivery`: the rounds, the table, the ratios."""

import argparse
from collections import defaultdict
from dataclasses import asdict
from typing import Any

from bench.delivery import BARE_LOOP, ENGINE, Contest, compare_mails
from bench.figures import Figures, medians, ratio
from bench.product import product
from terminal import Progress

Rounds = dict[str, list[Figures]]
COLUMNS = {
    "mails/s": ("rate", ",.0f"),
    "sender CPU ms": ("sender_cpu_ms", ".2f"),
    "database CPU ms": ("database_cpu_ms", ".3f"),
    "statements": ("statements", ".3f"),
    "peak MB": ("peak_mb", ",.0f"),
    "bytes": ("bytes_on_the_wire", ",.0f"),
}
LEGEND = """\
CPU, statements and bytes are for each mail; mails/s, too, are medians of the rounds. Statements: all that the
database was sent by the senders, BEGIN, COMMIT and SET too (Questions). Peak: all sending processes
together. share: mails/s against the bare loop, the median over the rounds."""


def run(given: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    with product(given.messages, given.letter) as ours:
        contest = Contest(ours, given.messages)
        rounds: Rounds = defaultdict(list)
        for number in range(1, given.rounds + 1):
            for name, compete in contest.contestants.items():
                progress.passing(f"round {number} of {given.rounds}: {name} ...")
                figures = compete()
                rounds[name].append(figures)
                progress.say(f"round {number}  {name:24}{figures.rate:8,.0f} mails/s")
            compare_mails(rounds[ENGINE][-1], rounds[BARE_LOOP][-1])
    show(rounds, progress)
    return summary(given, rounds)


def ratios(rounds: Rounds) -> dict[str, float]:
    against = {name: ratio(rounds[ENGINE], theirs) for name, theirs in rounds.items()}
    against.pop(ENGINE)
    return against | {"statements_per_mail": medians(rounds[ENGINE])["statements"]}


def summary(given: argparse.Namespace, rounds: Rounds) -> dict[str, Any]:
    return {
        "messages": given.messages,
        "rounds": given.rounds,
        "letter": given.letter,
        "ratios": {name: round(value, 4) for name, value in ratios(rounds).items()},
        "medians": {name: medians(figures) for name, figures in rounds.items()},
        "each": {name: [asdict(one) for one in figures] for name, figures in rounds.items()},
    }


def show(rounds: Rounds, progress: Progress) -> None:
    progress.say()
    progress.say("".join([f"{'':24}", *(f"{name:>16}" for name in COLUMNS), f"{'share':>8}"]))
    for name, figures in rounds.items():
        middle = medians(figures)
        cells = (f"{middle[which]:>16{form}}" for which, form in COLUMNS.values())
        share = ratio(figures, rounds[BARE_LOOP])
        progress.say("".join([f"{name:24}", *cells, f"{share:8.2f}"]))
    progress.say()
    for name, value in ratios(rounds).items():
        said = f"{value:.3f}" if name == "statements_per_mail" else f"{value:.2f} x"
        progress.say(f"engine: {name:24}{said:>10}")
    progress.say()
    progress.say(LEGEND)
