"""Schedules that cannot be right are refused at once, with the field and the reason."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reminder_app.errors import refuse
from reminder_app.recurrence import completion, expansion, per_period, rrule, rrule_check
from reminder_app.recurrence.expansion import filled
from reminder_app.recurrence.rrule import Rule
from reminder_app.recurrence.schedule import Schedule, rule_of
from reminder_app.recurrence.wall_time import to_instant, zone_named
from reminder_app.translations import gettext as _

MONTH_ENDS = ("clamp", "skip")
SEARCH_YEARS = 41  # a first date farther away is called "never"; 29 February on a Monday needs 40


def validate(schedule: Schedule) -> Schedule:
    """Return the normal form, which is what to store and to pass to recurrence.

    Raises Invalid naming `starts_at`, `time_zone`, `month_end` or `rule`, with what is wrong and what to do.
    Fractions of a second are dropped. Costs under 1 ms for a sound rule, under 50 ms for the worst refusal.
    """
    schedule, zone = _checked_ground(schedule)
    if schedule.after is not None:
        _check_after(schedule)
    if schedule.rule is None:
        if schedule.times is not None:
            per_period.checked(schedule.times, None)
        return schedule
    rule = _checked_rule(schedule, zone)
    if schedule.times is not None:
        per_period.checked(schedule.times, filled(rule, schedule.starts_at))
    _check_start(schedule, rule)
    return replace(schedule, rule=_normal_text(rule))


def _check_after(schedule: Schedule) -> None:
    if schedule.rule is not None:
        refuse(
            "repeat_after",
            _("It comes back by a rule, or after it is done: choose one of the two."),
        )
    completion.checked(schedule.after or "")


def snap(schedule: Schedule) -> Schedule:
    """Move the start to the first date that its rule names, then validate: for forms that ask for days."""
    if schedule.rule is None:
        return validate(schedule)
    schedule, zone = _checked_ground(schedule)
    start = _first_match(schedule, _checked_rule(schedule, zone))
    return validate(replace(schedule, starts_at=start or schedule.starts_at))


def _checked_ground(schedule: Schedule) -> tuple[Schedule, ZoneInfo]:
    zone = zone_named(schedule.zone)
    if zone is None:
        refuse("time_zone", _("This time zone is not known. Use a name such as Europe/Berlin."))
    if schedule.month_end not in MONTH_ENDS:
        refuse(
            "month_end", _("Choose clamp (short months: their last day) or skip (leave them out).")
        )
    return replace(schedule, starts_at=_checked_start(schedule.starts_at)), zone


def _checked_start(start: datetime) -> datetime:
    if start.tzinfo is not None:
        refuse("starts_at", _("Give the local time without an offset; the zone stands beside it."))
    if start.year not in rrule.YEARS:
        refuse(
            "starts_at",
            _(
                "Choose a date from %(first)s to %(last)s.",
                first=rrule.YEARS[0],
                last=rrule.YEARS[-1],
            ),
        )
    return start.replace(microsecond=0, fold=0)


def _checked_rule(schedule: Schedule, zone: ZoneInfo) -> Rule:
    rrule_check.check(rrule.parse(schedule.rule or ""))
    rule = rule_of(schedule)
    if isinstance(rule.until, datetime) and rule.until.tzinfo is None:
        rule = replace(rule, until=to_instant(rule.until, zone))
    if _is_over(rule.until, schedule.starts_at, zone):
        rrule.refuse(
            _("UNTIL lies before the start, so nothing would be due. Choose a later date.")
        )
    return rule


def _is_over(until: date | datetime | None, start: datetime, zone: ZoneInfo) -> bool:
    if isinstance(until, datetime):
        return until < to_instant(start, zone)
    return until is not None and until < start.date()


def _check_start(schedule: Schedule, rule: Rule) -> None:
    first = _first_match(schedule, rule)
    if first is None:
        rrule.refuse(_("This rule never fires. Choose days that exist, or another start."))
    if first != schedule.starts_at:
        refuse(
            "starts_at",
            _(
                "The rule does not fire at this start. Its first time is %(first)s: start there, or "
                "change the rule.",
                first=f"{first:%Y-%m-%dT%H:%M:%S}",
            ),
        )


def _first_match(schedule: Schedule, rule: Rule) -> datetime | None:
    start = schedule.starts_at
    plan = expansion.plan_of(rule, start, schedule.month_end)
    last = min(date(start.year + SEARCH_YEARS, 12, 31), expansion.LAST_DAY)
    return next(expansion.walls(plan, start.date(), last), None)


def _normal_text(rule: Rule) -> str:
    # Minute, second and a single hour equal the start's by now; left out, they move with it.
    hours = rule.hours if len(rule.hours) > 1 else ()
    week_start = rule.week_start if _depends_on_week_start(rule) else 0
    rule = replace(rule, hours=hours, minutes=(), seconds=(), week_start=week_start)
    text = rrule.write(rule)
    if len(text) > rrule.MAX_LENGTH:
        rrule.refuse(
            _(
                "This rule is too long. Keep it under %(max_length)s characters.",
                max_length=rrule.MAX_LENGTH,
            )
        )
    return text


def _depends_on_week_start(rule: Rule) -> bool:
    # Calendars write WKST=SU everywhere; kept where it means nothing, it would hide rules from the form.
    is_split = rule.freq == "WEEKLY" and len(rule.weekdays) > 1
    return bool(rule.week_numbers) or (is_split and (rule.interval > 1 or bool(rule.positions)))
