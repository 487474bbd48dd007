"""The database console: a superuser's alone, its pages and its JSON, and what is done there is written down."""

import logging
import re
import uuid

from flask import url_for

from reminder_app.accounts import service as accounts
from reminder_app.operations.database_pages import TABS
from tests.architecture.routes_called import METHODS

ADDRESSES = ("/operations/database", "/db-monitor/")
# What stands in an address for a row, or whatever else.
FILLED = {"uuid:": str(uuid.UUID(int=0)), "int:": "1"}


def routes(app) -> list[tuple[str, str]]:
    """Every address of the console, of all its parts."""
    found = []
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(\w+:)?\w+>", lambda named: FILLED.get(named[1], "x"), rule.rule)
        if path.startswith(ADDRESSES):
            found += [(method, path) for method in rule.methods & METHODS]
    return sorted(found)


def test_for_everybody_else_there_is_no_such_address(app, alice, bob):
    for person in (alice, bob):
        browser = person.browser()
        answers = {route: browser.open(route[1], method=route[0]) for route in routes(app)}

        assert {route: a.status_code for route, a in answers.items() if a.status_code != 404} == {}


def test_the_json_says_so_in_json(alice):
    answer = alice.browser().get("/db-monitor/performance")

    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["status"] == 404


def test_who_is_not_signed_in_is_asked_to(app):
    stranger = app.test_client()

    assert stranger.get("/operations/database").location.startswith("/sign-in")
    refused = stranger.get("/db-monitor/performance")
    assert (refused.status_code, refused.content_type) == (401, "application/problem+json")
    assert "browser" in refused.get_json()["title"]


def test_a_token_opens_none_of_it(app, charlie):
    """It may lie in a script for years; the console shows how everybody's data is asked for."""
    accounts.make_superuser(charlie.email)
    api = charlie.api()

    assert {api.get(path).status_code for method, path in routes(app) if method == "GET"} <= {
        303,
        401,
    }


def test_every_tab_is_there_and_says_which_it_is(app, operator):
    for tab, address in tabs(app):
        page = operator.get(address)

        assert page.status_code == 200, address
        current = page.text.split('aria-current="page">')[1:]
        assert any(part.startswith(tab) for part in current), tab


def tabs(app) -> list[tuple[str, str]]:
    with app.test_request_context():
        return [(str(tab.text), url_for(tab.endpoint)) for tab in TABS]


def test_who_looked_at_what_is_in_the_log(operator, charlie, caplog):
    caplog.set_level(logging.INFO, logger="reminder_app")
    operator.get("/operations/database")

    assert f"operator {charlie.id}: GET /operations/database" in caplog.text
