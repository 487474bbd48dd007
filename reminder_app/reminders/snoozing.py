"""Until when: the choices of a snooze."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reminder_app.translations import gettext as _

EVENING, MORNING = time(18), time(9)
A_DAY = timedelta(days=1)
SHORTEST = timedelta(minutes=30)  # an evening nearer than this is no choice of its own


@dataclass(frozen=True)
class Choice:
    key: str
    words: str
    until: datetime  # UTC


def choices(due_at: datetime, at: datetime, zone: ZoneInfo) -> Sequence[Choice]:
    """What a person in `zone` may choose at `at`; all of it lies after `due_at`, which may be ahead."""
    base = max(due_at, at)
    here = base.astimezone(zone)
    is_now = base == at
    found = [
        Choice(
            "10",
            _("In 10 minutes") if is_now else _("10 minutes later"),
            base + timedelta(minutes=10),
        ),
        Choice("60", _("In an hour") if is_now else _("An hour later"), base + timedelta(hours=1)),
    ]
    evening = instant(here, EVENING, zone)
    if evening - base >= SHORTEST:
        found.append(Choice("evening", _("This evening") if is_now else _("That evening"), evening))
    words = _("Tomorrow morning") if is_now else _("The next morning")
    return [*found, Choice("morning", words, instant(here + A_DAY, MORNING, zone))]


def chosen(key: str, due_at: datetime, at: datetime, zone: ZoneInfo) -> datetime | None:
    found = {choice.key: choice.until for choice in choices(due_at, at, zone)}
    return found.get(key)


def instant(day: datetime, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day.date(), clock, zone).astimezone(UTC)
