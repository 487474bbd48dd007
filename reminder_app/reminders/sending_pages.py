"""Whom a reminder reaches, page by page, and sending it now."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reminder_app.accounts.site import Site
from reminder_app.contacts import service as contacts
from reminder_app.delivery.channels.message import Sender
from reminder_app.errors import Conflict, Invalid
from reminder_app.reminders import audience, first_letter, people, sending_now, service, telling
from reminder_app.reminders.audience import Added, Wanted
from reminder_app.reminders.pages import asked_at
from reminder_app.reminders.sending_schemas import WhomFormSchema
from reminder_app.translations import gettext as _
from reminder_app.web.formatting import iso, when
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say

bp = Blueprint("recipients", __name__, url_prefix="/reminders/<uuid:reminder_id>")
NAMED = 5  # people in one message


@bp.get("/recipients")
@requires("reminders:read")
def browse(reminder_id: UUID) -> ResponseReturnValue:
    return page_of(reminder_id, Form(WhomFormSchema, initial={}))


@bp.post("/recipients")
@requires("reminders:write")
def add(reminder_id: UUID) -> ResponseReturnValue:
    form, actor = Form(WhomFormSchema, request.form), current()
    done = form.submit(
        lambda data: audience.add(actor.workspace_id, actor.user_id, reminder_id, typed(data))
    )
    if done is None:
        return page_of(reminder_id, form)
    say(told(done), "success" if done.added else "warning")
    return redirect(url_for("recipients.browse", reminder_id=reminder_id), 303)


@bp.post("/recipients/remove")
@requires("reminders:write")
def remove(reminder_id: UUID) -> ResponseReturnValue:
    actor, chosen = current(), request.form.getlist("recipients")
    wanted = Wanted(list(people.ids_of("contact", chosen)), list(people.ids_of("member", chosen)))
    try:
        done = audience.remove(actor.workspace_id, actor.user_id, reminder_id, wanted)
    except Invalid as error:
        say(error.message, "warning")
    else:
        say(_("Removed: %(count)s. They get nothing more.", count=done.removed))
    return redirect(url_for("recipients.browse", reminder_id=reminder_id), 303)


@bp.get("/send-now")
@requires("reminders:write")
def ask(reminder_id: UUID) -> ResponseReturnValue:
    reminder = service.get_reminder(current().workspace_id, reminder_id)
    reach = sending_now.reach(reminder)
    settings = current_app.config["SETTINGS"]
    site, sender = Site.of(settings), Sender.of(settings)
    letter = first_letter.of(reminder, site, sender) if reach.many else None
    return render_template("reminders/send_now.html", reminder=reminder, reach=reach, letter=letter)


@bp.get("/send-now/progress")
@requires("reminders:read")
def progress(reminder_id: UUID) -> ResponseReturnValue:
    """A part of the reminder's page, again and again until all of it has gone."""
    reminder = service.get_reminder(current().workspace_id, reminder_id)
    going = telling.progress(reminder)
    answer = Response(render_template("reminders/telling.html", reminder=reminder, going=going))
    if going is None:
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.post("/send-now")
@requires("reminders:write")
def send(reminder_id: UUID) -> ResponseReturnValue:
    actor, site = current(), Site.of(current_app.config["SETTINGS"])
    try:
        done = sending_now.send_now(
            actor.workspace_id, actor.user_id, reminder_id, site, asked_at()
        )
    except Conflict as error:
        say(error.message, "warning")
    else:
        say(
            _(
                "On its way to %(count)s. It counts as the one of %(when)s.",
                count=done.planned,
                when=when(done.occurrence_at),
            )
        )
    return redirect(url_for("reminders.show", reminder_id=reminder_id), 303)


def page_of(reminder_id: UUID, form: Form) -> ResponseReturnValue:
    workspace_id = current().workspace_id
    page = render_template(
        "reminders/recipients.html",
        reminder=service.get_reminder(workspace_id, reminder_id),
        page=audience.page(workspace_id, reminder_id, cursor=request.args.get("cursor")),
        total=audience.count(reminder_id),
        tags=contacts.tags(workspace_id),
        form=form,
        most=audience.MOST,
        iso=iso,
    )
    return page, 422 if form.failed else 200


def typed(data: dict[str, Any]) -> Wanted:
    addresses = re.findall(r"[^\s,;<>\"]+@[^\s,;<>\"]+", data["addresses"])
    return Wanted(addresses=addresses[: audience.MOST + 1], tag=data["tag"], q=data["q"].strip())


def told(done: Added) -> str:
    said = [_("Added: %(count)s.", count=done.added)]
    if done.known:
        said.append(_("%(count)s were there already.", count=done.known))
    if done.unreachable:
        whom = [f"{one.name} ({one.reason})" for one in done.unreachable_contacts]
        said.append(_("Not added: %(names)s.", names=some(whom, done.unreachable)))
    if done.not_found:
        names = some(done.not_found, len(done.not_found))
        said.append(_("No contact has %(names)s: add them to your contacts first.", names=names))
    return " ".join(said)


def some(names: Sequence[str], many: int) -> str:
    first = ", ".join(names[:NAMED])
    return (
        _("%(names)s and %(count)s more", names=first, count=many - NAMED)
        if many > NAMED
        else first
    )
