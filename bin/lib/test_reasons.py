"""Why tests failed, out of the log of a suite."""

import re
from collections.abc import Iterable

# Above each test's trace; without a name, above what was captured, or where the next part begins.
HEADING = re.compile(r"_{3,} (.+) _{3,}|-{3,} .+ -{3,}|={3,} .+ ={3,}")


def reasons(lines: Iterable[str]) -> dict[str, list[str]]:
    """Of each test that failed what pytest marks as the reason, without all that was logged meanwhile."""
    found: dict[str, list[str]] = {}
    said: list[str] = []
    for line in lines:
        if heading := HEADING.fullmatch(line):
            said = found.setdefault(heading[1], []) if heading[1] else []
        elif line.startswith("E  "):
            said.append(line)
    return {name: said[:3] + said[3:][-3:] for name, said in found.items()}
