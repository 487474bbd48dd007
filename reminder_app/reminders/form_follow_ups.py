"""What the form says about asking again, telling somebody else, and coming back after it is done."""

from typing import Any

from reminder_app.recurrence import completion, per_period, rrule
from reminder_app.reminders import nagging
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext, ngettext

Values = dict[str, Any]
EVERY = (5, 10, 15, 30, 60, 120, 240, 1440)  # minutes
WAITING = (15, 30, 60, 120, 240, 480, 1440, 2880)
AFTER_DONE, SO_MANY = "after_done", "so_many"
UNITS = [("D", lazy_gettext("days")), ("W", lazy_gettext("weeks")), ("M", lazy_gettext("months"))]
# A refusal's field -> where the form shows it.
PLACES = {
    "nag": "nag_every",
    "escalation": "escalate_after",
    "repeat_after": "every",
    "times_per": "times",
}


def to_nag(data: Values) -> Values | None:
    """As it is kept. Raises Invalid naming nag."""
    if not data["nag_every"]:
        return None
    return nagging.checked(
        {
            "every": data["nag_every"],
            "most": data["nag_most"],
            "start": data["nag_start"],
            "end": data["nag_end"],
        }
    )


def to_escalation(data: Values, person: Values | None) -> Values | None:
    if not data["escalate_after"] or person is None:
        return None
    return {"after": data["escalate_after"], "to": person}


def to_repeat_after(data: Values) -> str | None:
    if data["repeat"] != AFTER_DONE:
        return None
    return completion.checked(f"P{data['every']}{data['after_unit']}")


def to_times_per(data: Values) -> str | None:
    if data["repeat"] != SO_MANY:
        return None
    return f"{data['times']}/{data['times_unit']}"


def times_values(times: str | None, rule: str | None) -> Values:
    """On days of the week, or on any."""
    if times is None:
        return {"times": 3, "times_unit": "week"}
    number, unit = per_period.parts(times)
    found = rrule.parse(rule or "")
    days = [rrule.WEEKDAYS[day] for _nth, day in found.weekdays]
    return {"repeat": SO_MANY, "times": number, "times_unit": unit, "days": days}


def nag_values(nag: Values | None) -> Values:
    kept = nag or {"every": None, "most": nagging.USUAL, "start": None, "end": None}
    return {f"nag_{name}": kept[name] for name in ("every", "most", "start", "end")}


def repeat_after_values(after: str | None) -> Values:
    if after is None:
        return {"after_unit": "D"}
    number, unit = completion.parts(after)
    return {"repeat": AFTER_DONE, "every": number, "after_unit": unit}


def every_choices(chosen: Any) -> list[tuple[Any, str]]:
    options = [(one, nagging.every(one)) for one in minutes(EVERY, chosen)]
    return [("", _("No, once is enough")), *options]


def waiting_choices(chosen: Any) -> list[tuple[Any, str]]:
    options = [(one, capital(after(one))) for one in minutes(WAITING, chosen)]
    return [("", _("Nobody else")), *options]


def minutes(usual: tuple[int, ...], chosen: Any) -> list[int]:
    """The usual ones, and what is chosen already."""
    text = str(chosen or "")
    more = {int(text)} if text.isascii() and text.isdigit() and len(text) < 6 else set()
    return sorted({*usual, *more} - {0})


def after(minutes: int) -> str:
    """after 15 minutes, after an hour, after a day"""
    number, unit = nagging.lasting(minutes)
    if unit == "day":
        return ngettext("after a day", "after %(num)s days", number)
    if unit == "hour":
        return ngettext("after an hour", "after %(num)s hours", number)
    return ngettext("after a minute", "after %(num)s minutes", number)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
