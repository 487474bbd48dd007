"""Who changed what, and the months that are kept of it."""

import uuid

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reminder_app.database import audit
from reminder_app.database.audit import history, tasks
from reminder_app.database.partitions import rolling, the_partitions
from reminder_app.errors import NotFound
from reminder_app.operations import audit_showing as showing
from reminder_app.operations.console import api, note, pages, show, superuser
from reminder_app.translations import gettext as _
from reminder_app.translations import ngettext
from reminder_app.web.htmx import say

OF_A_PAGE = 50
EVER = "year"


@pages.get("/changes")
@superuser
def changes() -> str:
    wanted = showing.asked()
    cursor = request.args.get("cursor")
    page = history.browse(showing.filter_of(wanted), cursor=cursor, limit=OF_A_PAGE)
    return show(
        "changes.html",
        asked=wanted,
        entries=[showing.row(entry) for entry in page.items],
        next_cursor=page.next_cursor,
        tables=showing.TABLES,
        words=showing.words(),
        things=showing.THINGS,
        spans=showing.SPAN_WORDS,
        trail=audit.trail_of(),
        last=history.last_seal(),
        checks=history.last_checks(1),
    )


@pages.get("/changes/<uuid:entry_id>")
@superuser
def change(entry_id: uuid.UUID) -> str:
    entry = history.get(entry_id)
    if entry is None:
        raise NotFound(_("There is no such entry: it may be older than the log is kept."))
    return show("change.html", entry=entry, row=showing.row(entry))


@pages.get("/changes/of/<key>")
@superuser
def changes_of(key: str) -> str:
    """All that happened to one thing, and to what is part of it."""
    wanted = showing.asked() | {"object": key[: showing.LONGEST], "span": EVER}
    cursor = request.args.get("cursor")
    page = history.browse(showing.filter_of(wanted), cursor=cursor, limit=OF_A_PAGE)
    rows = [showing.row(entry) for entry in page.items]
    title = next((row["title"] for row in rows if row["title"]), _("Nothing is known of it"))
    return show("changes_of.html", key=key, title=title, entries=rows, next_cursor=page.next_cursor)


@pages.post("/changes/look-through")
@superuser
def look_through() -> ResponseReturnValue:
    """As each night."""
    if audit.trail_of() is None:
        say(_("Nothing is written down: DB_AUDIT is off."), "warning")
        return redirect(url_for("database.changes"), 303)
    note("looked through the audit")
    tasks.seal()
    tasks.verify()
    (check,) = history.last_checks(1)
    if check.problems:
        wrong = ngettext(
            "%(num)s entries are not as they were written.",
            "%(num)s entries are not as they were written.",
            check.problems,
        )
        say(wrong, "warning")
    else:
        say(
            _(
                "All is as it was written: %(entries)s entries under %(seals)s seals.",
                entries=check.entries,
                seals=check.seals,
            )
        )
    return redirect(url_for("database.changes"), 303)


@pages.get("/months")
@superuser
def months() -> str:
    return show("months.html", states=rolling.states(the_partitions()), parts=the_partitions())


@api.get("/changes")
@superuser
def changes_as_json() -> ResponseReturnValue:
    wanted = showing.filter_of(showing.asked())
    page = history.browse(wanted, cursor=request.args.get("cursor"), limit=OF_A_PAGE)
    items = [history.as_json(entry) for entry in page.items]
    return jsonify(items=items, next_cursor=page.next_cursor)


@api.get("/months")
@superuser
def months_as_json() -> ResponseReturnValue:
    return jsonify(tables=[rolling.told(state) for state in rolling.states(the_partitions())])
