"""Reads the cases in vectors/*.txt, blocks of lines in the form that libical's are in.

RRULE:      the rule
DTSTART:    its start on the wall clock; ;TZID= names the zone, without it UTC
MONTH-END:  clamp, for the last day of shorter months; without it they are left out
EXDATE:     wall times that were called off
INSTANCES:  the first wall times; a trailing "..." says there are more
INSTANTS:   the same in UTC, where the zone has a say
REFUSED:    instead of INSTANCES: what the reason has to hold
WITNESS:    wrong, where dateutil is known to compute something else: it reads an UNTIL that is a day as
            its midnight, forgets weeks that cross the year end, counts BYSETPOS in what the start leaves
            of its week, and steps through the hours of the clock
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reminder_app.recurrence import Schedule

FOLDER = Path(__file__).with_name("vectors")
LINE = re.compile(r"([A-Z-]+)(?:;TZID=([\w/]+))?:(.+)")
KNOWN = {
    "RRULE",
    "DTSTART",
    "MONTH-END",
    "EXDATE",
    "INSTANCES",
    "INSTANTS",
    "REFUSED",
    "WITNESS",
}


@dataclass(frozen=True)
class Vector:
    schedule: Schedule
    instances: tuple[datetime, ...]
    has_more: bool
    instants: tuple[datetime, ...]
    called_off: tuple[datetime, ...]
    refusal: str
    is_witnessed: bool
    place: str


def vectors() -> Iterator[Vector]:
    for path in sorted(FOLDER.glob("*.txt")):
        for number, block in enumerate(blocks(path.read_text(encoding="utf-8")), 1):
            yield vector(block, f"{path.stem} {number}")


def blocks(text: str) -> Iterator[list[str]]:
    """The lines of each case, without comments."""
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            yield lines


def vector(lines: list[str], place: str) -> Vector:
    found = {match[1]: match for match in map(LINE.fullmatch, lines) if match}
    if len(found) != len(lines) or not set(found) <= KNOWN:
        raise ValueError(f"{place}: a line is not of this format, or stands there twice")
    text = {name: match[3] for name, match in found.items()}
    zone, month_end = found["DTSTART"][2] or "UTC", text.get("MONTH-END", "skip")
    rule, instances = text["RRULE"], text.get("INSTANCES", "")
    return Vector(
        schedule=Schedule(datetime.fromisoformat(text["DTSTART"]), zone, rule, month_end),
        instances=moments(instances.removesuffix("...")),
        has_more=instances.endswith("..."),
        instants=tuple(one.astimezone(UTC) for one in moments(text.get("INSTANTS", ""))),
        called_off=moments(text.get("EXDATE", "")),
        refusal=text.get("REFUSED", ""),
        is_witnessed=month_end == "skip" and "INSTANCES" in text and "WITNESS" not in text,
        place=f"{place}: {rule}",
    )


def moments(text: str) -> tuple[datetime, ...]:
    return tuple(datetime.fromisoformat(one) for one in text.split(",") if one)
