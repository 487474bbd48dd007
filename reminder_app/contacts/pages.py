import uuid
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time
from flask import Blueprint, redirect, render_template, request, url_for

from reminder_app.accounts.details import locales, zones
from reminder_app.contacts import details, figures, service
from reminder_app.contacts.schemas import ContactFormSchema
from reminder_app.database import now
from reminder_app.delivery.endpoints import gateways
from reminder_app.translations import gettext as _
from reminder_app.web.formatting import locale
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say

bp = Blueprint("contacts", __name__, url_prefix="/contacts")
LONGEST_SEARCH = 200


@bp.app_template_filter()
def field_name(name):
    """Of a field of one's own: all but the one that imports make are in words of theirs."""
    return _("Company") if name == "Company" else name


@bp.get("")
@requires("contacts:read")
def browse():
    asked = wanted()
    page = service.browse(current().workspace_id, **asked, cursor=request.args.get("cursor"))
    tags = service.tags(current().workspace_id)
    return render_template("contacts/browse.html", page=page, tags=tags, asked=asked)


@bp.get("/new")
@requires("contacts:write")
def new():
    initial = {"name": request.args.get("name", ""), "email": request.args.get("email", "")}
    return show_form(Form(ContactFormSchema, initial=initial))


@bp.post("")
@requires("contacts:write")
def create():
    form = Form(ContactFormSchema, request.form)
    contact = form.submit(lambda data: service.create(current().workspace_id, **data))
    return (
        show_form(form)
        if contact is None
        else saved(contact, _("%(name)s is saved.", name=contact.name))
    )


@bp.get("/<uuid:contact_id>")
@requires("contacts:read")
def show(contact_id):
    contact = service.get(current().workspace_id, contact_id)
    return render_template(
        "contacts/show.html",
        contact=contact,
        there=time_there(contact),
        told=figures.of(contact.workspace_id, contact.id),
        messages=figures.last_messages(contact.workspace_id, contact.id),
        channels=details.CHANNELS,
        sendable={"email", *gateways.channels(contact.workspace_id)},
    )


@bp.get("/<uuid:contact_id>/edit")
@requires("contacts:write")
def edit(contact_id):
    contact = service.get(current().workspace_id, contact_id)
    return show_form(Form(ContactFormSchema, initial=typed(contact)), contact)


@bp.post("/<uuid:contact_id>/edit")
@requires("contacts:write")
def save(contact_id):
    workspace_id = current().workspace_id
    form = Form(ContactFormSchema, request.form)
    contact = form.submit(lambda data: service.edit(workspace_id, contact_id, **data))
    if contact is None:
        return show_form(form, service.get(workspace_id, contact_id))
    return saved(contact, _("Saved."))


@bp.post("/<uuid:contact_id>/archive")
@requires("contacts:write")
def archive(contact_id):
    contact = service.archive(current().workspace_id, contact_id)
    undo = url_for("contacts.unarchive", contact_id=contact_id)
    say(_("%(name)s is archived.", name=contact.name), undo_url=undo)
    return redirect(url_for("contacts.browse"), 303)


@bp.post("/<uuid:contact_id>/unarchive")
@requires("contacts:write")
def unarchive(contact_id):
    contact = service.unarchive(current().workspace_id, contact_id)
    return saved(contact, _("%(name)s is back.", name=contact.name))


def wanted() -> dict[str, Any]:
    return {
        "q": request.args.get("q", "")[:LONGEST_SEARCH],
        "tag": request.args.get("tag", "")[: details.LONGEST["tag"]],
        "is_archived": "archived" in request.args,
    }


def typed(contact):
    """A contact as the form shows it."""
    values = {name: getattr(contact, name) or "" for name in details.RULES if name != "tags"}
    own = (contact.attributes or {}).items()
    return values | {
        "tags": ", ".join(tag.name for tag in contact.tags),
        "attributes": "\n".join(f"{name}: {text}" for name, text in own),
    }


def show_form(form, contact=None):
    page = render_template(
        "contacts/form.html",
        form=form,
        contact=contact,
        taken=taken_by(form),
        zones=zones(),
        locales=locales(),
        longest=details.LONGEST,
    )
    return page, 422 if form.failed else 200


def taken_by(form):
    """The contact that has the address already."""
    ids = form.errors.pop("existing_id", [])
    return service.get(current().workspace_id, uuid.UUID(ids[0])) if ids else None


def saved(contact, message):
    say(message)
    return redirect(url_for("contacts.show", contact_id=contact.id), 303)


def time_there(contact):
    if not contact.time_zone:
        return ""
    return format_time(now(), "short", ZoneInfo(contact.time_zone), locale())
