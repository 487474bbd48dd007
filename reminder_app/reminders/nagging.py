"""Nag until done: when to ask once more, after the last time it was said.

The steps are minutes that pass, whatever the clocks do. A step outside the hours that were asked for, or in the
quiet of everybody who would hear it, is put off to the first moment that is neither.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any

from reminder_app.errors import refuse
from reminder_app.recurrence import quiet
from reminder_app.recurrence.quiet import Quiet
from reminder_app.translations import gettext as _
from reminder_app.translations import ngettext

SHORTEST, LONGEST, MOST = 5, 1440, 50
SIZES = (("day", 1440), ("hour", 60), ("minute", 1))
USUAL = 5
LOOKED_BACK = timedelta(days=2)  # after a long silence
GIVEN_UP = timedelta(days=21)  # no week has a moment that is within the hours and not quiet


@dataclass(frozen=True)
class Nag:
    """Every so many minutes, so many times at most; `start` and `end`: both or none."""

    every: int
    most: int
    start: time | None = None
    end: time | None = None


def checked(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """`every`, `most`, `start` and `end`, as it is kept. Raises Invalid naming nag."""
    if given is None:
        return None
    start, end = clock(given.get("start")), clock(given.get("end"))
    nag = Nag(given["every"], given.get("most") or USUAL, start, end)
    if not SHORTEST <= nag.every <= LONGEST:
        refuse("nag", _("Ask again every %(shortest)s minutes to once a day.", shortest=SHORTEST))
    if not 1 <= nag.most <= MOST:
        refuse("nag", _("Ask again 1 to %(most)s times at most.", most=MOST))
    if (nag.start is None) != (nag.end is None):
        refuse("nag", _("Say from when and until when it may be asked again, or neither."))
    if nag.start is not None and nag.start == nag.end:
        refuse("nag", _("Leave out the hours, or choose another end."))
    return kept(nag)


def kept(nag: Nag) -> dict[str, Any]:
    return {
        "every": nag.every,
        "most": nag.most,
        "start": f"{nag.start:%H:%M}" if nag.start else None,
        "end": f"{nag.end:%H:%M}" if nag.end else None,
    }


def of(given: Mapping[str, Any] | None) -> Nag | None:
    if not given:
        return None
    return Nag(given["every"], given["most"], clock(given["start"]), clock(given["end"]))


def clock(given: time | str | None) -> time | None:
    """As it was asked for, or as it is kept."""
    return time.fromisoformat(given) if isinstance(given, str) else given


def following(
    nag: Nag, last: datetime, zone: str, quiets: Sequence[Quiet | None] = ()
) -> datetime | None:
    """When to ask again after `last`; None: never. `quiets`: of each who hears it, None who has none."""
    return allowed(nag, last + timedelta(minutes=nag.every), zone, quiets)


def allowed(
    nag: Nag, at: datetime, zone: str, quiets: Sequence[Quiet | None] = ()
) -> datetime | None:
    """`at`, or the first moment after it that is within the hours and not quiet for all."""
    asked = at
    while at - asked < GIVEN_UP:
        moved = heard(in_hours(nag, at, zone), quiets)
        if moved == at:
            return at
        at = moved
    return None


def in_hours(nag: Nag, at: datetime, zone: str) -> datetime:
    """The rest of the day is as quiet as the hours of a person."""
    return quiet.may_go(Quiet(zone, nag.end, nag.start), at) if nag.start else at


def heard(at: datetime, quiets: Sequence[Quiet | None]) -> datetime:
    asleep = [one for one in quiets if one]
    if not asleep or len(asleep) < len(quiets):
        return at
    return min(quiet.may_go(one, at) for one in asleep)


def latest(
    nag: Nag, planned: datetime, at: datetime, zone: str, quiets: Sequence[Quiet | None] = ()
) -> datetime:
    """Of the moments from `planned` to `at` the last: after a silence the others are not made up for."""
    step = timedelta(minutes=nag.every)
    skipped = max(0, (at - LOOKED_BACK - planned) // step)
    moment = allowed(nag, planned + skipped * step, zone, quiets)
    if moment is None or moment > at:
        return planned
    while (later := following(nag, moment, zone, quiets)) and later <= at:
        moment = later
    return moment


def chain(
    nag: Nag, last: datetime, zone: str, quiets: Sequence[Quiet | None] = ()
) -> Iterator[datetime]:
    """All of them after `last`, as long as nobody does it."""
    return islice(_endless(nag, last, zone, quiets), nag.most)


def _endless(
    nag: Nag, last: datetime, zone: str, quiets: Sequence[Quiet | None]
) -> Iterator[datetime]:
    while found := following(nag, last, zone, quiets):
        yield found
        last = found


def in_words(nag: Nag) -> str:
    """Every 15 minutes, at most 5 times, from 08:00 to 20:00"""
    said = ngettext(
        "%(every)s, at most %(num)s time",
        "%(every)s, at most %(num)s times",
        nag.most,
        every=every(nag.every),
    )
    if nag.start is None or nag.end is None:
        return said
    return _(
        "%(nag)s, from %(start)s to %(end)s",
        nag=said,
        start=f"{nag.start:%H:%M}",
        end=f"{nag.end:%H:%M}",
    )


def every(minutes: int) -> str:
    """Every 15 minutes, Every hour, Every day"""
    number, unit = lasting(minutes)
    if unit == "day":
        return _("Every day")
    if unit == "hour":
        return ngettext("Every hour", "Every %(num)s hours", number)
    return ngettext("Every minute", "Every %(num)s minutes", number)


def lasting(minutes: int) -> tuple[int, str]:
    """(15, "minute"), (2, "hour"), (1, "day")"""
    unit, size = next((unit, size) for unit, size in SIZES if minutes % size == 0)
    return minutes // size, unit
