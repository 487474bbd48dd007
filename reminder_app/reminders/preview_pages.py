"""What a reminder's form would make of it: the next times, before anything is saved."""

from itertools import islice
from typing import Any

from reminder_app.database import now
from reminder_app.errors import Invalid
from reminder_app.recurrence import Schedule
from reminder_app.reminders import nagging, service, showing
from reminder_app.reminders.form_choices import in_form, to_schedule
from reminder_app.reminders.form_follow_ups import to_nag
from reminder_app.reminders.remarks import is_about_month_ends
from reminder_app.reminders.service import Time
from reminder_app.web.formatting import ago
from reminder_app.web.forms import Form

NAGS_SHOWN = 5


def preview_of(form: Form) -> dict[str, Any]:
    """The next five due times, or what stands in their way."""
    if not form.is_valid():
        is_empty = not (form.values.get("date") and form.values.get("time"))
        return {} if is_empty else {"wrong": form.errors}
    try:
        schedule = to_schedule(form.data)
        service.check_comes(schedule, now())
        times = service.preview(schedule, since=now())
        nags = nags_of(form.data, schedule, times[0])
    except Invalid as error:
        fields = in_form(error, form.data["repeat"]).fields
        return {"wrong": {name: [why] for name, why in fields.items()}}
    return {
        "times": showing.coming(schedule, times),
        "words": begun(showing.in_words(schedule) if repeats(schedule) else ago(times[0].at)),
        "comes_back": schedule.after,
        **nags,
        "zone": schedule.zone,
        "is_about_month_ends": is_about_month_ends(schedule),
        "is_moved": schedule.starts_at.date() != form.data["date"],
    }


def repeats(schedule: Schedule) -> bool:
    return bool(schedule.rule or schedule.after)


def nags_of(data: dict[str, Any], schedule: Schedule, first: Time) -> dict[str, Any]:
    """When it would be asked again, if nobody did the first one."""
    nag = nagging.of(to_nag(data))
    if nag is None:
        return {}
    found = list(islice(nagging.chain(nag, first.at, schedule.zone), NAGS_SHOWN))
    return {
        "nag_words": nagging.in_words(nag),
        "nags": showing.plainly(service.times(schedule, found)),
    }


def begun(words: str) -> str:
    """in 3 days -> In 3 days"""
    return words[:1].upper() + words[1:]
