"""Who is reminded by what, chosen in the form of a reminder, with and without a script."""

from datetime import timedelta

import pytest

from reminder_app.database import db, now
from reminder_app.delivery.endpoints import orders
from reminder_app.reminders.models import Recipient


@pytest.fixture
def typed():
    day = (now() + timedelta(days=3)).date().isoformat()
    return {"title": "Pay the rent", "date": day, "time": "09:00", "time_zone": "UTC", "repeat": "never", "recipients": ["me"]}  # fmt: skip


def chosen() -> list[str]:
    db.session.expire_all()
    return sorted(one.channel for one in db.session.query(Recipient))


def test_a_channel_is_chosen_for_each(alice, bob, phone, typed):
    people = ["me", f"member:{bob.id}"]
    channels = ["me=push", f"member:{bob.id}=email"]
    made = alice.browser().post(
        "/reminders", data=typed | {"recipients": people, "channels": channels}
    )
    assert made.status_code == 303
    assert chosen() == ["email", "push"]


def test_without_a_choice_it_is_as_they_have_set_it(alice, typed):
    assert alice.browser().post("/reminders", data=typed | {"channels": ""}).status_code == 303
    assert chosen() == ["own"]


def test_an_edit_keeps_what_is_not_chosen_anew(alice, phone, webhook, remind, typed):
    made = remind("push", "webhook")
    browser = alice.browser()
    assert browser.post(f"/reminders/{made}/edit", data=typed | {"channels": ""}).status_code == 303
    assert chosen() == ["push", "webhook"]
    saved = browser.post(f"/reminders/{made}/edit", data=typed | {"channels": "me=own"})
    assert saved.status_code == 303
    assert chosen() == ["own"]


def test_what_was_chosen_is_shown_again(alice, typed):
    page = alice.browser().post("/reminders", data=typed | {"title": "", "channels": "me=push"})
    assert page.status_code == 422
    assert 'value="me=push" selected' in page.text
    wrong = alice.browser().post("/reminders", data=typed | {"channels": "me=fax"})
    assert wrong.status_code == 422


def test_the_search_for_people_keeps_it(alice):
    browser = alice.browser()
    found = browser.get("/reminders/people?recipients=me&channels=me%3Dpush").text
    assert 'value="me=push" selected' in found
    assert "me=push" not in browser.get("/reminders/people?recipients=me").text


def test_the_preview_says_what_happens(alice, phone, typed):
    orders.set_order(alice.id, "push", "email", 15)
    browser = alice.browser()
    said = browser.post("/reminders/preview", data=typed).text
    assert "Push; after 15 minutes, if it was not seen or done: Email" in said
    said = browser.post("/reminders/preview", data=typed | {"channels": "me=email"}).text
    assert "after 15 minutes" not in said
    assert "Email" in said
