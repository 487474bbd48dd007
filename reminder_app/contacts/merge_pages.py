"""Duplicates: suggestions, the comparison, and what becomes one."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from reminder_app.contacts import merging, service
from reminder_app.contacts.merge_schemas import MergeFormSchema
from reminder_app.contacts.models import Contact
from reminder_app.errors import Invalid
from reminder_app.translations import gettext as _
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say

bp = Blueprint("contact_merges", __name__, url_prefix="/contacts")
LONGEST_SEARCH = 200
OFFERED = 10


@bp.get("/duplicates")
@requires("contacts:write")
def duplicates() -> ResponseReturnValue:
    by = request.args.get("by", "email")
    by = by if by in merging.WAYS else "email"
    after = request.args.get("after", "")[:LONGEST_SEARCH]
    groups, following = merging.suggestions(current().workspace_id, by, after)
    return render_template(
        "contacts/duplicates.html", by=by, ways=merging.WAYS, groups=groups, following=following
    )


@bp.get("/<uuid:contact_id>/merge")
@requires("contacts:write")
def pick(contact_id: uuid.UUID) -> ResponseReturnValue:
    """The other one is looked up."""
    workspace_id, q = current().workspace_id, request.args.get("q", "")[:LONGEST_SEARCH]
    contact = service.get(workspace_id, contact_id)
    found = service.pick(workspace_id, q or contact.name, OFFERED)
    others = [one for one in found if one.id != contact.id]
    return render_template("contacts/merge_pick.html", contact=contact, others=others, q=q)


@bp.get("/merge")
@requires("contacts:write")
def compare() -> ResponseReturnValue:
    contacts = merging.compare(current().workspace_id, asked_ids(request.args))
    initial = {"kept": str(contacts[0].id)}
    return compare_page(contacts, Form(MergeFormSchema, initial=initial))


@bp.post("/merge")
@requires("contacts:write")
def merge() -> ResponseReturnValue:
    workspace_id, form = current().workspace_id, Form(MergeFormSchema, request.form)

    def act(data: dict[str, Any]) -> Contact:
        ids, kept = data.pop("ids"), data.pop("kept")
        picked = {name.removeprefix("pick_"): id for name, id in data.items() if id}
        return merging.merge(workspace_id, kept, ids, picked)

    contact = form.submit(act)
    if contact is None:
        return compare_page(merging.compare(workspace_id, asked_ids(request.form)), form)
    say(_("%(name)s is one contact now.", name=contact.name))
    return redirect(url_for("contacts.show", contact_id=contact.id), 303)


def asked_ids(given: MultiDict[str, str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(one) for one in given.getlist("ids")]
    except ValueError as error:
        raise Invalid(_("Choose the contacts on their list.")) from error


def compare_page(contacts: Sequence[Contact], form: Form) -> ResponseReturnValue:
    page = render_template(
        "contacts/merge.html", contacts=contacts, form=form, differing=merging.differing(contacts)
    )
    return page, 422 if form.failed else 200
