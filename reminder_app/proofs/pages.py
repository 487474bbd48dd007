import re

from flask import Blueprint, Response, render_template, request

from reminder_app.database import now
from reminder_app.proofs import paper, service, tables
from reminder_app.web.days import as_moments, day_or_none
from reminder_app.web.gate import current, requires

bp = Blueprint("proofs", __name__, url_prefix="/contacts/<uuid:contact_id>")
CUT = f"Only the latest {service.MOST:,} are listed: choose a period for the others."


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
    facts = [
        f"{who.email or 'No email address'} · {actor.workspace_name}",
        f"{many} {'message' if many == 1 else 'messages'}{between(asked)}, the latest first. "
        "All times are UTC.",
        *([CUT] if found.is_cut else []),
    ]
    title = f"What was sent to {who.name}"
    content = paper.pdf(title, facts, found.items, now())
    return file(content, "application/pdf", found, "pdf")


def file(content, kind, found, ending):
    name = re.sub(r"[^A-Za-z0-9]+", "-", found.contact.name).strip("-").lower() or "contact"
    headers = {"Content-Disposition": f'attachment; filename="history-{name}.{ending}"'}
    return Response(content, content_type=kind, headers=headers)


def period():
    return {name: day_or_none(request.args.get(name)) for name in ("since", "until")}


def between(asked):
    since, until = asked["since"], asked["until"]
    return (f" from {since}" if since else "") + (f" to {until}" if until else "")
