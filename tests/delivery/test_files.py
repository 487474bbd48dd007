"""The files of a reminder in its mails: as they are, through a real mail server; never silently without."""

import dataclasses
import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from reminder_app.accounts.site import Site
from reminder_app.database import db, now
from reminder_app.database.engine import EXTENSION
from reminder_app.delivery import service as delivery
from reminder_app.delivery.channels import attached, message
from reminder_app.delivery.channels.message import Sender, render
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.sending import Courier
from reminder_app.files import store
from reminder_app.files.shelf import Shelf
from reminder_app.reminders import attaching, planning, service
from tests import shelves
from tests.database.kept import with_backups
from tests.delivery.notes import WRITTEN_WITH
from tests.delivery.test_message import letter
from tests.reminders.conftest import ledger, soon

BYTES = bytes(range(256)) * 40 + b"\r\n.\r\n\n.\n--=_x\r"
HASH = hashlib.sha256(BYTES).hexdigest()
ENVIRONMENT = message.environment


@pytest.fixture
def mail_settings(mail_settings, tmp_path, monkeypatch):
    monkeypatch.setattr(message, "environment", ENVIRONMENT)  # the real templates
    monkeypatch.setattr(attached, "kept", attached.Kept(attached.MOST_KEPT))
    return dataclasses.replace(
        mail_settings, attachments_path=tmp_path / "files", attachments_of_mail=25_000
    )


@pytest.fixture
def shelf(mail_settings) -> Shelf:
    return Shelf.of(mail_settings)


@pytest.fixture
def due(alice, shelf, mail_settings):
    """due("a.pdf", "b.pdf"): a reminder with these files, planned."""

    def planned(*names: str, contents: bytes = BYTES, **fields):
        reminder = service.create_reminder(
            alice.workspace_id,
            alice.id,
            title="Pay the rent",
            starts_at=soon(2),
            time_zone="Europe/Berlin",
            **fields,
        )
        taken = [shelves.put(shelf, name, contents) for name in names]
        attaching.attach(alice.workspace_id, alice.id, reminder.id, taken, shelf)
        planning.plan_due(Site.of(mail_settings), seconds=0)
        return reminder

    return planned


@pytest.fixture
def send(courier: Courier):
    def sent() -> None:
        courier.send_due(5)

    return sent


def parts(mail) -> dict[str, bytes]:
    return {part.get_filename(): part.get_content() for part in mail.iter_attachments()}


def test_the_bytes_that_arrive_are_those_that_were_given(due, send, sink):
    reminder = due("bill.pdf", 'Übersicht 東京 "2026".csv')

    send()

    (mail,) = sink.messages()
    (row,) = ledger(reminder)
    first, second = mail.iter_attachments()
    assert row.state == "sent"
    assert first.get_filename() == "bill.pdf"
    assert first.get_payload(decode=True) == BYTES
    assert first.get_content_type() == "application/pdf"
    assert first.get_content_disposition() == "attachment"
    assert second.get_filename() == "Übersicht 東京 _2026_.csv"
    assert second.get_payload(decode=True) == BYTES
    assert "Pay the rent" in mail.get_body(("plain",)).get_content()
    assert "Pay the rent" in mail.get_body(("html",)).get_content()
    assert [(one["name"], one["size"], one["sha256"], one["sent"]) for one in row.with_files] == [
        ("bill.pdf", len(BYTES), HASH, "attached"),
        ("Übersicht 東京 _2026_.csv", len(BYTES), HASH, "attached"),
    ]


def test_what_a_mail_cannot_carry_is_linked(due, send, sink, app, monkeypatch, mail_settings):
    monkeypatch.setitem(app.config, "SETTINGS", mail_settings)
    reminder = due("big.pdf", "small.txt", "more.txt")
    big = due("huge.zip", contents=b"x" * 25_001)
    assert reminder.id != big.id

    send()

    mail = next(one for one in sink.messages() if not parts(one))
    text = mail.get_body(("plain",)).get_content()
    assert "Files: huge.zip (24.4 kB)" in text
    path = text[text.index("/f/") :].split()[0]
    client = app.test_client()
    page = client.get(path)
    (row,) = attaching.listed(big.workspace_id, big.id)
    r = client.get(f"{path}/{row.id}", buffered=True)
    assert "huge.zip" in page.text
    assert page.status_code == 200
    assert r.data == b"x" * 25_001
    assert r.headers["Content-Disposition"] == "attachment; filename=huge.zip"
    assert client.get("/f/damaged").status_code == 404
    assert client.get(f"{path[:-1]}/{row.id}").status_code == 404


def test_a_file_that_is_gone_fails_the_mail_and_says_what_to_do(due, send, sink, shelf):
    reminder = due("bill.pdf")
    path = store.path_of(shelf.folder, bytes.fromhex(HASH))
    path.rename(path.with_suffix(".away"))

    send()

    (row,) = ledger(reminder)
    assert sink.count == 0
    assert row.state == "failed"
    assert "“bill.pdf” is not in ATTACHMENTS_PATH" in row.reason
    assert "restore it from its backup, then send this again" in row.reason

    path.with_suffix(".away").rename(path)
    delivery.send_again(row.workspace_id, row.id)
    send()

    assert [one.get_payload(decode=True) for one in sink.messages()[0].iter_attachments()] == [
        BYTES
    ]


@pytest.mark.sqlite_only
def test_what_was_lost_with_its_database_is_sent_whole_after_a_restore(
    app, alice, due, send, sink, shelf, tmp_path, monkeypatch
):
    reminder = due("bill.pdf")
    settings = with_backups(app, tmp_path / "backups")
    monkeypatch.setitem(app.extensions, EXTENSION, replace(settings, backup_files=shelf.folder))
    commands = app.test_cli_runner()
    assert commands.invoke(args=["backup"]).exit_code == 0

    db.session.remove()
    db.engine.dispose()
    # Its log first: whoever opens the file meanwhile would fill it from that.
    file = Path(db.engine.url.database)
    for path in sorted(file.parent.glob(f"{file.name}*"), reverse=True):
        path.unlink()
    shutil.rmtree(shelf.folder)
    told = commands.invoke(args=["restore"])
    send()

    assert (told.exit_code, told.output.splitlines()[-1]) == (
        0,
        f"Files: 1 restored into {shelf.folder}; 0 were there.",
    )
    assert parts(sink.messages()[0]) == {"bill.pdf": BYTES}
    assert ledger(reminder)[0].state == "sent"


def test_a_damaged_file_is_not_sent(due, send, sink, shelf):
    reminder = due("bill.pdf")
    store.path_of(shelf.folder, bytes.fromhex(HASH)).write_bytes(BYTES[:-1])

    send()

    assert sink.count == 0
    assert "“bill.pdf” is damaged on the disk" in ledger(reminder)[0].reason


def test_a_file_removed_while_its_mail_waits_does_not_go(due, send, sink, shelf):
    reminder = due("wrong.pdf", "right.pdf")
    wrong = attaching.listed(reminder.workspace_id, reminder.id)[0]
    attaching.remove(reminder.workspace_id, reminder.id, wrong.id, shelf.folder)

    send()

    assert [one.get_filename() for one in sink.messages()[0].iter_attachments()] == ["right.pdf"]
    assert [one["name"] for one in ledger(reminder)[0].with_files] == ["right.pdf"]


def test_a_file_is_read_once_for_all_who_get_it(due, send, sink, alice, monkeypatch):
    read, seen = store.read, []
    monkeypatch.setattr(
        attached.store, "read", lambda *which: (seen.append(which), read(*which))[1]
    )
    due("bill.pdf")
    due("bill.pdf")

    send()

    assert len(sink.messages()) == 2
    assert len(seen) == 1


def test_nothing_is_asked_for_what_has_no_files(alice, mail_settings, count_queries):
    """Neither while it is planned nor while it is sent."""
    service.create_reminder(
        alice.workspace_id,
        alice.id,
        title="Pay the rent",
        starts_at=soon(2),
        time_zone="Europe/Berlin",
    )
    with count_queries() as statements:
        planning.plan_due(Site.of(mail_settings), seconds=0)

    assert db.session.query(Delivery).count() == 1
    assert not [one for one in statements if "reminder_files" in one]


def test_a_mail_with_files_reads_the_same_at_every_try(shelf, monkeypatch):
    monkeypatch.setattr(message, "environment", lambda: WRITTEN_WITH)
    taken = shelves.put(shelf, "bill.pdf", BYTES)
    files = {
        "a" * 32: {
            "name": taken.name,
            "type": "application/pdf",
            "size": taken.size,
            "sha256": HASH,
            "sent": "attached",
        }
    }
    sender = Sender("r@example.net", "R", "example.net", "https://r.example", shelf.folder)
    one = dataclasses.replace(letter(), files=files, due_at=now())

    first = render(one, sender)
    monkeypatch.setattr(attached, "kept", attached.Kept(0))

    assert render(one, sender) == first
    assert first.isascii()
    assert max(map(len, first.split(b"\r\n"))) <= 998
