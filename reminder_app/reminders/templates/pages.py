"""Templates: the list with some to begin with, the form, and a new reminder filled in from one."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for

from reminder_app.database import now
from reminder_app.errors import Invalid, refuse
from reminder_app.reminders import (
    attaching,
    form_choices,
    form_files,
    form_pages,
    form_scopes,
)
from reminder_app.reminders import service as reminders
from reminder_app.reminders.page_schemas import ReminderFormSchema
from reminder_app.reminders.templates import service, starters
from reminder_app.reminders.templates.schemas import TemplateFormSchema
from reminder_app.translations import gettext as _
from reminder_app.web.formatting import locale, zone
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say

BLANK = {"time": "09:00", "who_when": "fixed"}
bp = Blueprint("reminder_templates", __name__, url_prefix="/reminder-templates")


@bp.get("")
@requires("reminders:read")
def browse():
    actor, cursor = current(), request.args.get("cursor")
    page = service.browse(actor.workspace_id, cursor=cursor)
    offered = {} if page.items or cursor else starters.offered(actor.workspace_kind)
    return render_template("reminder_templates/browse.html", page=page, starters=offered)


@bp.get("/new")
@requires("reminders:write")
def new():
    """With the reminder it is made from, if one is named."""
    reminder_id = request.args.get("reminder", type=UUID)
    if reminder_id is None:
        return form_page(Form(TemplateFormSchema, initial=form_pages.fresh() | BLANK))
    reminder = reminders.get_reminder(current().workspace_id, reminder_id)
    fields = form_scopes.fields_of(reminder, form_scopes.Scope())
    files = attaching.listed(reminder.workspace_id, reminder.id)
    values = form_choices.to_values(fields, locale()) | {
        "name": reminder.title[: service.LONGEST_NAME]
    }
    values["with_files"] = [one.id for one in files]
    return form_page(Form(TemplateFormSchema, initial=values | {"who_when": "fixed"}))


@bp.post("")
@requires("reminders:write")
def create():
    form, actor = Form(TemplateFormSchema, request.form), current()
    template = submitted(
        form, lambda data: service.create(actor.workspace_id, actor.user_id, **to_fields(data))
    )
    return form_page(form) if template is None else saved(template)


@bp.get("/<uuid:template_id>")
@requires("reminders:write")
def show(template_id):
    template = service.get(current().workspace_id, template_id)
    who_when = "fixed" if template.fields["recipients"] else "later"
    values = to_values(template.fields) | {"name": template.name, "who_when": who_when}
    values["with_files"] = [one.id for one in template.files]
    return form_page(Form(TemplateFormSchema, initial=values), template)


@bp.post("/<uuid:template_id>")
@requires("reminders:write")
def save(template_id):
    form, actor = Form(TemplateFormSchema, request.form), current()
    template = submitted(
        form,
        lambda data: service.edit(
            actor.workspace_id, actor.user_id, template_id, **to_fields(data)
        ),
    )
    if template is None:
        return form_page(form, service.get(actor.workspace_id, template_id))
    return saved(template)


@bp.post("/<uuid:template_id>/delete")
@requires("reminders:write")
def delete(template_id):
    template = service.delete(current().workspace_id, template_id)
    say(_("Deleted: %(name)s.", name=template.name))
    return redirect(url_for("reminder_templates.browse"), 303)


@bp.get("/<uuid:template_id>/use")
@requires("reminders:write")
def use(template_id):
    template = service.get(current().workspace_id, template_id)
    return new_reminder(service.usable(template), [one.id for one in template.files])


@bp.get("/starters/<key>")
@requires("reminders:write")
def use_starter(key):
    return new_reminder(service.PLAIN | service.ready_made(key))


@bp.post("/starters/<key>")
@requires("reminders:write")
def keep_starter(key):
    template = service.keep(current().workspace_id, current().user_id, key)
    say(_("Saved: %(name)s. Change it as you like.", name=template.name))
    return redirect(url_for("reminder_templates.show", template_id=template.id), 303)


def new_reminder(fields, with_files=()):
    """The form of a new one; who is reminded is chosen there if the template leaves it open."""
    values = form_pages.fresh() | to_values(fields) | {"with_files": with_files}
    return form_pages.form_page(Form(ReminderFormSchema, initial=values))


def to_values(fields):
    """Its next time of day; the rule then finds its own first day."""
    fields = service.opened(fields)
    here = now().astimezone(zone())
    day = here.date() + timedelta(days=fields["time"] <= here.time())
    amount = fields["amount"]
    values = form_choices.to_values(
        fields
        | {
            "starts_at": datetime.combine(day, fields["time"]),
            "time_zone": current().time_zone,
            "recipients": fields["recipients"] or [],
            "amount": None if amount is None else Decimal(amount),
        },
        locale(),
    )
    if not values["currency"]:
        del values["currency"]  # a new form has the one of the place
    return values


def to_fields(data):
    """What the service takes. Raises Invalid, its fields called as the form calls them."""
    if data["repeat"] == "monthly_weekday" and not (data["nth"] and data["weekday"]):
        refuse("nth", _("Choose which day of which week: a template has no day of its own."))
    today = now().astimezone(zone()).date()
    fields = form_choices.to_fields(data | {"date": today}, locale())
    kept = {name: value for name, value in fields.items() if name in service.PLAIN}
    if data["who_when"] == "later":
        kept["recipients"] = None
    files = form_files.wanted(data["with_files"])
    return kept | {"name": data["name"], "time": data["time"], "with_files": files}


def submitted(form, save):
    if form_pages.SHOWN_AGAIN & set(request.form):
        return None

    def save_in_form(data):
        try:
            return save(data)
        except Invalid as error:
            raise form_choices.in_form(error, data["repeat"]) from error

    return form.submit(save_in_form)


def saved(template):
    say(_("Saved: %(name)s.", name=template.name))
    return redirect(url_for("reminder_templates.browse"), 303)


def form_page(form, template=None):
    return form_pages.page_with_choices(
        "reminder_templates/form.html", form, template=template, longest=service.LONGEST_NAME
    )
