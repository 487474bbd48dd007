"""When a schedule is due, in instants (aware UTC).

What was decided where the standard leaves a choice, or where people would lose a reminder by it:

- A time in a DST gap keeps the offset from before it (02:30 rings at 03:30); it is never skipped. If that
  is past midnight, it rings in the first hour of the next day. In an overlap the first of the two counts.
- Where a zone left out a whole local day (Apia, 30 December 2011), that day's time falls on the instant of
  the next day's; one instant is one occurrence.
- Hourly rules count hours that pass, not hours on the clock. With BYHOUR they become daily ones.
- month_end "clamp": the 29th, 30th and 31st fall on the last day of shorter months, 29 February on the
  28th; "skip" leaves those out. A rule with BYDAY ("Friday the 31st") always skips.
- UNTIL is inclusive. A date means that whole local day; a time is kept in UTC.
- Nothing is due after 2199: this bounds every search.

All functions take what `validate` returned. They jump near the instant asked for, so the age of a rule costs
nothing: tens of microseconds. Only COUNT, at most 1000, is counted from the start, once a process and
schedule: about 5 ms, and up to 60 ms where few days of a year are wanted.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import dropwhile, islice, takewhile
from zoneinfo import ZoneInfo

from reminder_app.recurrence import expansion
from reminder_app.recurrence.instants import A_DAY, Occurrence, hours_that_pass, in_order
from reminder_app.recurrence.schedule import Schedule, plan_of
from reminder_app.recurrence.wall_time import to_instant, zone_named

MARGIN = 2 * A_DAY  # a gap moves a time by a day at most, and so does the change of zone
PERIOD = {
    "YEARLY": 366 * A_DAY,
    "MONTHLY": 31 * A_DAY,
    "WEEKLY": 7 * A_DAY,
    "DAILY": A_DAY,
    "HOURLY": timedelta(hours=1),
}


def after(schedule: Schedule, instant: datetime) -> datetime | None:
    """The first due time strictly after `instant`; None when there is none."""
    return next((one.at for one in occurrences(schedule, instant) if one.at > instant), None)


def at_or_after(schedule: Schedule, instant: datetime) -> datetime | None:
    return next((one.at for one in occurrences(schedule, instant)), None)


def latest_before_or_at(schedule: Schedule, instant: datetime) -> datetime | None:
    """The last due time at or before `instant`; None before the first."""
    for since in _ever_earlier(schedule, instant):
        found = [one.at for one in _up_to(instant, occurrences(schedule, since))]
        if found:
            return found[-1]
    return None


def between(schedule: Schedule, start: datetime, end: datetime, limit: int) -> list[datetime]:
    """The first `limit` due times from `start` on and before `end`; about 10 microseconds each."""
    found = takewhile(lambda one: one.at < end, occurrences(schedule, start))
    return [one.at for one in islice(found, limit)]


def first(schedule: Schedule, count: int, since: datetime | None = None) -> list[datetime]:
    """The first `count` due times at or after `since`, or from the start."""
    return [one.at for one in islice(occurrences(schedule, since), count)]


def local(instant: datetime, zone: str) -> datetime:
    """`instant` on the wall clock of `zone`, with its offset."""
    return instant.astimezone(_zone(zone))


def occurrences(schedule: Schedule, since: datetime | None = None) -> Iterator[Occurrence]:
    """Occurrences at or after `since`, or from the start; lazy, strictly increasing."""
    if since is not None and since.tzinfo is None:
        raise ValueError("naive datetime: pass an aware one")
    return dropwhile(lambda one: since is not None and one.at < since, _from(schedule, since))


def _zone(name: str) -> ZoneInfo:
    zone = zone_named(name)
    if zone is None:
        raise ValueError("unknown time zone: validate the schedule first")
    return zone


def _up_to(instant: datetime, found: Iterator[Occurrence]) -> Iterator[Occurrence]:
    return takewhile(lambda one: one.at <= instant, found)


def _from(schedule: Schedule, since: datetime | None) -> Iterator[Occurrence]:
    """From near `since` on."""
    start = to_instant(schedule.starts_at, _zone(schedule.zone))
    if schedule.rule is None:
        return iter((Occurrence(start, schedule.starts_at),))
    return _until(_end(schedule), _endless(schedule, max(start, since or start)))


def _endless(schedule: Schedule, since: datetime) -> Iterator[Occurrence]:
    plan, zone = plan_of(schedule), _zone(schedule.zone)
    if since.date() > expansion.LAST_DAY:
        return iter(())
    if plan.rule.freq == "HOURLY":
        return hours_that_pass(plan, zone, since)
    return in_order(expansion.walls(plan, (since - MARGIN).date()), zone)


@lru_cache(maxsize=4096)
def _end(schedule: Schedule) -> date | datetime | None:
    """UNTIL, or the last that COUNT allows."""
    rule = plan_of(schedule).rule
    if rule.count is None:
        return rule.until
    start = to_instant(schedule.starts_at, _zone(schedule.zone))
    return max((one.at for one in islice(_endless(schedule, start), rule.count)), default=start)


def _until(until: date | datetime | None, found: Iterator[Occurrence]) -> Iterator[Occurrence]:
    if until is None:
        return found
    if isinstance(until, datetime):
        return _up_to(until, found)
    return takewhile(lambda one: one.wall.date() <= until, found)


def _ever_earlier(schedule: Schedule, instant: datetime) -> Iterator[datetime | None]:
    """Where to search from: two periods before `instant` or the end, then farther, then the start."""
    if schedule.rule:
        rule = plan_of(schedule).rule
        start = to_instant(schedule.starts_at, _zone(schedule.zone))
        instant = min(instant, _after_end(_end(schedule), instant))
        back = 2 * rule.interval * PERIOD[rule.freq]
        while instant - start > back:
            yield instant - back
            back *= 4
    yield None


def _after_end(until: date | datetime | None, instant: datetime) -> datetime:
    if isinstance(until, datetime):
        return until
    return datetime.combine(until or expansion.LAST_DAY, time.max, instant.tzinfo) + A_DAY
