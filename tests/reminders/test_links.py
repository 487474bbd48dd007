"""Done and snooze from a mail, without signing in."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from reminder_app.accounts.models import User
from reminder_app.accounts.site import Site
from reminder_app.database import db, now
from reminder_app.reminders import act_link, planning, service
from reminder_app.reminders.act_link import Claim
from reminder_app.reminders.models import Occurrence
from reminder_app.workspaces.models import Membership
from tests.reminders.conftest import ledger, occurrences, read, remove

NINE = timedelta(hours=1)  # from monday, 8:00


@pytest.fixture
def reminder(monday, make, later, app, alice):
    made = make(rule="FREQ=DAILY", title="Take <b>pills</b>")
    later(hours=1)
    planning.plan_due(Site.of(app.config["SETTINGS"]), seconds=60)
    return made


@pytest.fixture
def path(reminder):
    """As it stands in the mail."""
    return ledger(reminder)[0].payload["act_path"]


@pytest.fixture
def browser(app):
    return app.test_client()


def test_looking_changes_nothing(path, reminder, browser, monday):
    for _ in range(3):
        answer = browser.get(path)

    assert answer.status_code == 200
    assert "Take &lt;b&gt;pills&lt;/b&gt;" in answer.text
    assert "9:00" in answer.text
    assert "Snooze: remind me again" in answer.text
    assert occurrences(reminder) == [(monday + NINE, "open")]
    browser.head(path)
    assert occurrences(reminder) == [(monday + NINE, "open")]


def test_done_is_done_however_often_it_is_pressed(path, reminder, browser, monday, alice):
    for _ in range(2):
        answer = browser.post(path, data={"act": "done"})
        assert (answer.status_code, answer.location) == (303, path)

    assert occurrences(reminder) == [(monday + NINE, "done")]
    assert db.session.query(Occurrence).one().acted_by == alice.id
    assert "Undo" in browser.get(path).text
    assert [row.state for row in ledger(reminder)] == ["cancelled"]


def test_undo_takes_it_back(path, reminder, browser, monday):
    browser.post(path, data={"act": "done"})
    browser.post(path, data={"act": "undo"})

    assert occurrences(reminder) == [(monday + NINE, "open")]
    assert [row.state for row in ledger(reminder)] == ["pending"]


@pytest.mark.parametrize(
    ("choice", "wait"),
    [("10", timedelta(minutes=10)), ("60", timedelta(hours=1)), ("morning", timedelta(days=1))],
)
def test_snooze_says_it_again_later(path, reminder, browser, monday, choice, wait):
    answer = browser.post(path, data={"act": choice})

    assert answer.status_code == 303
    late = read(reminder).next_at - (monday + NINE + wait)
    assert timedelta() <= late < timedelta(seconds=30)
    assert "Snoozed" in browser.get(path).text


def test_an_unknown_choice_is_refused_in_words(path, browser):
    answer = browser.post(path, data={"act": "explode"})

    assert answer.status_code == 422
    assert "Choose what to do" in answer.text


def test_what_does_not_fit_any_more_says_so(path, reminder, browser):
    browser.post(path, data={"act": "done"})
    answer = browser.post(path, data={"act": "10"})

    assert answer.status_code == 422
    assert "undo that first" in answer.text


@pytest.mark.parametrize("token", ["x", "a.b.c", "A" * 92, "é" * 20, "%00", "." * 200])
def test_a_token_that_is_not_ours_gets_a_kind_page(app, browser, token):
    for answer in (browser.get(f"/d/{token}"), browser.post(f"/d/{token}", data={"act": "done"})):
        assert answer.status_code == 404
        assert "This link no longer works" in answer.text


def test_a_token_works_for_60_days(path, browser, later):
    later(days=59)
    assert browser.get(path).status_code == 200
    later(days=1, hours=1)
    assert browser.get(path).status_code == 404


def test_a_token_of_another_purpose_opens_nothing(reminder, browser, app, alice, monkeypatch):
    row = ledger(reminder)[0]
    act_link.signer_of.cache_clear()
    monkeypatch.setattr(act_link, "PURPOSE", b"something else")
    other = act_link.sign(Site.of(app.config["SETTINGS"]), Claim(row.part_id, alice.id), now())
    monkeypatch.undo()
    act_link.signer_of.cache_clear()

    assert browser.get(f"/d/{other}").status_code == 404


def test_a_link_survives_a_change_of_the_key_that_keeps_the_old_one(reminder, alice):
    old, new = Site("", ["o" * 32]), Site("", ["o" * 32, "n" * 32])
    claim = Claim(ledger(reminder)[0].part_id, alice.id)
    token = act_link.sign(old, claim, now())

    assert act_link.read(new, token, now()) == claim
    assert act_link.read(Site("", ["n" * 32]), token, now()) is None


def test_the_same_moment_gives_the_same_token(alice, reminder):
    site, claim = Site("", ["k" * 32]), Claim(reminder.id, alice.id)

    assert act_link.sign(site, claim, now().replace(microsecond=1)) == act_link.sign(
        site, claim, now().replace(microsecond=2)
    )


def test_who_left_the_workspace_acts_no_more(path, browser, alice):
    remove(Membership, user_id=alice.id, workspace_id=alice.workspace_id)

    assert browser.get(path).status_code == 404
    assert browser.post(path, data={"act": "done"}).status_code == 404


def test_who_may_only_look_acts_no_more(path, browser, alice):
    db.session.execute(update(Membership).values(role="viewer"))
    db.session.commit()

    assert browser.post(path, data={"act": "done"}).status_code == 404


def test_a_closed_account_acts_no_more(path, browser):
    db.session.execute(update(User).values(is_active=False))
    db.session.commit()

    assert browser.get(path).status_code == 404


def test_a_deleted_reminder_cannot_be_acted_on(path, browser, reminder, alice):
    service.delete_reminder(alice.workspace_id, reminder.id)

    assert browser.get(path).status_code == 404
    assert browser.post(path, data={"act": "done"}).status_code == 404


def test_one_that_was_overtaken_can_still_be_marked_as_done(
    path, browser, reminder, later, plan, monday
):
    later(days=1)
    plan()

    assert "A later one has come due since" in browser.get(path).text
    browser.post(path, data={"act": "done"})
    assert occurrences(reminder)[0] == (monday + NINE, "done")
