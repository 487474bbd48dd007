"""The files of a reminder: added with its form or by the API, kept, copied, removed, cleaned up."""

import dataclasses
import errno
import hashlib
import io
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import event, insert, text

from reminder_app.accounts.models import User
from reminder_app.accounts.site import Site
from reminder_app.contacts import merging
from reminder_app.contacts import service as contacts
from reminder_app.database import db, new_id, now, transaction
from reminder_app.delivery.channels import message
from reminder_app.delivery.letters import Letter
from reminder_app.delivery.repository import LEDGER
from reminder_app.errors import Invalid
from reminder_app.files import store
from reminder_app.files.shelf import Shelf
from reminder_app.reminders import attaching, editing, form_files, planning, service
from reminder_app.reminders.file_models import ReminderFile
from reminder_app.workspaces import members
from reminder_app.workspaces.models import Membership
from tests import shelves
from tests.database.lifted import on_servers
from tests.reminders.conftest import change, ledger, read, wall

BILL = b"%PDF-1.7 the bill"
FORM = {
    "title": "Pay the rent",
    "date": "2026-01-31",
    "time": "09:00",
    "time_zone": "Europe/Berlin",
    "recipients": "me",
}
LONG_AGO = 4 * 24 * 3600


@pytest.fixture
def shelf(app, tmp_path, monkeypatch) -> Shelf:
    """Small, and of this test alone."""
    settings = dataclasses.replace(
        app.config["SETTINGS"],
        attachments_path=tmp_path / "files",
        attachment_size=1000,
        attachments_of_reminder=1500,
        attachments_of_workspace=2200,
    )
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    return Shelf.of(settings)


@pytest.fixture
def client(monday, shelf, alice):
    return alice.browser()


def uploaded(name: str, content: bytes = BILL):
    return (io.BytesIO(content), name)


def saved(alice):
    (reminder,) = service.list_reminders(alice.workspace_id).items
    return reminder


def files(alice, reminder) -> dict[str, int]:
    return {one.name: one.size for one in attaching.listed(alice.workspace_id, reminder.id)}


class Refused(Exception):
    """By whatever comes after the files."""


def kept(alice, shelf):
    offered = shelf.look("files", "bill.pdf", io.BytesIO(BILL))
    return attaching.kept(alice.workspace_id, None, [offered], shelf)


def on_disk(shelf: Shelf) -> set[str]:
    return {path.name for path in shelf.folder.rglob("*") if path.is_file()}


def age(shelf: Shelf) -> None:
    then = time.time() - LONG_AGO
    for path in shelf.folder.rglob("*"):
        os.utime(path, (then, then))


def add(alice, reminder, shelf, name="bill.pdf", content=BILL) -> ReminderFile:
    taken = shelves.put(shelf, name, content)
    return attaching.attach(alice.workspace_id, alice.id, reminder.id, [taken], shelf)[0]


def send_over_years(reminder, many: int) -> None:
    """With its files: half of it was sent, and half failed so long ago that its words are forgotten."""
    row = {one.name: getattr(ledger(reminder)[0], one.name) for one in LEDGER.columns}
    ends = {"sent": now() - timedelta(days=1), "failed": now() - timedelta(days=200)}
    rows = [
        row
        | {"id": new_id(), "key": f"{state} {reminder.id} {number}", "state": state}
        | {"due_at": at - timedelta(hours=number)}
        for number in range(many // 2)
        for state, at in ends.items()
    ]
    for start in range(0, many, 1000):
        db.session.execute(insert(LEDGER), rows[start : start + 1000])
    db.session.commit()


@contextmanager
def rows_read() -> Iterator[list[int]]:
    """By this session, as far as its server says it: SQLite does not."""
    found: list[int] = []
    before = read_so_far()
    yield found
    found.append(read_so_far() - before)


def read_so_far() -> int:
    if db.engine.dialect.name == "sqlite":
        return 0
    query = text("SHOW SESSION STATUS LIKE 'Handler_read%'")
    return sum(int(many) for _, many in db.session.execute(query))


def test_files_come_with_the_form_and_are_given_back(client, alice):
    data = FORM | {"files": [uploaded("bill.pdf"), uploaded("Übersicht.csv", b"a;b")]}

    assert client.post("/reminders", data=data).status_code == 303
    reminder = saved(alice)
    page = client.get(f"/reminders/{reminder.id}").text
    first, second = attaching.listed(alice.workspace_id, reminder.id)
    r = client.get(f"/reminders/{reminder.id}/files/{second.id}", buffered=True)

    assert reminder.file_count == 2
    assert "bill.pdf" in page
    assert "Übersicht.csv" in page
    assert "17 bytes" in page
    assert r.data == b"a;b"
    assert r.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%C3%9Cbersicht.csv" in r.headers["Content-Disposition"]
    assert r.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in r.headers["Content-Security-Policy"]
    assert first.sha256 == hashlib.sha256(BILL).digest()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("big.pdf", b"x" * 1001, "is bigger than 1,000 bytes"),
        ("empty.pdf", b"", "is empty"),
        ("bill.pdf.exe", BILL, "mail servers refuse files that end in .exe"),
        ("bill.js ", BILL, "mail servers refuse files that end in .js"),
    ],
)
def test_what_is_refused_is_told_and_nothing_typed_is_lost(
    client, alice, shelf, name, content, said
):
    r = client.post("/reminders", data=FORM | {"title": "Kept", "files": uploaded(name, content)})

    assert r.status_code == 422
    assert said in r.text
    assert 'value="Kept"' in r.text
    assert "Choose them again" in r.text
    assert service.list_reminders(alice.workspace_id).items == []
    assert on_disk(shelf) == set()


def test_a_size_is_written_as_its_reader_writes_it(client, alice):
    db.session.get_one(User, alice.id).locale = "de-AT"
    db.session.commit()

    assert "jede bis zu 1.000 Byte groß" in alice.browser().get("/reminders/new").text


def test_a_disk_that_is_full_is_told_and_nothing_typed_is_lost(client, alice, shelf, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(store.os, "fsync", full)
    r = client.post("/reminders", data=FORM | {"title": "Kept", "files": uploaded("bill.pdf")})

    assert r.status_code == 422
    assert "There is no room for files on the server" in r.text
    assert 'value="Kept"' in r.text
    assert service.list_reminders(alice.workspace_id).items == []
    assert on_disk(shelf) == set()


def test_more_than_a_reminder_may_have_is_refused(alice, make, shelf):
    reminder = make()
    add(alice, reminder, shelf, "one.pdf", b"1" * 900)

    with pytest.raises(Invalid, match="of a reminder may have 1.5 kB together"):
        add(alice, reminder, shelf, "two.pdf", b"2" * 900)
    assert files(alice, reminder) == {"one.pdf": 900}


def test_more_than_a_workspace_may_have_is_refused(alice, make, shelf):
    for title in ("a", "b"):
        add(alice, make(title=title), shelf, "one.pdf", title.encode() * 900)

    with pytest.raises(Invalid, match="of this workspace may have 2.1 kB together"):
        add(alice, make(title="c"), shelf, "one.pdf", b"c" * 900)


def test_what_is_refused_for_its_size_is_never_written(client, alice, make, shelf, monkeypatch):
    reminder = make()
    add(alice, reminder, shelf, "one.pdf", b"1" * 900)
    add(alice, make(title="Another"), shelf, "two.pdf", b"2" * 900)
    before, where = on_disk(shelf), f"/api/v1/reminders/{reminder.id}/files"
    monkeypatch.setattr(store, "put", None)

    too_much = alice.api().post(where, data={"file": uploaded("three.pdf", b"3" * 700)})
    of_all = client.post("/reminders", data=FORM | {"files": uploaded("a.pdf", b"4" * 900)})

    assert "of a reminder may have 1.5 kB together" in too_much.json["fields"]["file"]
    assert "of this workspace may have 2.1 kB together" in of_all.text
    assert on_disk(shelf) == before


def test_what_another_refusal_leaves_is_removed_at_once(client, alice, make, shelf):
    reminder = make()
    add(alice, reminder, shelf, "kept.pdf", b"kept")
    change(reminder, version=7)
    data = FORM | {"title": "Changed", "version": "1"}
    sent = [
        uploaded("new.pdf"),
        uploaded("again.pdf"),
        uploaded("kept.pdf", b"kept"),
        uploaded("same.pdf", b"kept"),
    ]

    r = client.post(f"/reminders/{reminder.id}/edit", data=data | {"files": sent})

    assert r.status_code == 422
    assert "Somebody changed this reminder" in r.text
    assert files(alice, reminder) == {"kept.pdf": 4}
    assert on_disk(shelf) == {hashlib.sha256(b"kept").hexdigest()}


def test_what_somebody_else_has_put_meanwhile_stays(alice, make, shelf):
    """While the one is refused, the other one's is not even saved yet."""
    reminder, others = make(), []

    with suppress(Refused), kept(alice, shelf):
        others.append(shelves.put(shelf, "bill.pdf", BILL))
        raise Refused
    attaching.attach(alice.workspace_id, alice.id, reminder.id, others, shelf)

    assert store.read(shelf.folder, others[0].sha256) == BILL


def test_what_was_saved_after_all_stays(alice, make, shelf):
    """As when the answer to COMMIT was lost."""
    reminder = make()

    with suppress(Refused), kept(alice, shelf) as taken:
        attaching.attach(alice.workspace_id, alice.id, reminder.id, taken, shelf)
        raise Refused

    assert on_disk(shelf) == {hashlib.sha256(BILL).hexdigest()}


@on_servers
def test_two_at_once_do_not_pass_what_a_workspace_may_have(app, alice, make, shelf):
    add(alice, make(), shelf, "one.pdf", b"1" * 900)
    first, second = make(title="First"), make(title="Second")

    with ThreadPoolExecutor(1) as pool, waiting_for("FROM workspaces") as is_waiting:

        @transaction
        def mine() -> Future[str]:
            add(alice, first, shelf, "two.pdf", b"2" * 900)
            rival = pool.submit(tried, app, alice, second, shelf)
            rival.add_done_callback(lambda _: is_waiting.set())
            assert is_waiting.wait(30)
            return rival

        answer = mine().result(30)

    assert answer == "The files of this workspace may have 2.1 kB together: remove some first."
    assert files(alice, second) == {}


def tried(app, alice, reminder, shelf) -> str:
    with app.app_context():
        try:
            return add(alice, reminder, shelf, "three.pdf", b"3" * 900).name
        except Invalid as error:
            return error.message


@contextmanager
def waiting_for(part: str) -> Iterator[threading.Event]:
    """Set once another thread asks for a lock of it."""
    found, here = threading.Event(), threading.current_thread()

    def note(_conn, _cursor, statement, *_rest) -> None:
        asks = "FOR UPDATE" in statement and part in statement
        if asks and threading.current_thread() is not here:
            found.set()

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_request_that_is_far_too_big_is_not_read(client, monkeypatch):
    monkeypatch.setattr(form_files, "AROUND", 10_000)

    r = client.post("/reminders", data=FORM | {"files": uploaded("a.pdf", b"x" * 20_000)})

    assert r.status_code == 413


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\bill.pdf", "bill.pdf"),
        ("..", "file"),
        ("a\r\nBcc: x@y.org\r\n.pdf", "aBcc_ x@y.org.pdf"),
        ("invoice\u202efdp.txt", "invoicefdp.txt"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_never_a_path(alice, make, shelf, name, kept):
    reminder = make()

    add(alice, reminder, shelf, name)

    assert files(alice, reminder) == {kept: len(BILL)}
    assert on_disk(shelf) == {hashlib.sha256(BILL).hexdigest()}


def test_the_same_file_of_two_reminders_is_stored_once(alice, make, shelf):
    first, second = make(), make(title="Another")

    add(alice, first, shelf)
    add(alice, second, shelf, "other.pdf")
    again = add(alice, first, shelf)

    assert files(alice, first) == {"bill.pdf": len(BILL)}
    assert again.id == attaching.listed(alice.workspace_id, first.id)[0].id
    assert on_disk(shelf) == {hashlib.sha256(BILL).hexdigest()}


def test_the_clean_up_takes_what_nobody_has_and_leaves_what_is_used(alice, make, shelf):
    first, second = make(), make(title="Another")
    shared, alone = add(alice, first, shelf), add(alice, first, shelf, "alone.pdf", b"alone")
    add(alice, second, shelf, "the same.pdf")
    for one in (shared, alone):
        attaching.remove(alice.workspace_id, first.id, one.id, shelf.folder)

    assert attaching.clean(shelf.folder) == 0  # let go of a moment ago
    age(shelf)
    (shelf.folder / "left.part").write_bytes(b"half")
    os.utime(shelf.folder / "left.part", (0, 0))

    assert attaching.clean(shelf.folder) == 1
    assert on_disk(shelf) == {hashlib.sha256(BILL).hexdigest()}


def test_what_is_put_again_while_it_is_cleaned_up_stays(shelf, monkeypatch):
    stored = store.put(shelf.folder, io.BytesIO(BILL), 1000)
    age(shelf)

    def used(_digests):
        store.put(shelf.folder, io.BytesIO(BILL), 1000)
        return set()

    assert store.clean(shelf.folder, LONG_AGO - 60, used) == 0
    assert store.read(shelf.folder, stored.sha256) == BILL


def test_a_series_keeps_its_files_when_it_is_parted(monday, alice, make, shelf):
    series = make(rule="FREQ=DAILY")
    add(alice, series, shelf)
    at = service.next_times(series, 3)[2].at
    change = lambda scope: editing.update_reminder(  # noqa: E731
        alice.workspace_id, alice.id, series.id, {"title": scope}, scope=scope, occurrence_at=at
    )

    one, rest = change("this"), change("following")

    assert len({series.id, one.id, rest.id}) == 3
    assert [files(alice, each) for each in (series, one, rest)] == [{"bill.pdf": len(BILL)}] * 3


def test_a_file_that_is_removed_goes_with_nothing_that_waits(monday, alice, make, shelf, plan, at):
    reminder = make(starts_at=wall("2026-01-12T08:00:02"))
    one, two = add(alice, reminder, shelf), add(alice, reminder, shelf, "two.pdf", b"two")
    plan()
    assert [file["name"] for file in ledger(reminder)[0].with_files] == ["bill.pdf", "two.pdf"]

    attaching.remove(alice.workspace_id, reminder.id, one.id, shelf.folder)

    assert [file["name"] for file in ledger(reminder)[0].with_files] == ["two.pdf"]
    assert read(reminder).file_count == 1
    assert two.name == "two.pdf"


def test_what_went_out_keeps_the_proof_of_a_removed_file(monday, alice, make, shelf, plan):
    reminder = make(starts_at=wall("2026-01-12T08:00:02"))
    one = add(alice, reminder, shelf)
    plan()
    ledger(reminder)[0].state = "sent"
    db.session.commit()

    attaching.remove(alice.workspace_id, reminder.id, one.id, shelf.folder)

    (proof,) = ledger(reminder)[0].with_files
    assert proof["sha256"] == hashlib.sha256(BILL).hexdigest()


def test_what_a_reminder_sent_over_the_years_is_not_gone_through(
    monday, alice, make, shelf, plan, count_queries
):
    costs = []
    for old in (0, 10_000):
        reminder = make(starts_at=wall("2026-01-12T08:00:02"))
        one = add(alice, reminder, shelf)
        plan()
        send_over_years(reminder, old)
        with count_queries() as statements, rows_read() as read_:
            attaching.remove(alice.workspace_id, reminder.id, one.id, shelf.folder)
        waiting = [row for row in ledger(reminder) if row.state == "pending"]
        assert [row.files for row in waiting] == [{}]
        costs.append((len(statements), sum(read_)))

    assert costs[0][0] == costs[1][0]
    assert costs[1][1] < costs[0][1] + 100


def test_what_failed_lately_goes_again_without_it(monday, alice, make, shelf, plan):
    reminder = make(starts_at=wall("2026-01-12T08:00:02"))
    one = add(alice, reminder, shelf)
    plan()
    change(ledger(reminder)[0], state="failed", due_at=now() - timedelta(days=89))

    attaching.remove(alice.workspace_id, reminder.id, one.id, shelf.folder)

    assert ledger(reminder)[0].with_files == []


def test_files_by_the_api(monday, alice, make, shelf):
    reminder, api = make(), alice.api()
    where = f"/api/v1/reminders/{reminder.id}/files"

    made = api.post(where, data={"file": uploaded("bill.pdf")})
    again = api.post(where, data={"file": uploaded("bill.pdf")})
    listed = api.get(where).get_json()["items"]
    content = api.get(f"{where}/{made.json['id']}/content", buffered=True)
    gone = api.delete(f"{where}/{made.json['id']}")

    assert made.status_code == again.status_code == 201
    assert made.json == again.json == listed[0]
    assert len(listed) == 1
    assert made.json["sha256"] == hashlib.sha256(BILL).hexdigest()
    assert made.json["media_type"] == "application/pdf"
    assert content.data == BILL
    assert content.headers["Content-Disposition"] == "attachment; filename=bill.pdf"
    assert gone.status_code == 204
    assert api.get(where).get_json()["items"] == []


def test_what_the_api_refuses_names_the_field(monday, alice, make, shelf):
    where, api = f"/api/v1/reminders/{make().id}/files", alice.api()

    none = api.post(where, data={})
    exe = api.post(where, data={"file": uploaded("a.exe")})

    assert (none.status_code, exe.status_code) == (422, 422)
    assert "file" in none.json["fields"]
    assert "file" in exe.json["fields"]


def test_a_part_without_a_name_holds_no_file(monday, alice, make, shelf):
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\nx\r\n--b--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=b"}

    refused = alice.api().post(f"/api/v1/reminders/{make().id}/files", data=body, headers=kind)

    assert (refused.status_code, list(refused.json["fields"])) == (422, ["file"])


def test_what_is_told_in_one_message_leads_to_the_files_of_each(
    monday, alice, make, shelf, plan, later
):
    for _ in range(2):
        add(alice, make(), shelf)
    make()
    later(hours=3)
    plan()

    [row] = ledger(kind="late")
    told = Letter(**{name: getattr(row, name) for name in Letter.__dataclass_fields__})
    found = message.content(told, message.Sender("app@example.org", "", "", "https://example.org"))
    assert [part.count("https://example.org/f/") for part in found] == [2, 2]


@pytest.fixture
def links(monday, app, alice, bob, contact, make, shelf, later):
    """Paths of the link to its file, by whom it was sent to; the reminder, and the file."""
    whom = [{"kind": "member", "id": bob.id}, {"kind": "contact", "id": contact.id}]
    reminder = make(recipients=whom)
    add(alice, reminder, shelf)
    later(hours=1)
    planning.plan_due(Site.of(app.config["SETTINGS"]), seconds=60)
    paths = {row.address: row.payload["files_path"] for row in ledger(reminder)}
    return paths, reminder, attaching.of(reminder)[0].id


def test_a_link_is_for_who_the_message_was_for(links, app, alice, bob, contact):
    paths, reminder, file_id = links
    client = app.test_client()
    assert {client.get(path).status_code for path in paths.values()} == {200}

    only_me = {"recipients": [{"kind": "me"}]}
    editing.update_reminder(alice.workspace_id, alice.id, reminder.id, only_me)
    of_contact, of_bob = paths[contact.email], paths[bob.email]

    assert client.get(of_contact).status_code == 404
    assert client.get(f"{of_contact}/{file_id}").status_code == 404
    assert client.get(of_bob).status_code == 200  # as a member he sees it anyway

    member = db.session.query(Membership).filter_by(user_id=bob.id, role="member").one()
    members.remove(alice.workspace_id, alice.id, member.id)

    assert client.get(of_bob).status_code == 404
    assert client.get(f"{of_bob}/{file_id}").status_code == 404


def test_a_link_of_an_archived_client_is_dead_and_of_a_merged_one_works(links, app, alice, contact):
    paths, *_ = links
    kept = contacts.create(alice.workspace_id, name="Carl", email="carl@example.net")
    merging.merge(alice.workspace_id, kept.id, [kept.id, contact.id])

    assert app.test_client().get(paths["carl@example.org"]).status_code == 200

    contacts.archive(alice.workspace_id, kept.id)

    assert app.test_client().get(paths["carl@example.org"]).status_code == 404


def test_strangers_and_readers(monday, alice, make, shelf, charlie, join):
    reminder = make()
    one = add(alice, reminder, shelf)
    where = f"/reminders/{reminder.id}/files/{one.id}"
    viewer = join(alice, charlie, "viewer")

    assert charlie.browser().get(where).status_code == 404
    assert charlie.api().get(f"/api/v1{where}/content").status_code == 404
    assert charlie.api().delete(f"/api/v1{where}").status_code == 404
    assert viewer.browser().get(where, buffered=True).data == BILL
    assert viewer.browser().post(f"{where}/remove").status_code == 403
    assert files(alice, reminder) == {"bill.pdf": len(BILL)}


def test_a_file_that_the_disk_lost_is_told_when_it_is_asked_for(monday, alice, make, shelf):
    reminder = make()
    one = add(alice, reminder, shelf)
    store.path_of(shelf.folder, one.sha256).unlink()

    r = alice.browser().get(f"/reminders/{reminder.id}/files/{one.id}")

    assert r.status_code == 404
    assert "“bill.pdf” is not on the server&#39;s disk" in r.text
