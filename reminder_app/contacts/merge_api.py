from reminder_app.contacts import merging
from reminder_app.contacts.merge_schemas import DuplicatesArgs, DuplicatesSchema, MergeSchema
from reminder_app.contacts.schemas import ContactSchema
from reminder_app.web.api import Blueprint
from reminder_app.web.gate import current, requires
from reminder_app.web.idempotency import idempotent

bp = Blueprint("contact_merges_api", __name__, url_prefix="/api/v1/contacts", title="Contacts")


@bp.get("/duplicates")
@requires("contacts:write")
@bp.arguments(DuplicatesArgs, location="query")
@bp.response(200, DuplicatesSchema)
def duplicates(args):
    """Find contacts that may be one person

    By the mailbox (with its dots and +tags left out, where the provider does so too), by a phone
    number or by the name. A group names ten of its contacts at most.
    """
    groups, following = merging.suggestions(current().workspace_id, args["by"], args["cursor"])
    return {"items": groups, "next_cursor": following or None}


@bp.post("/<uuid:contact_id>/merge")
@requires("contacts:write")
@idempotent
@bp.arguments(MergeSchema)
@bp.response(200, ContactSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def merge(data, contact_id):
    """Make this contact and others one

    This one stays, with its reminders, messages and tags and theirs. What it lacks it has from the
    others, in their order; `pick` names whose a field shall be. The others are archived, and say
    in `merged_into_id` who goes on in their place.
    """
    ids = [contact_id, *data["others"]]
    return merging.merge(current().workspace_id, contact_id, ids, data["pick"])
