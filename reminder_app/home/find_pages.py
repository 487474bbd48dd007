"""Find: pages, things to do, reminders and contacts by a few letters; as a page, and as the palette of Ctrl+K."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reminder_app.contacts import service as contacts
from reminder_app.home import destinations
from reminder_app.home.destinations import Place
from reminder_app.operations.console import EXTENSION
from reminder_app.reminders import service as reminders
from reminder_app.translations import gettext as _
from reminder_app.web.formatting import when
from reminder_app.web.gate import current, requires

bp = Blueprint("finding", __name__)
LONGEST = 200
FEWEST = 2  # letters before rows are looked for: one is in nearly all of them
MOST = 6  # of each kind


class Found(NamedTuple):
    text: str
    url: str
    icon: str
    note: str = ""


@bp.get("/find")
@requires("account")
def show() -> ResponseReturnValue:
    return render_template("home/find.html", q=asked(), groups=groups(asked()))


@bp.get("/find/options")
@requires("account")
def options() -> ResponseReturnValue:
    """For static/palette.js, while one types."""
    return render_template("home/find_options.html", groups=groups(asked()))


@bp.get("/shortcuts")
@requires("account")
def shortcuts() -> ResponseReturnValue:
    return render_template("home/shortcuts.html")


def asked() -> str:
    return request.args.get("q", "").strip()[:LONGEST]


def groups(q: str) -> list[tuple[str, list[Found]]]:
    """(name, what was found) of each kind there is something of."""
    do = (_("Do"), [*places(destinations.DO, q), *quick_add(q)])
    go = (_("Go to"), [*places(destinations.GO, q), *consoles(q)])
    found = [go, (_("Reminders"), reminders_of(q)), (_("Contacts"), contacts_of(q)), do]
    if not q:
        found = [do, go]
    return [(name, ones) for name, ones in found if ones]


def places(known: Sequence[Place], q: str) -> list[Found]:
    return [
        Found(str(one.text), url_for(one.endpoint), one.icon)
        for one in destinations.matching(known, q)
        if may_see(one)
    ]


def may_see(place: Place) -> bool:
    """As the gate has it: the page itself names what it needs."""
    view: Any = current_app.view_functions.get(place.endpoint)
    if view is None or (place.is_for_operators and not current().is_superuser):
        return False
    return getattr(view, "is_public", False) or view.permission in current().permissions


def consoles(q: str) -> list[Found]:
    """The parts of the database's console, of which only a search is told."""
    tabs = current_app.extensions[EXTENSION] if q else []
    known = [
        Place(tab.endpoint, _("Database: %(part)s", part=tab.text), "database", True)
        for tab in tabs
    ]
    return places(known, q)


def quick_add(q: str) -> list[Found]:
    if not q or "reminders:write" not in current().permissions:
        return []
    text = _("Quick add: “%(words)s”", words=q)
    return [Found(text, url_for("quick_add.show", text=q), "plus-lg")]


def reminders_of(q: str) -> list[Found]:
    actor = current()
    if len(q) < FEWEST or "reminders:read" not in actor.permissions:
        return []
    page = reminders.list_reminders(actor.workspace_id, zone=actor.time_zone, q=q, limit=MOST)
    return [
        Found(one.title, url_for("reminders.show", reminder_id=one.id), "bell", when(one.next_at))
        for one in page.items
    ]


def contacts_of(q: str) -> list[Found]:
    actor = current()
    if len(q) < FEWEST or "contacts:read" not in actor.permissions:
        return []
    return [
        Found(
            one.name or one.email or one.phone,
            url_for("contacts.show", contact_id=one.id),
            "person",
            one.email or "",
        )
        for one in contacts.pick(actor.workspace_id, q, MOST)
    ]
