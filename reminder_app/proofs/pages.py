import re

from flask import Blueprint, Response, render_template, request

from reminder_app.database import now
from reminder_app.proofs import paper, service, tables
from reminder_app.translations import gettext as _
from reminder_app.translations import ngettext
from reminder_app.web.days import as_moments, day_or_none
from reminder_app.web.formatting import number
from reminder_app.web.gate import current, requires

bp = Blueprint("proofs", __name__, url_prefix="/contacts/<uuid:contact_id>")


@bp.get("/history")
@requires("deliveries:read")
def history(contact_id):
    asked = period()
    found = service.page(
        current().workspace_id, contact_id, **as_moments(asked), cursor=request.args.get("cursor")
    )
    return render_template("proofs/history.html", found=found, asked=asked)


@bp.get("/history.csv")
@requires("deliveries:read")
def as_table(contact_id):
    found = service.whole(current().workspace_id, contact_id, **as_moments(period()))
    return file(tables.csv_lines(found.items), "text/csv; charset=utf-8", found, "csv")


@bp.get("/history.pdf")
@requires("deliveries:read")
def as_paper(contact_id):
    asked, actor = period(), current()
    found = service.whole(actor.workspace_id, contact_id, **as_moments(asked))
    who, many = found.contact, len(found.items)
    address = who.email or _("No email address")
    facts = [
        f"{address} · {actor.workspace_name}",
        told(many, asked),
        *([cut()] if found.is_cut else []),
    ]
    title = _("What was sent to %(name)s", name=who.name)
    content = paper.pdf(title, facts, found.items, now())
    return file(content, "application/pdf", found, "pdf")


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
            "%(count)s message from %(since)s to %(until)s, the latest first. All times are UTC.",
            "%(count)s messages from %(since)s to %(until)s, the latest first. All times are UTC.",
            many,
            **places,
        )
    if since:
        return ngettext(
            "%(count)s message from %(since)s, the latest first. All times are UTC.",
            "%(count)s messages from %(since)s, the latest first. All times are UTC.",
            many,
            **places,
        )
    if until:
        return ngettext(
            "%(count)s message to %(until)s, the latest first. All times are UTC.",
            "%(count)s messages to %(until)s, the latest first. All times are UTC.",
            many,
            **places,
        )
    return ngettext(
        "%(count)s message, the latest first. All times are UTC.",
        "%(count)s messages, the latest first. All times are UTC.",
        many,
        **places,
    )
