from reminder_app.reminders import form_files
from reminder_app.reminders.schemas import ReminderSchema
from reminder_app.reminders.templates import service, starters
from reminder_app.reminders.templates.schemas import (
    NewTemplateSchema,
    StartersSchema,
    TemplateChangesSchema,
    TemplateSchema,
    UseSchema,
)
from reminder_app.reminders.templates.service import PLAIN
from reminder_app.web.api import Blueprint, PageArgs, page_of, page_schema
from reminder_app.web.gate import current, requires
from reminder_app.web.idempotency import idempotent

bp = Blueprint(
    "reminder_templates_api",
    __name__,
    url_prefix="/api/v1/reminder-templates",
    description="Reminders that are made again and again: all of one but its day.",
)


@bp.get("")
@requires("reminders:read")
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(TemplateSchema))
def browse(args):
    """List templates by name"""
    return page_of(service.browse(current().workspace_id, **args))


@bp.post("")
@requires("reminders:write")
@idempotent
@bp.arguments(NewTemplateSchema)
@bp.response(201, TemplateSchema)
@bp.alt_response(409, "Problem")
def create(data):
    """Create a template"""
    actor, files = current(), form_files.wanted(data.pop("with_files", None))
    return service.create(actor.workspace_id, actor.user_id, with_files=files, **data)


@bp.get("/starters")
@requires("reminders:read")
@bp.response(200, StartersSchema)
def browse_starters():
    """List ready-made templates, for this kind of workspace

    Their words are in the language that is asked for.
    """
    found = starters.offered(current().workspace_kind)
    return {"items": [{"key": key, "fields": PLAIN | one} for key, one in found.items()]}


@bp.post("/starters/<key>")
@requires("reminders:write")
@idempotent
@bp.response(201, TemplateSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def keep_starter(key):
    """Create a template from a ready-made one"""
    return service.keep(current().workspace_id, current().user_id, key)


@bp.get("/<uuid:template_id>")
@requires("reminders:read")
@bp.response(200, TemplateSchema)
@bp.alt_response(404, "Problem")
def show(template_id):
    """Show a template"""
    return service.get(current().workspace_id, template_id)


@bp.patch("/<uuid:template_id>")
@requires("reminders:write")
@bp.arguments(TemplateChangesSchema(partial=True))
@bp.response(200, TemplateSchema)
@bp.alt_response(404, "Problem")
def edit(data, template_id):
    """Change what is given of a template

    What was made from it stays as it is.
    """
    actor, files = current(), form_files.wanted(data.pop("with_files", None))
    return service.edit(actor.workspace_id, actor.user_id, template_id, with_files=files, **data)


@bp.delete("/<uuid:template_id>")
@requires("reminders:write")
@bp.response(204)
@bp.alt_response(404, "Problem")
def delete(template_id):
    """Delete a template; what was made from it stays"""
    service.delete(current().workspace_id, template_id)


@bp.post("/<uuid:template_id>/use")
@requires("reminders:write")
@idempotent
@bp.arguments(UseSchema)
@bp.response(201, ReminderSchema)
@bp.alt_response(404, "Problem")
def use(data, template_id):
    """Make a reminder from a template

    It begins on `date`, or on the first day after it that the rule names.
    """
    actor, day = current(), data.pop("date")
    data.setdefault("time_zone", actor.time_zone)
    whose, shelf = (actor.workspace_id, actor.user_id), form_files.shelf()
    return service.use(*whose, template_id, day=day, shelf=shelf, **data)
