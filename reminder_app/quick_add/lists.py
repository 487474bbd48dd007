"""Several of one kind: days of the week, hours, lengths. As the lexers are, the longest first."""

from collections.abc import Sequence
from typing import Any

from reminder_app.quick_add.grammar import Reader, Result

MOST_IN_A_LIST = 12


def listed(reader: Reader, name: str, at: int) -> Sequence[Result]:
    """One or several of `name` with commas or "and" between them; as tuples."""
    found: list[Result] = []
    values: tuple[Any, ...] = ()
    for _ in range(MOST_IN_A_LIST):
        here = reader.read(name, at)
        if not here:
            break
        values = (*values, here[0][1])
        found.append((here[0][0], values))
        at = _after_joint(reader, here[0][0])
    return found[::-1]


def _after_joint(reader: Reader, at: int) -> int:
    """After a comma, an "and", or both; nothing else leads on."""
    between = reader.grammar.words["between"]
    here = at
    while reader.word(here) in between and here < at + 2:
        here += 1
    return here if here > at else len(reader.tokens)


def weekdays(reader: Reader, at: int) -> Sequence[Result]:
    """Mon, Wed and Fri; Mon Wed Fri; Mon-Wed and Fri. As a tuple of 0 to 6."""
    found: list[Result] = []
    days: tuple[int, ...] = ()
    for _ in range(MOST_IN_A_LIST):
        here = _range(reader, at) or [(end, (day,)) for end, day in reader.read("weekday_any", at)]
        if not here:
            break
        days = (*days, *here[0][1])
        found.append((here[0][0], days))
        at = here[0][0]
        if not reader.read("weekday_any", at):
            at = _after_joint(reader, at)
    return found[::-1]


def _range(reader: Reader, at: int) -> Sequence[Result]:
    for middle, first in reader.read("weekday_any", at):
        if reader.word(middle) in reader.grammar.words["range"]:
            for end, last in reader.read("weekday_any", middle + 1):
                return [(end, tuple((first + n) % 7 for n in range((last - first) % 7 + 1)))]
    return []


def plural_weekdays(reader: Reader, at: int) -> Sequence[Result]:
    return listed(reader, "weekday_plural", at)


def ordinals(reader: Reader, at: int) -> Sequence[Result]:
    """1st and 15th"""
    return listed(reader, "ordinal", at)


def lengths(reader: Reader, at: int) -> Sequence[Result]:
    return listed(reader, "length", at)


def clocks(reader: Reader, at: int) -> Sequence[Result]:
    """Times after "at": 9, 12 and 18. A bare number is one only where no other word follows it."""
    return listed(reader, "clock_in_list", at)


def sure_clocks(reader: Reader, at: int) -> Sequence[Result]:
    """8am and 8pm: two at least."""
    return [one for one in listed(reader, "clock", at) if len(one[1]) > 1]


def hours_said(reader: Reader, at: int) -> Sequence[Result]:
    """8 und 20, or 8, 14, 20: after a comma alone, the first of two may be the number of a house."""
    return [
        (end, found)
        for end, found in listed(reader, "hour", at)
        if len(found) > 2 or (len(found) > 1 and reader.word(end - 2) != ",")
    ]
