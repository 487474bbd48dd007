from reminder_app.contacts import figures, service
from reminder_app.contacts.schemas import (
    MOST_AT_ONCE,
    BulkArgs,
    BulkContactSchema,
    BulkResultSchema,
    ContactArgs,
    ContactChangesSchema,
    ContactDetailsSchema,
    ContactSchema,
    loaded,
)
from reminder_app.contacts.taking import take
from reminder_app.errors import refuse
from reminder_app.translations import gettext as _
from reminder_app.web.api import Blueprint, page_of, page_schema
from reminder_app.web.gate import current, requires
from reminder_app.web.idempotency import idempotent

bp = Blueprint(
    "contacts_api",
    __name__,
    url_prefix="/api/v1/contacts",
    description="The people a workspace may write to.",
)


@bp.get("")
@requires("contacts:read")
@bp.arguments(ContactArgs, location="query")
@bp.response(200, page_schema(ContactSchema))
def browse(args):
    """List contacts by name"""
    archived = args.pop("archived")
    return page_of(service.browse(current().workspace_id, is_archived=archived, **args))


@bp.post("")
@requires("contacts:write")
@idempotent
@bp.arguments(ContactSchema)
@bp.response(201, ContactSchema)
@bp.alt_response(409, "Problem")
def create(data):
    """Create a contact

    An address that another contact has, archived or not, is refused with 409; `fields.existing_id`
    says which contact.
    """
    return service.create(current().workspace_id, **data)


@bp.post("/bulk-import")
@requires("contacts:write")
@idempotent
@bp.arguments(BulkArgs, location="query")
@bp.arguments(BulkContactSchema(many=True))
@bp.response(200, BulkResultSchema)
def bulk_import(args, contacts):
    """Create up to 1,000 contacts at once

    Each as POST /contacts takes it. Those that are not right are told apart, and stop nobody else.
    Who is here already is known by the address; without one, by name and phone.
    """
    if len(contacts) > MOST_AT_ONCE:
        refuse("body", _("Send at most %(most)s at once.", most=MOST_AT_ONCE))
    good, wrong = loaded(contacts)
    taken = take(current().workspace_id, list(good.values()), args["existing"])
    places = list(good)
    wrong |= {places[number]: why for number, why in taken.failed.items()}
    skipped = [places[number] for number in taken.there]
    return {
        "imported_count": taken.created + taken.updated,
        "created_count": taken.created,
        "updated_count": taken.updated,
        "skipped_count": len(skipped),
        "skipped": skipped,
        "failed_count": len(wrong),
        "failed": [{"index": place, "reason": why} for place, why in sorted(wrong.items())],
    }


@bp.get("/<uuid:contact_id>")
@requires("contacts:read")
@bp.response(200, ContactDetailsSchema)
@bp.alt_response(404, "Problem")
def show(contact_id):
    """Show a contact, with what it was told so far"""
    contact = service.get(current().workspace_id, contact_id)
    return {"contact": contact, "statistics": figures.of(contact.workspace_id, contact.id)}


@bp.patch("/<uuid:contact_id>")
@requires("contacts:write")
@bp.arguments(ContactChangesSchema(partial=True))
@bp.response(200, ContactSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def edit(data, contact_id):
    """Change what is given of a contact"""
    return service.edit(current().workspace_id, contact_id, **data)


@bp.post("/<uuid:contact_id>/archive")
@requires("contacts:write")
@bp.response(200, ContactSchema)
@bp.alt_response(404, "Problem")
def archive(contact_id):
    """Archive a contact

    It leaves the lists and pickers and keeps its address.
    """
    return service.archive(current().workspace_id, contact_id)


@bp.post("/<uuid:contact_id>/unarchive")
@requires("contacts:write")
@bp.response(200, ContactSchema)
@bp.alt_response(404, "Problem")
def unarchive(contact_id):
    """Bring an archived contact back"""
    return service.unarchive(current().workspace_id, contact_id)
