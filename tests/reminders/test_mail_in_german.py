"""Each mail is written in the language of its reader, and says all of it through the catalogue."""

from datetime import time, timedelta

import pytest

from reminder_app.accounts import hours, reset
from reminder_app.accounts.models import User
from reminder_app.database import db
from reminder_app.delivery.channels.message import words, written
from reminder_app.reminders import digests, gathering
from reminder_app.workspaces import invitations
from reminder_app.workspaces import service as workspaces
from reminder_app.workspaces.models import Workspace
from tests.accounts.mailbox import letters
from tests.people import make_person
from tests.reminders.conftest import SITE, change, ledger
from tests.reminders.test_mail import SENDER, html, letter, mail, text
from tests.web.marked import mark, not_said, texts


@pytest.fixture
def german(monday, alice):
    change(db.session.get_one(User, alice.id), locale="de-AT")


@pytest.fixture
def sent(german, sent):
    return sent


def test_a_reminder(sent):
    [row] = sent(rule="FREQ=DAILY", priority="high")

    assert mail(row)["Subject"] == "Pay the rent"
    assert "Priorität: Hoch" in text(row)
    assert "Wiederholung: Jeden Tag um 09:00" in text(row)
    assert "Erledigt oder später:" in text(row)
    assert '<html lang="de"' in html(row)
    assert "Leiten Sie diese Mail nicht weiter." in html(row)


@pytest.mark.parametrize(
    ("hours", "minutes", "ahead"),
    [
        (0.5, 30, "in 30 Minuten"),
        (2, 24 * 60, "in 1 Tag"),
        (3, 2 * 24 * 60 + 180, "in 2 Tagen 3 Stunden"),
        (2, 7 * 24 * 60, "in 1 Woche"),
    ],
)
def test_a_notice_says_how_long_it_still_is(sent, monday, hours, minutes, ahead):
    at = monday.replace(tzinfo=None) + timedelta(hours=1 + hours, minutes=minutes)
    [row] = sent(hours=hours, starts_at=at, advance_notices=[minutes])

    assert mail(row)["Subject"] == f"Pay the rent ({ahead})"
    assert ahead[1:] in text(row)
    assert f"I{ahead[1:]}" in html(row)


def test_what_is_late(sent):
    row = sent(hours=51, rule="FREQ=DAILY")[-1]

    assert "(verspätet: war fällig Mittwoch, 14. Jänner 2026, 09:00)" in mail(row)["Subject"]
    assert "2 frühere Termine sind inzwischen verstrichen." in html(row)


@pytest.mark.parametrize(
    ("theirs", "of_workspace", "lang"),
    [("de-DE", "en", "de"), (None, "de", "de"), ("en-GB", "de", "en"), ("fr-FR", "de", "en")],
)
def test_a_client_reads_their_own_language_or_that_of_the_workspace(
    monday, make, plan, later, alice, contact, theirs, of_workspace, lang
):
    change(contact, locale=theirs)
    change(db.session.get_one(Workspace, alice.workspace_id), locale=of_workspace)
    reminder = make(recipients=[{"kind": "contact", "id": contact.id}])
    later(hours=1)
    plan()
    [row] = ledger(reminder)

    says = {"de": "Alice hat diese Erinnerung für Sie", "en": "Alice set this reminder for you"}
    assert says[lang] in text(row)
    assert f'<html lang="{lang}"' in html(row)


def test_a_push_and_a_webhook_read_the_same_words(sent):
    [row] = sent()
    assert "Erledigt oder später" in words(letter(row), SENDER.public_url).text


def test_the_list_of_a_day(german, alice, make, later):
    make()
    hours.set_hours(
        *(alice.id,),
        quiet_from=None,
        quiet_until=None,
        days_off=(),
        lets_through="urgent",
        digest_at=time(8, 30),
        digest_of="all",
    )
    later(hours=1)
    digests.write_due(SITE)
    [row] = ledger(kind="digest")

    assert mail(row)["Subject"] == "Ihr Tag: 1 heute"
    assert "Heute fällig" in html(row)


def test_what_waited_for_the_end_of_quiet_hours(german, alice, make, plan, later):
    hours.set_hours(
        *(alice.id,),
        quiet_from=time(8, 30),
        quiet_until=time(12),
        days_off=(),
        lets_through="nothing",
        digest_at=None,
        digest_of="all",
    )
    make(), make(title="Tea")
    later(hours=1)
    plan()
    later(hours=3)
    gathering.gather()
    [row] = ledger(kind="quiet")

    assert mail(row)["Subject"] == "2 Erinnerungen aus Ihrer Ruhezeit"
    assert "Während Ihrer Ruhezeit" in text(row)


def test_what_could_not_go_out(german, make, plan, later):
    make(), make(title="Tea")
    later(hours=6)
    plan()
    later(minutes=2)
    gathering.gather()
    [row] = ledger(kind="late")

    assert mail(row)["Subject"] == "2 Erinnerungen wurden fällig, während keine hinausgingen"
    assert "Ab jetzt kommen sie wieder pünktlich." in html(row)


def test_a_link_to_a_new_password(german, alice):
    reset.ask(alice.email, SITE)
    [row] = letters(alice.email)

    assert mail(row)["Subject"] == "Neues Passwort wählen"
    assert "Dieser Link gilt eine Stunde und nur einmal." in text(row)


def test_an_invitation_reads_as_its_reader_or_as_the_workspace(app, alice):
    family = workspaces.create_workspace(alice.id, kind="family", name="Baker", locale="de-DE")
    make_person(app, "zoe")  # who reads English
    for address in ("new@example.org", "zoe@example.org"):
        invitations.invite(family.id, alice.id, email=address, role="viewer", site=SITE)
    [to_new], [to_zoe] = letters("new@example.org"), letters("zoe@example.org")

    assert mail(to_new)["Subject"] == "Alice lädt Sie zu Baker ein"
    assert "in diese Familie eingeladen, als Betrachter: sieht alles" in " ".join(
        text(to_new).split()
    )
    assert mail(to_zoe)["Subject"] == "Alice invites you to Baker"


ITEM = {"title": "¤", "when": "¤", "path": "/r", "act_path": "/d/1", "passed_over": 2, "to": "¤"}
ALL = {
    "title": "¤", "subject": "¤", "workspace": "¤", "public_url": "https://example.org",
    "items": [ITEM | {"why": "¤"}], "today": [ITEM], "overdue": [ITEM | {"act_path": ""}],
    "has_more": True, "more": 2, "when": "¤", "when_there": "¤", "lead": "", "repeats": "¤",
    "is_late": True, "is_snoozed": True, "passed_over": 3, "nags": 1, "priority": "high",
    "creator": "¤", "path": "", "act_path": "/d/1", "text": "¤", "kind": "payment", "amount": "¤",
    "reference": "¤", "link": "https://example.org", "link_host": "¤", "linked": ["¤"],
    "files_path": "/f", "who": "¤", "channel": "¤", "code": "123456", "address": "¤",
    "inviter": "¤", "role": "¤", "meaning": "¤", "email": "¤",
    "channels": ["¤"],
}  # fmt: skip
TEMPLATES = [
    *(("channel_test", {}), ("digest", {}), ("escalation", {}), ("failures", {})),
    *(("invitation", {}), ("late", {}), ("quiet", {}), ("sender", {})),
    *(("reminder", {}), ("reminder", {"is_late": False, "path": "/r", "kind": "standard"})),
    *(("reset", {"kind": kind}) for kind in ("reset", "taken", "password_changed", "other")),
]


@pytest.mark.parametrize(("name", "fields"), TEMPLATES)
def test_every_word_of_every_mail_is_said_through_the_catalogue(monkeypatch, name, fields):
    mark(monkeypatch)
    page = written(f"mail/{name}.html", ALL | fields)
    plain = written(f"mail/{name}.txt", ALL | fields)

    assert [said for said in not_said(texts(page), []) if said != "R"] == []
    assert list(not_said(plain.split("\n\n"), [])) == []
