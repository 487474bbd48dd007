"""The short form of `bin/drill`: a dozen kills among all the other faults, and then the books."""

import sys

from drill import table
from drill.run import drill

SEED, KILLS, DELIVERIES = 1, 12, 1500
# Of how soon, test_stop.py and `bin/drill` itself tell: here others work at the same time.
PATIENCE = 10


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")  # seen where it fails


def test_after_a_dozen_kills_and_every_fault_the_books_balance():
    result = drill(KILLS, DELIVERIES, SEED, say, say, PATIENCE)

    assert result.is_good, "\n".join([f"seed {SEED}", *table.lines(result)])
    assert (result.kills, result.deliveries) == (KILLS, DELIVERIES)
