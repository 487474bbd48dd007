"""A start on the wall clock of a zone, and the rule by which it comes back."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from reminder_app.recurrence import expansion, rrule
from reminder_app.recurrence.rrule import Rule
from reminder_app.translations import gettext as _


@dataclass(frozen=True)
class Schedule:
    """starts_at: naive local wall time; zone: IANA name; rule: RRULE text, None for a one-off.

    month_end: "clamp" (the 31st is the last day of shorter months) or "skip" (they are left out).
    after: instead of a rule, how long after it was done it comes back (completion.py); this is its next time.
    times: on so many of the rule's days in a week or month (per_period.py); this is where the next begins.
    """

    starts_at: datetime
    zone: str
    rule: str | None = None
    month_end: str = "clamp"
    after: str | None = None
    times: str | None = None


def rule_of(schedule: Schedule) -> Rule:
    rule = rrule.parse(schedule.rule or "")
    return _on_the_clock(rule, schedule.starts_at) if rule.freq == "HOURLY" and rule.hours else rule


@lru_cache(maxsize=4096)
def plan_of(schedule: Schedule) -> expansion.Plan:
    return expansion.plan_of(rule_of(schedule), schedule.starts_at, schedule.month_end)


def _on_the_clock(rule: Rule, start: datetime) -> Rule:
    """HOURLY with BYHOUR, as a daily rule: counted in UTC its hours would all be missed in summer."""
    if 24 % rule.interval:
        rrule.refuse(
            _(
                "BYHOUR with this INTERVAL means other hours each day. List the hours with "
                "FREQ=DAILY."
            )
        )
    hours = tuple(hour for hour in rule.hours if (hour - start.hour) % rule.interval == 0)
    return replace(rule, freq="DAILY", interval=1, hours=hours or rule.hours)
