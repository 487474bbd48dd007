"""Whoever sets a new password is told what still gets their reminders: a stranger may have added it."""

import pytest
from flask import render_template

from tests.accounts.mailbox import letters
from tests.conftest import PASSWORD

NEW = "four words in a row"


def by_mail(alice) -> None:
    client = alice.app.test_client()
    client.post("/reset", data={"email": alice.email})
    link = letters(alice.email)[-1].payload["link"].removeprefix("http://localhost")
    client.post(link, data={"password": NEW})


def in_the_settings(alice) -> None:
    data = {"current_password": PASSWORD, "new_password": NEW}
    alice.browser().post("/settings/password", data=data)


def read(app, alice) -> list[str]:
    letter = letters(alice.email)[-1]
    assert letter.payload["kind"] == "password_changed"
    with app.test_request_context():
        return [render_template(f"mail/reset.{kind}", **letter.payload) for kind in ("html", "txt")]


@pytest.mark.parametrize("change", [by_mail, in_the_settings])
def test_the_mail_names_them(app, alice, phone, webhook, change):
    change(alice)

    for text in read(app, alice):
        assert "These still get what you are reminded of: Phone, Home." in " ".join(text.split())


def test_without_any_it_says_nothing_of_them(app, alice):
    by_mail(alice)

    assert not any("These still" in text for text in read(app, alice))
