"""Rules that parse but are refused: forbidden by RFC 5545, read differently by calendars, or too dense.

Whether a rule ever fires, and from its start, is seen by running it: recurrence.validate.
"""

from collections.abc import Callable

from reminder_app.recurrence.rrule import Rule, refuse
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

MAX_COUNT = (
    1000  # COUNT has to be counted from the start: this bounds every answer to a few milliseconds
)
MAX_INTERVAL = {"YEARLY": 50, "MONTHLY": 240, "WEEKLY": 520, "DAILY": 1000, "HOURLY": 1000}
LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def check(rule: Rule) -> None:
    """Raise Invalid(rule=...) with the first reason that applies."""
    for is_wrong, why in REFUSED:
        if is_wrong(rule):
            refuse(why)
    _check_interval(rule)
    _check_days_exist(rule)
    _check_positions_exist(rule)


def _check_interval(rule: Rule) -> None:
    most = MAX_INTERVAL[rule.freq]
    if rule.interval > most:
        refuse(
            _(
                "INTERVAL with %(freq)s goes up to %(most)s. Use a smaller one or a slower FREQ.",
                freq=rule.freq,
                most=most,
            )
        )


def _check_days_exist(rule: Rule) -> None:
    # Also under "clamp": 30 February or 31 April is a slip, and nobody means "the last day" by it.
    longest = max((LONGEST_MONTH[month - 1] for month in rule.months), default=31)
    if any(abs(day) > longest for day in rule.month_days):
        refuse(
            _(
                "No month of this rule has such a day, so it never fires. Choose an earlier "
                "BYMONTHDAY, or -1 for the last day."
            )
        )


def _check_positions_exist(rule: Rule) -> None:
    if rule.positions and all(abs(n) > _most_in_a_period(rule) for n in rule.positions):
        refuse(
            _(
                "BYSETPOS counts beyond the days of this rule, so it never fires. Use 1 for the "
                "first or -1 for the last."
            )
        )


def _most_in_a_period(rule: Rule) -> int:
    months = len(rule.months) if rule.freq == "YEARLY" and rule.months else 1
    sizes = (
        len(rule.month_days) * months,
        len(rule.weekdays) * months * _weeks_in_a_period(rule),
        len(rule.year_days),
    )
    return min((size for size in sizes if size), default=1) * max(1, len(rule.hours))


def _weeks_in_a_period(rule: Rule) -> int:
    if rule.freq == "WEEKLY" or _has_numbered_days(rule):
        return 1
    return 5 if _is_in_months(rule) else 53


def _has_numbered_days(rule: Rule) -> bool:
    return any(n for n, _ in rule.weekdays)


def _is_in_months(rule: Rule) -> bool:
    return rule.freq == "MONTHLY" or bool(rule.months)


def _is_beyond_month(rule: Rule) -> bool:
    return _is_in_months(rule) and any(abs(n) > 5 for n, _ in rule.weekdays)


def _has_no_days(rule: Rule) -> bool:
    # A single hour is left out of the normal form, which has to pass as well.
    return not (rule.weekdays or rule.month_days or rule.year_days or len(rule.hours) > 1)


REFUSED: tuple[tuple[Callable[[Rule], bool], str], ...] = (
    (
        lambda rule: rule.count is not None and rule.until is not None,
        lazy_gettext("COUNT and UNTIL exclude each other. Keep one."),
    ),
    (
        lambda rule: (rule.count or 0) > MAX_COUNT,
        lazy_gettext(
            "COUNT goes up to %(max_count)s. Leave it out for no end, or set an UNTIL date.",
            max_count=MAX_COUNT,
        ),
    ),
    (
        lambda rule: len(rule.minutes) > 1 or len(rule.seconds) > 1,
        lazy_gettext(
            "Reminders repeat hourly at most. Keep one BYMINUTE and one BYSECOND, and list the "
            "hours in BYHOUR."
        ),
    ),
    (
        lambda rule: bool(rule.week_numbers) and rule.freq != "YEARLY",
        lazy_gettext("BYWEEKNO goes with FREQ=YEARLY only. Remove it or change FREQ."),
    ),
    (
        lambda rule: bool(rule.week_numbers) and not rule.weekdays,
        lazy_gettext(
            "Calendars disagree on BYWEEKNO without BYDAY. Add the day of the week, such as "
            "BYDAY=MO."
        ),
    ),
    (
        lambda rule: bool(rule.week_numbers) and (rule.interval > 1 or bool(rule.positions)),
        lazy_gettext(
            "Calendars disagree on BYWEEKNO with INTERVAL or BYSETPOS, as weeks cross the year "
            "end. Remove one of them."
        ),
    ),
    (
        lambda rule: (
            bool(rule.week_numbers) and bool(rule.months or rule.year_days or rule.month_days)
        ),
        lazy_gettext(
            "BYWEEKNO together with months or days of the month is not supported. Keep one of them."
        ),
    ),
    (
        lambda rule: bool(rule.year_days) and rule.freq != "YEARLY",
        lazy_gettext("BYYEARDAY goes with FREQ=YEARLY only. Remove it or change FREQ."),
    ),
    (
        lambda rule: bool(rule.month_days) and rule.freq == "WEEKLY",
        lazy_gettext("A weekly rule takes no BYMONTHDAY. Use FREQ=MONTHLY, or BYDAY."),
    ),
    (
        lambda rule: rule.freq == "YEARLY" and bool(rule.month_days) and not rule.months,
        lazy_gettext(
            "Calendars disagree on YEARLY with BYMONTHDAY alone. Add BYMONTH, or use FREQ=MONTHLY."
        ),
    ),
    (
        lambda rule: _has_numbered_days(rule) and rule.freq not in ("MONTHLY", "YEARLY"),
        lazy_gettext(
            "Counted days such as 1MO need FREQ=MONTHLY or YEARLY. Write BYDAY=MO instead."
        ),
    ),
    (
        lambda rule: (
            _has_numbered_days(rule)
            and bool(rule.week_numbers or rule.month_days or rule.year_days)
        ),
        lazy_gettext(
            "Counted days such as 1MO do not go with BYWEEKNO, BYMONTHDAY or BYYEARDAY. Keep one "
            "of them."
        ),
    ),
    (
        lambda rule: _has_numbered_days(rule) and any(n == 0 for n, _ in rule.weekdays),
        lazy_gettext("BYDAY mixes counted days (1MO) and plain ones (MO). Use one kind."),
    ),
    (
        _is_beyond_month,
        lazy_gettext(
            "A month has at most five of each weekday, so this rule never fires. Use 1 to 5 in "
            "BYDAY, or -1 for the last."
        ),
    ),
    (
        lambda rule: any(abs(n) > 53 for n, _ in rule.weekdays),
        lazy_gettext(
            "A year has at most 53 of each weekday, so this rule never fires. Use 1 to 53 in BYDAY."
        ),
    ),
    (
        lambda rule: bool(rule.positions) and rule.freq in ("DAILY", "HOURLY"),
        lazy_gettext(
            "BYSETPOS goes with FREQ=WEEKLY, MONTHLY or YEARLY. Give the hours in BYHOUR instead."
        ),
    ),
    (
        lambda rule: bool(rule.positions) and _has_no_days(rule),
        lazy_gettext(
            "BYSETPOS picks from a list of days. Add BYDAY, BYMONTHDAY or BYYEARDAY, or remove it."
        ),
    ),
)
