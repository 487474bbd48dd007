"""Who changed a reminder or a contact, for those who run its workspace."""

import uuid

from flask import Blueprint, render_template, request

from reminder_app.database.audit import history
from reminder_app.errors import NotFound
from reminder_app.operations import audit_showing as showing
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext
from reminder_app.web.gate import current, requires

bp = Blueprint("history", __name__, url_prefix="/history")
OF_A_PAGE = 20
# Nothing of people: their accounts are their own, whichever workspace they are in.
SHOWN = ("reminders", "reminder_recipients", "reminder_labels", "contacts", "contact_tags")
NOTHING = lazy_gettext("Nothing is written down of this.")


@bp.get("/<uuid:object_id>")
@requires("workspace:write")
def show(object_id: uuid.UUID) -> str:
    page = history.of_object(
        str(object_id),
        str(current().workspace_id),
        SHOWN,
        cursor=request.args.get("cursor"),
        limit=OF_A_PAGE,
    )
    if page is None:
        raise NotFound(str(NOTHING))
    rows = [showing.row(entry) for entry in page.items]
    title = next((row["title"] for row in rows if ": " in str(row["title"])), _("What happened"))
    back = "contacts.show" if is_contact(rows) else "reminders.show"
    return render_template(
        "operations/history.html",
        title=title,
        entries=rows,
        object_id=object_id,
        back=back,
        back_values={back.split("s.")[0] + "_id": object_id},
        next_cursor=page.next_cursor,
    )


def is_contact(rows: list[dict[str, object]]) -> bool:
    return any(str(row["table"]).startswith("contact") for row in rows)
