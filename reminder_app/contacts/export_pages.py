"""Contacts as a file, for a browser."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from reminder_app.contacts import exporting
from reminder_app.contacts.pages import wanted
from reminder_app.database import now
from reminder_app.errors import Invalid
from reminder_app.translations import gettext as _
from reminder_app.web.gate import current, requires
from reminder_app.web.streams import streamed

bp = Blueprint("contact_exports", __name__, url_prefix="/contacts")
FORMATS = {
    "csv": (exporting.as_csv, "csv", "text/csv"),
    "vcard": (exporting.as_vcards, "vcf", "text/vcard"),
}


@bp.get("/export")
@requires("contacts:read")
def export() -> ResponseReturnValue:
    """What the list shows, all pages of it."""
    try:
        lines, ending, kind = FORMATS[request.args.get("format", "csv")]
    except KeyError as error:
        raise Invalid(_("Choose csv or vcard.")) from error
    name = f"contacts-{now():%Y-%m-%d}.{ending}"
    found = streamed(lines(current().workspace_id, **wanted()))
    head = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(found, headers=head, content_type=f"{kind}; charset=utf-8")
