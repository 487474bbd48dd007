"""What the mails say: every kind of message, rendered as it goes out."""

import email
import re
import uuid
from datetime import timedelta
from email.policy import default

import pytest

from reminder_app.accounts.models import User
from reminder_app.database import db
from reminder_app.delivery.channels.message import Sender, render
from reminder_app.delivery.letters import Letter
from reminder_app.reminders import acting, notice_words
from tests.reminders.conftest import change, ledger, wall

SENDER = Sender("app@example.org", "Reminder App", "example.org", "https://app.example.org")


def letter(row):
    return Letter(**{name: getattr(row, name) for name in Letter.__dataclass_fields__})


def mail(row):
    """The delivery as a mail, parsed again."""
    return email.message_from_bytes(render(letter(row), SENDER), policy=default)


def text(row):
    return mail(row).get_body(("plain",)).get_content().replace("\r\n", "\n")


def html(row):
    return mail(row).get_body(("html",)).get_content()


def test_a_reminder(sent):
    [row] = sent(title="Pay <the> rent", notes="IBAN\nDE12", priority="high", rule="FREQ=DAILY")

    said = text(row)
    assert mail(row)["Subject"] == "Pay <the> rent"
    assert "Monday, January 12, 2026, 9:00 AM" in said
    assert "> IBAN\n> DE12" in said
    assert "Every day at 9:00 AM" in said
    assert "High" in said
    assert f"https://app.example.org{row.payload['act_path']}" in said
    assert f"https://app.example.org/reminders/{row.source_id}" in said
    assert "Pay &lt;the&gt; rent" in html(row)
    assert mail(row)["List-Id"] == f"<{row.workspace_id}.example.org>"


@pytest.mark.parametrize("fields", [{}, {"notes": "IBAN", "rule": "FREQ=DAILY"}])
def test_its_parts_stand_one_blank_line_apart(sent, fields):
    [row] = sent(**fields)

    assert "\n\n\n" not in text(row)


def test_a_notice_says_how_long_it_still_is(sent):
    [row] = sent(hours=0.5, advance_notices=[30])

    assert mail(row)["Subject"] == "Pay the rent (in 30 minutes)"
    assert "In 30 minutes" in text(row)
    assert "In 30 minutes" in html(row)


def test_all_its_times_are_written_as_the_person_has_them(sent, alice):
    change(db.session.get(User, alice.id), locale="de")
    [row] = sent(rule="FREQ=DAILY;BYHOUR=9,17")

    assert "Jeden Tag um 09:00 und 17:00" in text(row)
    assert " AM" not in text(row)


def test_a_late_one_says_that_it_is_late_and_what_it_passed_over(sent):
    row = sent(hours=51, rule="FREQ=DAILY")[-1]

    assert "was due Wednesday, January 14, 2026, 9:00 AM" in mail(row)["Subject"]
    assert "could not be sent at its time" in text(row)
    assert "2 earlier times passed meanwhile." in text(row)
    assert "2 earlier times passed meanwhile." in html(row)


def test_a_client_is_told_who_asks_and_gets_no_buttons(sent, contact):
    [row] = sent(recipients=[{"kind": "contact", "id": contact.id}])

    said = text(row)
    assert "Alice set this reminder for you" in said
    assert "/d/" not in said + html(row)
    assert "/reminders/" not in said + html(row)
    assert mail(row)["Reply-To"] == "alice@example.org"


def test_a_snoozed_one_says_so(monday, make, plan, later, alice):
    reminder = make()
    acting.snooze(alice.workspace_id, alice.id, reminder.id, monday + timedelta(hours=2))
    later(hours=2)
    plan()

    assert "You asked to be reminded again." in text(ledger(reminder)[0])


def test_many_late_ones_are_one_mail(monday, make, plan, later, contact):
    for number in range(60):
        make(title=f"Number {number:02}")
    later(hours=3)
    plan()

    [row] = ledger(kind="late")
    said = text(row)
    assert mail(row)["Subject"] == "60 reminders came due while none could be sent"
    # All are due at the same moment: which fifty are listed is not promised.
    assert len(set(re.findall(r"Number \d\d", said))) == 50
    assert "And 10 more" in said
    assert "\n\n\n" not in said
    assert said.count("/d/") == html(row).count("/d/") == 50


def test_somewhere_else_both_clocks_are_told(sent, contact):
    [row] = sent(
        recipients=[{"kind": "me"}],
        starts_at=wall("2026-01-12T03:00"),
        time_zone="America/New_York",
    )

    said = text(row)
    assert "Monday, January 12, 2026, 9:00 AM" in said
    assert "Monday, January 12, 2026, 3:00 AM (America/New_York)" in said


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(seconds=20), "in 1 minute"),
        (timedelta(minutes=90), "in 1 hour 30 minutes"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(days=14), "in 2 weeks"),
        (timedelta(days=8, hours=3), "in 8 days 3 hours"),
        (timedelta(days=365), "in 365 days"),
    ],
)
def test_leads_in_words(ahead, words):
    assert notice_words.lead(ahead) == words


@pytest.mark.parametrize("locale", ["de", "de-DE", "pt_BR", "xx", "", "../../etc", "\x00"])
def test_any_locale_gives_a_text(locale, monday):
    assert "2026" in notice_words.when(monday, "Europe/Berlin", locale)


def test_the_same_bytes_at_every_try(sent):
    [row] = sent()

    assert render(letter(row), SENDER) == render(letter(row), SENDER)
    assert uuid.UUID(mail(row)["X-Delivery-Id"]) == row.id
