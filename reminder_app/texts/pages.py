from flask import Blueprint, redirect, render_template, request, url_for

from reminder_app.contacts import service as contacts
from reminder_app.errors import AppError
from reminder_app.texts import merging, service
from reminder_app.texts.schemas import TextFormSchema
from reminder_app.translations import gettext as _
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say

bp = Blueprint("texts", __name__, url_prefix="/texts")
OFFERED = 8  # contacts to try a text on


@bp.get("")
@requires("reminders:read")
def browse():
    page = service.browse(current().workspace_id, cursor=request.args.get("cursor"))
    return render_template("texts/browse.html", page=page)


@bp.get("/new")
@requires("reminders:write")
def new():
    return form_page(Form(TextFormSchema, initial={}))


@bp.post("")
@requires("reminders:write")
def create():
    form, actor = Form(TextFormSchema, request.form), current()
    if "preview" in request.form:
        return form_page(form)
    text = form.submit(
        lambda data: service.create(actor.workspace_id, actor.user_id, **words(data))
    )
    return form_page(form) if text is None else saved(text)


@bp.get("/<uuid:text_id>")
@requires("reminders:read")
def show(text_id):
    text = service.get(current().workspace_id, text_id)
    values = {name: getattr(text, name) for name in service.CLEANERS}
    return form_page(Form(TextFormSchema, initial=values), text)


@bp.post("/<uuid:text_id>")
@requires("reminders:write")
def save(text_id):
    form, actor = Form(TextFormSchema, request.form), current()
    before = service.get(actor.workspace_id, text_id)
    if "preview" in request.form:
        return form_page(form, before)
    text = form.submit(
        lambda data: service.edit(actor.workspace_id, actor.user_id, text_id, **words(data))
    )
    if text is None:
        return form_page(form, service.get(actor.workspace_id, text_id))
    return saved(text)


@bp.post("/<uuid:text_id>/delete")
@requires("reminders:write")
def delete(text_id):
    text = service.delete(current().workspace_id, text_id)
    say(_("Deleted: %(name)s.", name=text.name))
    return redirect(url_for("texts.browse"), 303)


def words(data):
    return {name: data[name] for name in service.CLEANERS}


def saved(text):
    say(_("Saved: %(name)s.", name=text.name))
    return redirect(url_for("texts.browse"), 303)


def form_page(form, text=None):
    shown = preview_of(form)
    page = render_template(
        "texts/form.html",
        form=form,
        text=text,
        shown=shown,
        contacts=contacts.pick(current().workspace_id, "", OFFERED),
        fields=merging.MEANING,
        own_fields=service.own_fields(current().workspace_id),
        newest=contacts.NEWEST,
        longest=merging,
    )
    return page, 422 if form.failed else 200


def preview_of(form):
    """None while there is nothing to show, or something is wrong: that is said at its field."""
    values = form.values
    if not (values.get("subject") and values.get("body")):
        return None
    try:
        chosen = Form(TextFormSchema, request.form)
        chosen.is_valid()
        contact_id = chosen.data.get("contact_id")
        return service.preview(
            current().workspace_id, values["subject"], values["body"], contact_id
        )
    except AppError as error:
        form.fail("", error.fields or {"contact_id": error.message})
        return None
