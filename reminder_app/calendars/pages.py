"""The calendar: month, week and agenda, without JavaScript."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date, get_day_names
from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reminder_app.calendars import grid, months
from reminder_app.calendars.grid import Shown
from reminder_app.calendars.months import Due
from reminder_app.database import now
from reminder_app.reminders import service as reminders
from reminder_app.translations import gettext as _
from reminder_app.web.formatting import locale, zone
from reminder_app.web.gate import current, requires

bp = Blueprint("calendar", __name__, url_prefix="/calendar")
LONGEST_LABEL = 40
# Lines of a day, by where it stands.
MOST = {"month": 4, "week": 20, "agenda": 100, "below": 10}
OFTEN = 3  # times a day, from which on one line says them all
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@bp.get("")
@requires("reminders:read")
def show() -> ResponseReturnValue:
    actor, today = current(), now().astimezone(zone()).date()
    asked_view, label = request.args.get("view"), request.args.get("label", "")[:LONGEST_LABEL]
    view = asked_view if asked_view in grid.VIEWS else "month"
    day = grid.asked_day(request.args.get("day", ""), today)
    shown = grid.shown(view, day, locale().first_week_day)
    stretch = months.between(actor.workspace_id, shown.days[0], shown.days[-1], zone(), label)
    return render_template(
        "calendars/calendar.html",
        shown=shown,
        day=day,
        today=today,
        title=title(shown, day),
        lines={day: lines(found) for day, found in stretch.days.items()},
        counts={day: len(found) for day, found in stretch.days.items()},
        is_cut=stretch.is_cut,
        label=label,
        labels=reminders.labels(actor.workspace_id),
        names=day_names(),
        most=MOST,
        link=lambda **there: url_for("calendar.show", **kept(view, day, label) | there),
        written=written,
    )


def kept(view: str, day: date, label: str) -> dict[str, Any]:
    return {"view": view, "day": day.isoformat(), "label": label or None}


def title(shown: Shown, day: date) -> str:
    if shown.view == "month":
        return format_date(day, "LLLL y", locale=locale())
    first, last = shown.days[0], shown.days[-1]
    from_, to = _("d MMM"), _("d MMM y")
    return (
        f"{format_date(first, from_, locale=locale())} – {format_date(last, to, locale=locale())}"
    )


def written(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=locale())


def day_names() -> list[tuple[str, str]]:
    """Short and long, from the first day of the week on."""
    short, long = (get_day_names(width, locale=locale()) for width in ("abbreviated", "wide"))
    first = locale().first_week_day
    return [(short[at % 7], long[at % 7]) for at in range(first, first + 7)]


def lines(found: Sequence[Due]) -> list[tuple[Due, int]]:
    """Each with how many times it stands for: what is due every hour is one line a day."""
    many: dict[Any, list[Due]] = {}
    for one in found:
        many.setdefault(one.reminder_id, []).append(one)
    return sorted(flat(many.values()), key=lambda line: line[0].at)


def flat(groups: Iterable[list[Due]]) -> Iterable[tuple[Due, int]]:
    for group in groups:
        if len(group) > OFTEN:
            yield (
                next((one for one in group if one.state in ("open", "coming")), group[0]),
                len(group),
            )
        else:
            yield from ((one, 1) for one in group)
