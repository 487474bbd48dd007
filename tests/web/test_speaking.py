"""Pages in the language of the person, JSON in that of its client."""

import threading

import pytest

from reminder_app.accounts.models import User
from reminder_app.database import db
from reminder_app.translations import gettext, language, lazy_gettext, of, speaking


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
