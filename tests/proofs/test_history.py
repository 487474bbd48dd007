"""What a client was told, as a page, a table and on paper."""

import csv
import io
import re
import struct
import zlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from sqlalchemy import insert

from reminder_app.accounts.models import User
from reminder_app.contacts import service as contacts
from reminder_app.database import db, new_id
from reminder_app.delivery.models import Attempt, Delivery
from reminder_app.proofs import paper, service, tables
from reminder_app.workspaces.models import Workspace
from tests.reminders.conftest import change

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def ann(alice):
    return contacts.create(alice.workspace_id, name="Ännchen Привет", email="ann@example.org")


def message(alice, ann, n, **values):
    return {
        "id": new_id(),
        "workspace_id": alice.workspace_id,
        "contact_id": ann.id,
        "key": f"reminder:{new_id()}",
        "source_kind": "reminder",
        "address": "ann@example.org",
        "template": "reminder",
        "subject": f"Number {n}",
        "state": "sent",
        "due_at": NOON + timedelta(minutes=n),
        "not_before": NOON,
        "handed_over_at": NOON,
        "sent_at": NOON + timedelta(minutes=n, milliseconds=120),
        "message_id": f"<{n}@example.org>",
        "content_hash": b"h" * 32,
        **values,
    }


TRIES = ((1, "transient", "451 later"), (2, "sent", "250 Ok <q1>"))


@pytest.fixture
def told(alice, ann):
    def made(count=1, **values):
        rows = [message(alice, ann, n, **values) for n in range(count)]
        tried = {"worker": "w", "started_at": NOON, "finished_at": NOON}
        tries = [
            {"delivery_id": row["id"], "number": number, "outcome": how, "answer": words, **tried}
            for row in rows
            for number, how, words in TRIES
        ]
        for model, found in ((Delivery, rows), (Attempt, tries)):
            for start in range(0, len(found), 1000):
                db.session.execute(insert(model), found[start : start + 1000])
        db.session.commit()

    return made


def read(answer):
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix(tables.MARK))))


def test_the_page_says_what_the_server_said(alice, ann, told):
    told(2)
    page = alice.browser().get(f"/contacts/{ann.id}/history").text

    assert page.index("Number 1") < page.index("Number 0")
    assert "250 Ok &lt;q1&gt;" in page
    assert "451 later" not in page
    assert "&lt;1@example.org&gt;" in page


def test_the_api_lists_it_page_by_page(alice, ann, told):
    told(3)
    url = f"/api/v1/contacts/{ann.id}/history"
    first = alice.api().get(url, query_string={"limit": 2}).json
    rest = alice.api().get(url, query_string={"cursor": first["next_cursor"]}).json

    assert [one["subject"] for one in (*first["items"], *rest["items"])] == [
        "Number 2",
        "Number 1",
        "Number 0",
    ]
    assert first["items"][0]["answer"] == "250 Ok <q1>"
    since = {"since": "2026-03-01T12:02:00Z"}
    assert len(alice.api().get(url, query_string=since).json["items"]) == 1


def test_the_table_has_all_of_it_and_computes_nothing(alice, ann, told):
    told(1, subject="=1+1", address="ann@example.org")
    answer = alice.browser().get(f"/contacts/{ann.id}/history.csv")

    [line] = read(answer)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="history-nnchen.csv"'
    assert line["subject"] == "'=1+1"
    assert line["promised_for"] == "2026-03-01T12:00:00.000+00:00"
    assert line["sent_at"] == "2026-03-01T12:00:00.120+00:00"
    assert (line["server_said"], line["message_id"]) == ("250 Ok <q1>", "<0@example.org>")
    assert line["sha256"] == (b"h" * 32).hex()


def test_a_period(alice, ann, told):
    told(1)
    told(1, due_at=NOON + timedelta(days=5), subject="Later")
    browser = alice.browser()

    found = read(browser.get(f"/contacts/{ann.id}/history.csv?since=2026-03-02&until=2026-03-06"))
    assert [one["subject"] for one in found] == ["Later"]
    assert "Number 0" not in browser.get(f"/contacts/{ann.id}/history?since=2026-03-02").text
    assert read(browser.get(f"/contacts/{ann.id}/history.csv?until=2026-02-01")) == []
    assert browser.get(f"/contacts/{ann.id}/history?since=x&until=9999-12-31").status_code == 200


def test_the_api_gives_the_same_files(alice, ann, told):
    told(1)
    told(1, due_at=NOON + timedelta(days=5), subject="Later")
    api, url = alice.api("deliveries:read"), f"/api/v1/contacts/{ann.id}/history/file"

    drawn = api.get(url)
    assert (drawn.content_type, drawn.data[:5]) == ("application/pdf", b"%PDF-")
    assert 'filename="history-nnchen.pdf"' in drawn.headers["Content-Disposition"]
    table = api.get(url, query_string={"format": "csv", "since": "2026-03-02"})
    assert [one["subject"] for one in read(table)] == ["Later"]
    assert table.data == alice.browser().get(
        f"/contacts/{ann.id}/history.csv?since=2026-03-02"
    ).data  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"format": "doc"}, "format"),
        ({"since": "March"}, "since"),
        ({"since": "0001-01-01"}, "since"),
        ({"until": "9999-12-31"}, "until"),
    ],
)
def test_a_file_of_what_is_not_there_is_refused(alice, ann, asked, field):
    answer = alice.api().get(f"/api/v1/contacts/{ann.id}/history/file", query_string=asked)

    assert (answer.status_code, list(answer.json["fields"])) == (422, [field])


STREAM = re.compile(rb"(?<!end)stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)


def streams(content):
    return b"".join(unpacked(one) for one in STREAM.findall(content))


def unpacked(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def test_the_paper_shows_letters_of_europe(alice, ann, told):
    told(1, subject="Überweisung für Γιάννης, Привет 漢字 😀")
    answer = alice.browser().get(f"/contacts/{ann.id}/history.pdf")

    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    mapped = streams(answer.data).upper()  # the letters that can be copied out of it
    for letter in "ÜüΓιПв":
        assert f"<{ord(letter):04X}>".encode() in mapped, letter
    assert b"http" not in answer.data


def read_back(content):
    """The texts of a PDF, cell by cell: each page's letters are numbered as the font's map says."""
    pieces = [unpacked(one) for one in STREAM.findall(content)]
    [mapped] = [one.decode() for one in pieces if b"beginbfchar" in one]
    letters = {
        int(number, 16): bytes.fromhex(letter).decode("utf-16-be")
        for number, letter in re.findall(r"^<(\w+)> <(\w+)>$", mapped, re.MULTILINE)
    }
    return [
        "".join(letters[number] for (number,) in struct.iter_unpack(">H", plain(shown)))
        for piece in pieces
        for shown in re.findall(rb"\(((?:[^\\)]|\\.)*)\) Tj", piece, re.DOTALL)
    ]


def plain(shown):
    return re.sub(rb"\\(.)", lambda one: {b"r": b"\r"}.get(one[1], one[1]), shown, flags=re.DOTALL)


@pytest.fixture
def in_berlin(alice):
    """Her workspace is there; she reads German, and is in Lisbon."""
    change(db.session.get_one(Workspace, alice.workspace_id), time_zone="Europe/Berlin")
    change(db.session.get_one(User, alice.id), locale="de-DE", time_zone="Europe/Lisbon")
    return alice


def test_the_paper_says_all_in_the_workspaces_zone_and_the_readers_language(in_berlin, ann, told):
    deadline = (
        "Frist für die Umsatzsteuer-Voranmeldung des Monats bis Donnerstag, 10. Dezember 2026"
    )
    file = {"name": "bill.pdf", "type": "application/pdf", "size": 3, "sha256": "ab", "place": 0}
    told(
        1,
        subject=deadline,
        from_name="Steuerkanzlei Müller",
        files={"1": file | {"sent": "attached"}, "2": file | {"sent": "linked"}},
    )
    path = f"/contacts/{ann.id}/history.pdf?since=2026-03-01&until=2026-03-01"
    cells = read_back(in_berlin.browser().get(path).data)
    text = " ".join(" ".join(cells).split())

    assert "1 Nachricht vom 01.03.2026 bis 01.03.2026, die neueste zuerst." in text
    assert text.count("Alle Zeiten in der Zeitzone Europe/Berlin.") == 1
    assert cells.count("01.03.2026, 13:00:00") == 2  # promised, and taken by the server
    assert "angehängt" in text
    assert "verlinkt" in text
    for said in (deadline, "Steuerkanzlei Müller <reminders@localhost.localdomain>"):
        assert all(word in text for word in said.split()), cells
    assert "…" not in text


def test_a_day_is_the_workspaces(in_berlin, ann, told):
    told(1, due_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))  # 0:30 of the next day there
    path = f"/contacts/{ann.id}/history.csv?since=2026-03-02"

    assert len(read(in_berlin.browser().get(path))) == 1


def test_it_says_in_whose_name_and_from_which_address(alice, ann, told):
    told(1, from_name="Lee & Sons")
    told(1, from_address="rent@example.org", account="email.0", due_at=NOON - timedelta(days=1))
    told(1, channel="webhook", account="webhook.0", due_at=NOON - timedelta(days=2))
    url = f"/contacts/{ann.id}/history"
    listed = alice.api().get(f"/api/v1{url}").json["items"]
    table = read(alice.browser().get(f"{url}.csv"))

    assert (
        [(one["from_name"], one["from_address"]) for one in listed]
        == [(one["from_name"], one["from_address"]) for one in table]
        == [("Lee & Sons", "reminders@localhost.localdomain"), ("", "rent@example.org"), ("", "")]
    )
    assert "Lee &amp; Sons &lt;reminders@localhost.localdomain&gt;" in alice.browser().get(url).text


def test_no_letter_is_lost_where_lines_are_parted():
    page = paper.sheet("A title", NOON, paper.Clock(ZoneInfo("UTC"), Locale("en")))
    page.set_font(paper.NAME, size=paper.SMALL)
    text = "a " + "Donaudampfschifffahrt" * 20 + " bis 10. Dezember"
    lines = paper.wrapped(page, text, 30)

    assert len(lines) > 10
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(page.get_string_width(line) for line in lines) < 30
    assert paper.wrapped(page, "", 30) == [""]
    page.output()  # closes the font's file


def test_what_the_font_has_not_is_a_box():
    assert paper.shown("Ä漢") == "Ä\ufffd"


def test_files_are_bounded(alice, ann, told, monkeypatch, count_queries):
    told(60)
    monkeypatch.setattr(service, "MOST", 50)
    browser = alice.browser()

    assert len(read(browser.get(f"/contacts/{ann.id}/history.csv"))) == 50
    assert browser.get(f"/contacts/{ann.id}/history.pdf").status_code == 200


def test_thousands_cost_few_queries(alice, ann, told, count_queries):
    told(3000)
    with count_queries() as statements:
        found = service.whole(alice.workspace_id, ann.id, "a@example.org")

    assert len(found.items) == 3000
    assert len(statements) < 8


def test_strangers_and_children_see_nothing(alice, bob, charlie, ann, told, join):
    told(1)
    for path in ("history", "history.csv", "history.pdf"):
        assert charlie.browser().get(f"/contacts/{ann.id}/{path}").status_code == 404
    for path in ("history", "history/file"):
        assert charlie.api().get(f"/api/v1/contacts/{ann.id}/{path}").status_code == 404
    child = join(alice, charlie, "child")
    assert child.browser().get(f"/contacts/{ann.id}/history.csv").status_code == 403
