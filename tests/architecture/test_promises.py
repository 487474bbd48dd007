"""docs/database.md says of each promise which test fails without it: those have to be there."""

import re

from tests.architecture.tree import ROOT

TABLE = ROOT / "docs" / "database.md"
NAMED = re.compile(r"`([\w/*]+\.py)`")


def test_every_test_that_a_promise_names_is_there():
    rows = [line for line in TABLE.read_text().splitlines() if line.startswith("|")]
    found = {row: [*named_in(row.rstrip(" |").rpartition("|")[2])] for row in rows}

    assert sum(map(len, found.values())) > 30
    assert {
        pattern: row
        for row, patterns in found.items()
        for pattern in patterns
        if not any((ROOT / "tests").glob(pattern))
    } == {}


def named_in(cell: str):
    """A folder is said once, for those after it too."""
    folder = ""
    for name in NAMED.findall(cell):
        folder = name.rpartition("/")[0] or folder
        yield f"{folder}/{name.rpartition('/')[2]}"
