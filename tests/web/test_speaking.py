"""Pages in the language of the person, JSON in that of its client."""

import re
import threading
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from reminder_app.accounts.models import User
from reminder_app.database import db, now
from reminder_app.translations import gettext, language, lazy_gettext, of, speaking
from reminder_app.web import formatting
from reminder_app.workspaces.models import Workspace
from tests.people import PASSWORD


def test_a_page_speaks_the_language_of_the_browser_until_somebody_signs_in(app):
    client = app.test_client()
    asked = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
    german = client.get("/sign-in", headers=asked).text
    assert '<html lang="de"' in german
    assert "Zum Inhalt springen" in german
    assert '<html lang="en"' in client.get("/sign-in").text
    assert '<html lang="en"' in client.get("/sign-in", headers={"Accept-Language": "fr"}).text


def test_what_one_thread_says_is_not_what_another_hears():
    heard = []
    with speaking("de-AT"):
        other = threading.Thread(target=lambda: heard.append(gettext("Skip to content")))
        other.start()
        other.join()
        heard.append(gettext("Skip to content"))
    assert heard == ["Skip to content", "Zum Inhalt springen"]
    assert language() == "en"


def test_a_page_speaks_the_language_of_its_person(alice):
    with db.session.begin():
        db.session.get_one(User, alice.id).locale = "de-AT"
    assert '<html lang="de"' in alice.browser().get("/").text


def test_a_lazy_text_is_said_when_it_is_read():
    text = lazy_gettext("Skip to content")
    with speaking("de"):
        assert f"{text}" == "Zum Inhalt springen"
    assert f"{text}" == "Skip to content"


@pytest.mark.parametrize(
    ("tag", "spoken"),
    [("de-CH", "de"), ("de_DE", "de"), ("DE", "de"), ("fr", "en"), ("", "en"), (None, "en")],
)
def test_a_locale_names_its_language(tag, spoken):
    assert of(tag) == spoken


@pytest.mark.parametrize("path", ["/sign-in?next=/contacts", "/sign-up", "/reset", "/nothing-here"])
def test_who_is_not_signed_in_chooses_a_language_and_keeps_it(app, path):
    client = app.test_client()
    there = re.search(r'<a href="([^"]+)" lang="de"[^>]*>Deutsch</a>', client.get(path).text)
    german = client.get(unescape(there[1])).text
    assert '<html lang="de"' in german
    assert ("next=/contacts" in unquote(there[1])) == ("next" in path)
    assert '<html lang="de"' in client.get("/sign-in").text
    back = re.search(r'<a href="([^"]+)" lang="en"[^>]*>English</a>', german)
    client.get(unescape(back[1]))
    assert '<html lang="en"' in client.get("/sign-in", headers={"Accept-Language": "de"}).text


@pytest.mark.parametrize("path", ["/sign-in?lang=fr", "/sign-in?lang=", "//evil.example/?lang=de"])
def test_what_is_no_language_of_ours_and_no_page_of_ours_is_not_taken(app, path):
    answer = app.test_client().get(path)
    assert 'lang="fr"' not in answer.text
    assert "//evil" not in "".join(re.findall(r'<a href="([^"]*)"', answer.text))


def test_a_language_chosen_in_the_profile_is_spoken_at_once_and_after_signing_out(alice):
    browser = alice.browser()
    form = {"name": "Alice", "time_zone": "Europe/Berlin", "locale": "de-AT", "theme": "dark"}
    page = browser.post("/settings", data=form, follow_redirects=True).text
    assert "Gespeichert." in page
    assert '<html lang="de"' in page
    browser.post("/sign-out")
    assert '<html lang="de"' in browser.get("/sign-in").text


@pytest.mark.parametrize(
    ("asked", "of_browser", "script", "locale"),
    [
        ("", "de-AT,en;q=0.5", "", "de-AT"),
        ("", "de-AT,en;q=0.5", "de-CH", "de-CH"),
        ("?lang=de", "en-GB", "en-GB", "de"),
        ("?lang=en", "de-AT", "de-AT", "en"),
        ("", "fr-CA", "fr-CA", "fr-CA"),
    ],
)
def test_a_new_person_has_the_language_of_the_page(app, asked, of_browser, script, locale):
    client = app.test_client()
    headers = {"Accept-Language": of_browser}
    client.get(f"/sign-up{asked}", headers=headers)
    form = {"email": "new@example.org", "password": PASSWORD, "locale": script}
    client.post("/sign-up", data=form, headers=headers)
    user = db.session.scalars(select(User)).one()
    workspace = db.session.get_one(Workspace, user.workspace_id)
    assert (user.locale, workspace.locale) == (locale, locale)
    assert workspace.name == ("Persönlich" if locale.startswith("de") else "Personal")


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("/sign-up", {"email": "x", "password": "longenough"}, "An diese Adresse können wir"),
        ("/sign-up", {}, "Bitte füllen Sie das aus."),
        ("/sign-in", {"email": "a@example.org", "password": "wrong"}, "stimmt nicht."),
        ("/sign-up", {"email": "x" * 300, "password": "y"}, "Länger als die Höchstlänge 254."),
    ],
)
def test_what_is_wrong_with_a_form_is_said_in_its_language(app, path, form, said):
    answer = app.test_client().post(path, data=form, headers={"Accept-Language": "de"})
    assert answer.status_code == 422
    assert said in answer.text


def test_json_speaks_as_its_client_asks(alice):
    api, asked = alice.api(), {"Accept-Language": "de"}
    with db.session.begin():
        db.session.get_one(User, alice.id).locale = "de-AT"
    german = api.post("/api/v1/reminders", json={"title": 1}, headers=asked).json
    assert german["title"] == "Etwas vom Gesendeten stimmt nicht: siehe die Felder."
    assert german["fields"]["title"] == "Das ist kein Text."
    assert api.post("/api/v1/reminders", json=7).json["fields"] == {"body": "Invalid input type."}
    limit = api.get("/api/v1/reminders?limit=0", headers=asked).json["fields"]["limit"]
    assert limit == "Muss mindestens 1 und höchstens 200 sein."


def test_days_are_written_as_the_language_has_them(app):
    with app.test_request_context(), speaking("de"):
        day = now() + timedelta(days=5)
        written = formatting.when(day)
    assert re.match(r"\w\w\., \d+\. \w+", written), written
