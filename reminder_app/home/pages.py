"""Today: what waits, what comes, what is done."""

from datetime import datetime, timedelta
from itertools import groupby

from babel.dates import format_date
from flask import Blueprint, render_template

from reminder_app.database import now
from reminder_app.home.greeting import greeting
from reminder_app.reminders import service
from reminder_app.translations import gettext as _
from reminder_app.web.formatting import locale, zone
from reminder_app.web.gate import current, requires

bp = Blueprint("home", __name__)
DAYS_AHEAD, MOST_AHEAD = 7, 12
MOST = 50  # of each group; the lists show the rest


@bp.get("/")
@requires("reminders:read")
def today():
    actor = current()
    agenda = service.agenda(actor.workspace_id, actor.time_zone, limit=MOST)
    ahead = service.list_reminders(
        actor.workspace_id, view="upcoming", zone=actor.time_zone, limit=MOST_AHEAD
    ).items
    here = now().astimezone(zone())
    return render_template(
        "home/today.html",
        greeting=greeting(here, actor.name),
        here=here,
        agenda=agenda,
        most=MOST,
        days=by_day(ahead, here),
        later=ahead,
        is_new=not (agenda.overdue or agenda.today or agenda.done or ahead) and is_new(actor),
    )


@bp.get("/progress")
@requires("reminders:read")
def progress():
    """The bar, again after something was ticked off."""
    actor = current()
    agenda = service.agenda(actor.workspace_id, actor.time_zone, limit=MOST)
    return render_template("home/progress.html", agenda=agenda)


@bp.app_template_filter()
def day_name(value: datetime) -> str:
    days = (value.astimezone(zone()).date() - now().astimezone(zone()).date()).days
    return (
        _("Tomorrow")
        if days == 1
        else format_date(value.astimezone(zone()), "EEEE", locale=locale())
    )


def by_day(reminders, here: datetime):
    """[(day, reminders)] of the next days, soonest first."""
    end = here + timedelta(days=DAYS_AHEAD)
    near = [one for one in reminders if one.next_at and one.next_at < end]
    return [
        (found[0].next_at, found)
        for _day, group in groupby(near, lambda one: one.next_at.astimezone(here.tzinfo).date())
        if (found := list(group))
    ]


def is_new(actor) -> bool:
    return not service.list_reminders(actor.workspace_id, limit=1).items
