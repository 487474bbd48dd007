"""The operator's console of the database: one gate for its pages and its JSON, and its frame.

A part hangs its views on `pages` and `api`, each behind @superuser, and its tab into the list of
database_pages.py.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from flask import Blueprint, current_app, render_template, request, url_for

from reminder_app.database import audit
from reminder_app.errors import NotFound
from reminder_app.operations.layer_showing import check_name, told
from reminder_app.translations import lazy_gettext
from reminder_app.web.gate import Actor, current, requires
from reminder_app.web.htmx import is_htmx

log = logging.getLogger(__name__)
pages = Blueprint("database", __name__, url_prefix="/operations/database")
pages.add_app_template_filter(told)
pages.add_app_template_filter(check_name)
api = Blueprint("db_monitor", __name__, url_prefix="/db-monitor")
NOTHING_HERE = lazy_gettext("There is nothing at this address.")
EXTENSION = "database_tabs"
View = Callable[..., Any]


class Tab(NamedTuple):
    text: str
    endpoint: str
    # Beside the endpoint itself, pages below this tab: it stays the current one there.
    below: tuple[str, ...] = ()


def operator() -> Actor:
    """The superuser who asks. For everybody else this is an address like any other without a page."""
    actor = current()
    if not actor.is_superuser:
        raise NotFound(str(NOTHING_HERE))
    return actor


def superuser(view: View) -> View:
    """Only a superuser, signed in with a browser; who looked at what is in the log."""

    @requires("account")
    @wraps(view)
    def admitted(*args: Any, **kwargs: Any) -> Any:
        actor = operator()
        if not is_htmx():  # what a page asks again every few seconds is not a look of its own
            log.info("operator %s: %s %s", actor.user_id, request.method, request.path)
        return view(*args, **kwargs)

    return admitted


def note(action: str, *details: object) -> None:
    """An operator did something: who and what, for good. Never a value out of a row."""
    told = " ".join(str(detail) for detail in details)
    log.warning("operator %s: %s %s", operator().user_id, action, told)
    audit.record("operator", f"{action} {told}".strip())


def show(template: str, **context: Any) -> str:
    """`template` of templates/operations/database extends frame.html there."""
    return render_template(f"operations/database/{template}", tabs=tabs(), **context)


def tabs() -> list[tuple[str, str, bool]]:
    here = request.endpoint
    found: list[Tab] = current_app.extensions[EXTENSION]
    return [
        (str(tab.text), url_for(tab.endpoint), here == tab.endpoint or here in tab.below)
        for tab in found
    ]
