import re
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, render_template, request

from reminder_app.database import now
from reminder_app.proofs import paper, service, tables
from reminder_app.recurrence.wall_time import zone_named
from reminder_app.translations import gettext as _
from reminder_app.translations import ngettext
from reminder_app.web.days import as_moments, day_or_none
from reminder_app.web.formatting import local_day, locale, number
from reminder_app.web.gate import current, requires
from reminder_app.workspaces import service as workspaces

bp = Blueprint("proofs", __name__, url_prefix="/contacts/<uuid:contact_id>")


@bp.get("/history")
@requires("deliveries:read")
def history(contact_id):
    asked = period()
    found = service.page(
        current().workspace_id,
        contact_id,
        mail_from(),
        **as_moments(asked, zone()),
        cursor=request.args.get("cursor"),
    )
    return render_template("proofs/history.html", found=found, asked=asked)


@bp.get("/history.csv")
@requires("deliveries:read")
def as_table(contact_id):
    found = whole(contact_id, period())
    return file(tables.csv_lines(found.items), "text/csv; charset=utf-8", found, "csv")


@bp.get("/history.pdf")
@requires("deliveries:read")
def as_paper(contact_id):
    asked, actor = period(), current()
    found = whole(contact_id, asked)
    who, many = found.contact, len(found.items)
    address = who.email or _("No email address")
    facts = [
        f"{address} · {actor.workspace_name}",
        told(many, {name: day and local_day(day) for name, day in asked.items()}),
        _("All times are those of %(zone)s.", zone=zone().key),
        *([cut()] if found.is_cut else []),
    ]
    title = _("What was sent to %(name)s", name=who.name)
    content = paper.pdf(title, facts, found.items, now(), paper.Clock(zone(), locale()))
    return file(content, "application/pdf", found, "pdf")


def whole(contact_id, asked):
    workspace_id = current().workspace_id
    return service.whole(workspace_id, contact_id, mail_from(), **as_moments(asked, zone()))


def zone():
    """The workspace's: whoever of it asks, the same is shown."""
    return zone_named(workspaces.get(current().workspace_id).time_zone) or ZoneInfo("UTC")


def mail_from():
    return current_app.config["SETTINGS"].mail_from


def file(content, kind, found, ending):
    name = re.sub(r"[^A-Za-z0-9]+", "-", found.contact.name).strip("-").lower() or "contact"
    headers = {"Content-Disposition": f'attachment; filename="history-{name}.{ending}"'}
    return Response(content, content_type=kind, headers=headers)


def period():
    return {name: day_or_none(request.args.get(name)) for name in ("since", "until")}


def cut():
    return _(
        "Only the latest %(most)s are listed: choose a period for the others.",
        most=number(service.MOST),
    )


def told(many, asked):
    since, until = asked["since"], asked["until"]
    places = {"count": many, "since": since, "until": until}
    if since and until:
        return ngettext(
            "%(count)s message from %(since)s to %(until)s, the latest first.",
            "%(count)s messages from %(since)s to %(until)s, the latest first.",
            many,
            **places,
        )
    if since:
        return ngettext(
            "%(count)s message from %(since)s, the latest first.",
            "%(count)s messages from %(since)s, the latest first.",
            many,
            **places,
        )
    if until:
        return ngettext(
            "%(count)s message to %(until)s, the latest first.",
            "%(count)s messages to %(until)s, the latest first.",
            many,
            **places,
        )
    return ngettext(
        "%(count)s message, the latest first.",
        "%(count)s messages, the latest first.",
        many,
        **places,
    )
