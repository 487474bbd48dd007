from reminder_app.contacts import service
from reminder_app.contacts.schemas import ContactArgs, ContactChangesSchema, ContactSchema
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


@bp.get("/<uuid:contact_id>")
@requires("contacts:read")
@bp.response(200, ContactSchema)
@bp.alt_response(404, "Problem")
def show(contact_id):
    """Show a contact"""
    return service.get(current().workspace_id, contact_id)


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
