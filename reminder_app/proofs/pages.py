from flask import Blueprint, render_template, request

from reminder_app.proofs import files, service
from reminder_app.web.days import as_moments, day_or_none
from reminder_app.web.gate import current, requires

bp = Blueprint("proofs", __name__, url_prefix="/contacts/<uuid:contact_id>")


@bp.get("/history")
@requires("deliveries:read")
def history(contact_id):
    asked = period()
    found = service.page(
        current().workspace_id,
        contact_id,
        files.mail_from(),
        **as_moments(asked, files.zone()),
        cursor=request.args.get("cursor"),
    )
    return render_template("proofs/history.html", found=found, asked=asked)


@bp.get("/history.csv")
@requires("deliveries:read")
def as_table(contact_id):
    return files.as_table(contact_id, period())


@bp.get("/history.pdf")
@requires("deliveries:read")
def as_paper(contact_id):
    return files.as_paper(contact_id, period())


def period():
    return {name: day_or_none(request.args.get(name)) for name in ("since", "until")}
