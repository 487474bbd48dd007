"""When the first time is: the day and the time that were said, or what is usual where they were not."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from reminder_app.errors import Invalid
from reminder_app.quick_add import days, notices
from reminder_app.quick_add.meaning import Here, Length, Meaning
from reminder_app.quick_add.settling import Settling, times_of
from reminder_app.recurrence import Schedule, rrule, snap
from reminder_app.recurrence.rrule import Rule

MORNING = "morning"
A_DAY = timedelta(days=1)
PERIODS = {"WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}


@dataclass
class Start:
    """at: None as long as it is not clear. is_time_said: else the usual time was taken."""

    at: datetime | None = None
    is_time_said: bool = False
    rule: Rule | None = None
    month_end: str = "clamp"
    after: Length | None = None
    times: str = ""


def start_of(settling: Settling) -> Start:
    """What is left to ask is added to the questions."""
    start = Start(rule=rule_of(settling), after=after_of(settling), times=times_per(settling))
    if settling.questions:
        return start
    times = times_of([part.first for part in settling.with_("clock", "clocks")])
    day = next((part.first.day for part in settling.with_("day")), None)
    start.is_time_said = bool(times) or day_part(settling) != ""
    start.at = at_of(settling, start, day, times)
    if start.at and start.rule:
        if len(times) > 1:
            start.rule = replace(start.rule, hours=tuple(clock.hour for clock in times))
        start.rule = with_end(settling, in_weeks_of(settling.here, start.rule), start.at.date())
        start.month_end = month_end(settling, start.rule, start.at.date())
    return replace(start, at=None) if settling.questions else start


def rule_of(settling: Settling) -> Rule | None:
    return next((part.first.rule for part in settling.with_("rule") if part.is_clear), None)


def times_per(settling: Settling) -> str:
    return next((part.first.times for part in settling.with_("times") if part.is_clear), "")


def after_of(settling: Settling) -> Length | None:
    return next((part.first.after for part in settling.with_("after")), None)


def day_part(settling: Settling) -> str:
    return next((part.first.day_part for part in settling.with_("day_part")), "")


def usual(settling: Settling) -> time:
    return settling.here.moments[day_part(settling) or MORNING]


def at_of(settling: Settling, start: Start, day: date | None, times: list[time]) -> datetime | None:
    if start.rule or start.after:
        return of_rule(settling, start.rule or Rule("DAILY"), day, times)
    if day is None and not start.is_time_said:
        return asked_when(settling)
    clock = times[0] if times else usual(settling)
    if day is None:
        return next_clock(settling, clock)
    if any(part.first.is_midnight for part in settling.with_("clock")):
        return at_midnight(settling, day)
    if settling.is_ahead(day, clock):
        return datetime.combine(day, clock)
    if start.is_time_said:
        return asked_later(settling, day, clock)
    return asked_time(settling, day)


def at_midnight(settling: Settling, day: date) -> datetime | None:
    """A day has one at each end."""
    options = tuple(
        Meaning(day=one, clock=time())
        for one in (day, day + A_DAY)
        if settling.is_ahead(one, time())
    )
    if len(options) == 1 and options[0].day:
        return datetime.combine(options[0].day, time())
    texts = [part.text for part in settling.with_("day", "clock")]
    return chosen(settling, "midnight", options, " ".join(texts))


def next_clock(settling: Settling, clock: time) -> datetime:
    today = settling.here.today
    day = today if settling.is_ahead(today, clock) else today + A_DAY
    return datetime.combine(day, clock)


def of_rule(settling: Settling, rule: Rule, day: date | None, times: list[time]) -> datetime | None:
    here = settling.here
    if not times and rule.hours:
        times = [time(hour) for hour in rule.hours]
    clock = times[0] if times else usual(settling)
    if day:
        return datetime.combine(day, clock)
    times = [clock.replace(hour=hour) for hour in rule.hours] or times
    if rule.freq == "HOURLY" and not times:
        return next_hour(here)
    if any(settling.is_ahead(here.today, one) for one in (times or [clock])):
        return on_first_day(rule, datetime.combine(here.today, clock), here)
    return on_first_day(rule, datetime.combine(one_later(rule, here.today), clock), here)


def on_first_day(rule: Rule, at: datetime, here: Here) -> datetime:
    """Every 2 weeks on Tuesday begins on the coming one, and not a week after it."""
    if rule.interval == 1 or not (rule.weekdays or rule.month_days):
        return at
    each = rrule.write(replace(rule, interval=1))
    try:
        return snap(Schedule(at, here.zone.key, each)).starts_at
    except Invalid:
        return at


def one_later(rule: Rule, today: date) -> date:
    """The next day, which the rule moves on; without days of its own, the same day one period later."""
    is_free = not (rule.weekdays or rule.month_days)
    unit = PERIODS.get(rule.freq) if is_free else None
    return (unit and days.moved(today, Length(1, unit))) or today + A_DAY


def next_hour(here: Here) -> datetime:
    full = here.now.replace(minute=0, second=0, microsecond=0, tzinfo=None)
    return full + timedelta(hours=1)


def asked_when(settling: Settling) -> datetime | None:
    """Nothing was said: a few usual times to choose from."""
    here = settling.here
    soon = next_hour(here) + timedelta(hours=here.now.minute >= 30)
    evening = datetime.combine(here.today, here.moments["evening"])
    morning = datetime.combine(here.today + A_DAY, here.moments[MORNING])
    offered = [soon, evening, morning, morning + 6 * A_DAY]
    options = tuple(
        Meaning(day=at.date(), clock=at.time())
        for at in sorted(set(offered))
        if settling.is_ahead(at.date(), at.time())
    )
    return chosen(settling, "when", options)


def asked_time(settling: Settling, day: date) -> datetime | None:
    """Today, and its usual time is over."""
    here = settling.here
    soon = next_hour(here)
    moments = [datetime.combine(day, clock) for clock in here.moments.values()]
    offered = [at for at in moments if at > soon] + ([soon] if soon.date() == day else [])
    options = [Meaning(day=at.date(), clock=at.time()) for at in sorted(offered)]
    tomorrow = Meaning(day=day + A_DAY, clock=here.moments[MORNING])
    return chosen(settling, "time", (*options, tomorrow))


def asked_later(settling: Settling, day: date, clock: time) -> datetime | None:
    """today at 9, and it is 10."""
    options = [Meaning(day=day + A_DAY, clock=clock)]
    if (
        not day_part(settling)
        and clock.hour < 12
        and settling.is_ahead(day, clock.replace(hour=clock.hour + 12))
    ):
        options.insert(0, Meaning(day=day, clock=clock.replace(hour=clock.hour + 12)))
    texts = [part.text for part in settling.with_("day", "clock", "day_part")]
    return chosen(settling, "past", tuple(options), " ".join(texts))


def chosen(
    settling: Settling, name: str, options: tuple[Meaning, ...], text: str = ""
) -> datetime | None:
    found = settling.chosen(name, options, text)
    return datetime.combine(found.day, found.clock) if found and found.day and found.clock else None


def in_weeks_of(here: Here, rule: Rule) -> Rule:
    """Which days are of one week is the writer's to say."""
    is_split = rule.freq == "WEEKLY" and rule.interval > 1 and len(rule.weekdays) > 1
    return replace(rule, week_start=here.first_weekday) if is_split else rule


def with_end(settling: Settling, rule: Rule, start: date) -> Rule:
    end = next((part.first for part in settling.with_("until", "count", "length")), None)
    if end is None:
        return rule
    until = notices.last_day(start, end.length) if end.length else end.until
    return replace(rule, count=end.count, until=until)


def month_end(settling: Settling, rule: Rule, start: date) -> str:
    """What the 31st is in a month of 30 days has to be said."""
    if not is_about_month_ends(rule, start):
        return "clamp"
    options = (Meaning(month_end="clamp"), Meaning(month_end="skip"))
    found = settling.chosen("month_end", options)
    return found.month_end if found else "clamp"


def is_about_month_ends(rule: Rule, start: date) -> bool:
    if rule.weekdays or rule.positions or rule.freq not in ("MONTHLY", "YEARLY"):
        return False
    day = max(rule.month_days, default=start.day)
    month = (rule.months or (start.month,))[0]
    return day > 28 and (rule.freq == "MONTHLY" or (month == 2 and day == 29))
