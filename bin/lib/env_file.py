"""Reads `.env`: NAME=value lines, `export`, comments and quotes as shells have them; nothing is filled in."""

import re
from collections.abc import Iterator
from pathlib import Path

from terminal import Refused

LINE = re.compile(
    r"""\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*
    (?:'(?P<single>[^']*)'|"(?P<double>(?:\\.|[^"\\])*)"|(?P<bare>.*?))
    \s*(?:(?<=\s)\#.*)?$""",
    re.VERBOSE,
)


def read(path: Path) -> dict[str, str]:
    """Raises Refused with the number of a line that cannot be read."""
    return dict(settings(path)) if path.is_file() else {}


def settings(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = LINE.match(line)
        if not found:
            raise Refused(f"{path}, line {number}: write it as NAME=value.")
        yield found["name"], value(found)


def value(found: re.Match[str]) -> str:
    if found["double"] is not None:
        return re.sub(r"\\(.)", r"\1", found["double"])
    return found["single"] if found["single"] is not None else found["bare"]
