"""Every word on every page is said through the catalogue, as a whole sentence."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from reminder_app.accounts import service as accounts
from reminder_app.web.errors import JSON_PATHS
from tests.web.full_house import House
from tests.web.marked import mark, not_said, texts, written
from tests.web.test_ten_thousand_rows import paths

FEW = 3
SIGNED_OUT = ["/sign-in", "/sign-up", "/reset", "/reset/dead", "/invitations/dead", "/nothing-here"]
# For those who develop: the parts that pages are made of, with words to look at.
ENGLISH = {"kit"}
# Their buttons do things to the server.
OPERATORS = {"database", "db_monitor", "operations"}
# Texts that are right as they are, each with its reason.
FINE = {
    "thing": "the title of the template in the house",
    "no": "why a line was not taken in the house, kept in the language of whoever imported it",
    "ids: ⟦Choose 2 to 10 contacts.⟧": "no page leads there without contacts",
    "OperationalError": "the kind of an error, for whoever runs this",
    "thread:MainThread": "where a change was made, as the log has it",
    "en": "a locale, as it is stored",
    "Sleep": "the server's word for what a connection does",
    "starting": "the same",
    "{{ title }}: {{ amount }}": "the fields of a text, as they are written",
    "Dear Ann Lee": "the text of the house, as a client would read it",
}


@pytest.fixture
def pages(alice, monkeypatch) -> dict[str, str]:
    """Of a house with some of everything in it: {path: HTML}."""
    accounts.make_superuser(alice.email)
    house = House(alice)
    house.fill(FEW)
    browser, stranger = alice.browser(), alice.app.test_client()
    asked = [
        path for path in paths(alice.app, house.first) if blueprint(alice.app, path) not in ENGLISH
    ]
    mark(monkeypatch)
    found = {path: shown(browser, path) for path in asked}
    for path in SIGNED_OUT:
        if blueprint(alice.app, path) not in ENGLISH:
            found[f"{path} signed out"] = shown(stranger, path)
    return found


def shown(client: FlaskClient, path: str) -> str:
    """Its HTML; nothing of a file, or of an answer that leads on."""
    with client.get(path) as answer:
        is_page = answer.mimetype == "text/html" and answer.location is None
        return answer.text if is_page else ""


def blueprint(app: Flask, path: str) -> str:
    try:
        endpoint, _ = app.url_map.bind("localhost").match(path.partition("?")[0], method="GET")
    except HTTPException:
        return ""
    return str(endpoint).partition(".")[0]


def test_every_word_of_every_page_is_said_through_the_catalogue(pages):
    data = written()
    wrong = [
        f"{path}: {text}"
        for path, html in pages.items()
        for text in dict.fromkeys(not_said(texts(html), data))
        if text not in FINE
    ]
    assert not wrong, "\n".join(wrong)


def test_every_refusal_of_an_empty_form_is_said_through_the_catalogue(alice, monkeypatch):
    """Of forms that belong to no row."""
    mark(monkeypatch)
    browser = alice.browser()
    found = {path: refusal(browser, path) for path in sorted(forms(alice.app))}
    data = written()
    wrong = [
        f"{path}: {text}"
        for path, html in found.items()
        for text in dict.fromkeys(not_said(texts(html), data))
        if text not in FINE and not re.match(r"\w+: ⟦", text)  # the name of a field, for programs
    ]
    assert sum(bool(html) for html in found.values()) > 15
    assert not wrong, "\n".join(wrong)


def forms(app: Flask) -> set[str]:
    return {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods
        and "<" not in rule.rule
        and not rule.rule.startswith(JSON_PATHS)
        and rule.endpoint.partition(".")[0] not in ENGLISH | OPERATORS
        and rule.endpoint != "accounts.sign_out"
    }


def refusal(client: FlaskClient, path: str) -> str:
    with client.post(path) as answer:
        is_refused = answer.mimetype == "text/html" and answer.status_code >= 400
        return answer.text if is_refused else ""
