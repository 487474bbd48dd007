"""Wall times of a plan to instants: gaps, overlaps, and hours that pass."""

from bisect import insort
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from reminder_app.recurrence.expansion import LAST_DAY, Plan, matching_days
from reminder_app.recurrence.wall_time import midnight, to_instant, to_wall

A_DAY = timedelta(days=1)


class Occurrence(NamedTuple):
    at: datetime  # aware UTC
    wall: datetime  # the local time asked for; in a DST gap not what the clock shows at `at`


def in_order(walls: Iterable[datetime], zone: ZoneInfo) -> Iterator[Occurrence]:
    """Occurrences of increasing `walls`, strictly increasing.

    A time moved out of a gap may pass those that follow it, or meet one: it waits for its place, and
    where two meet the one that stands where it was asked for stays.
    """
    moved: list[Occurrence] = []
    for wall in walls:
        one = Occurrence(to_instant(wall, zone), wall)
        if to_wall(one.at, zone) != wall:
            insort(moved, one)
            continue
        while moved and moved[0].at <= one.at:
            earlier = moved.pop(0)
            if earlier.at < one.at:
                yield earlier
        yield one
    yield from moved


def hours_that_pass(plan: Plan, zone: ZoneInfo, since: datetime) -> Iterator[Occurrence]:
    """Every INTERVAL hours from the start, counted in UTC, on the days of the rule."""
    step = timedelta(hours=plan.rule.interval)
    start = to_instant(plan.start, zone)
    for begin, end in _stretches(plan, zone, since):
        at = start + step * max(0, -((start - begin) // step))
        while at < end:
            yield Occurrence(at, to_wall(at, zone))
            at += step


def _stretches(plan: Plan, zone: ZoneInfo, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    if plan.is_every_day:
        yield since, to_instant(datetime.combine(LAST_DAY, time.max), zone)
        return
    for day in matching_days(plan, to_wall(since, zone).date()):
        yield max(since, midnight(day, zone)), midnight(day + A_DAY, zone)
