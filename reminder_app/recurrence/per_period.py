"""So many times in a week or a month, on whichever of the rule's days: "3 times a week", kept as 3/week.

Done so often, it comes again in the next one. Weeks begin on Monday; days are those of the local clock.
"""

import re
from datetime import date, datetime, timedelta

from reminder_app.errors import refuse
from reminder_app.recurrence.rrule import Rule
from reminder_app.recurrence.wall_time import midnight, to_wall, zone_named
from reminder_app.translations import gettext as _

MOST = {"week": 6, "month": 27}
SAID = re.compile(r"([1-9][0-9]?)/(week|month)", re.ASCII)


def checked(times: str, rule: Rule | None) -> str:
    """Raises Invalid naming times_per."""
    found = SAID.fullmatch(times)
    if found is None or int(found[1]) > MOST[found[2]]:
        refuse("times_per", _("Write 1 to 6 times a week or 1 to 27 a month, such as 3/week."))
    if rule is None or rule.interval > 1 or rule.freq not in ("DAILY", "WEEKLY") or rule.hours[1:]:
        refuse("times_per", _("It needs a rule of days to choose from, such as FREQ=DAILY."))
    if rule.count:
        refuse("times_per", _("It ends on a day, or never: leave out the number of times."))
    if found[2] == "week" and rule.freq == "WEEKLY" and len(rule.weekdays) < int(found[1]):
        refuse("times_per", _("Choose as many days of the week as it is done, or more."))
    return times


def parts(times: str) -> tuple[int, str]:
    """(3, "week")"""
    number, _slash, unit = times.partition("/")
    return int(number), unit


def days(day: date, unit: str) -> tuple[date, date]:
    """The first day of its week or month, and of the next."""
    if unit == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=7)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def bounds(instant: datetime, zone: str, unit: str) -> tuple[datetime, datetime]:
    """Of the period around it: from its first moment to that of the next."""
    place = zone_named(zone)
    if place is None:
        raise ValueError("unknown time zone: validate the schedule first")
    first, following = days(to_wall(instant, place).date(), unit)
    return midnight(first, place), midnight(following, place)
