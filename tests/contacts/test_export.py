import csv
import io

import pytest

from reminder_app.contacts import exporting, service, vcard
from reminder_app.contacts.models import Contact
from reminder_app.database import db
from tests.contacts.importing_files import imported

ANN = {
    "name": "Ann; Lee, \\ Jr.",
    "email": "ann@example.org",
    "phone": "+49 30 123456",
    "phone_secondary": "0170 1234567",
    "phone_whatsapp": "+49 170 1234567",
    "preferred_channel": "whatsapp",
    "postal_address": "Main street 1\n10115 Berlin",
    "time_zone": "Europe/Berlin",
    "locale": "de-DE",
    "notes": "one, two; three\nfour \\ five " + "ü" * 100,
    "consent": "given",
    "tags": ["client", "vip"],
    "attributes": {"Company": "ACME, Inc.", "Client; number": "=1042"},
}


@pytest.fixture
def people(alice):
    service.create(alice.workspace_id, **ANN)
    service.create(alice.workspace_id, name="Ben")


def get(person, **query):
    r = person.browser().get("/contacts/export", query_string=query)
    assert r.status_code == 200
    return r


def test_as_csv_with_a_column_for_each_field(alice, people):
    r = get(alice, format="csv")

    first, second = csv.DictReader(io.StringIO(r.text.removeprefix("\ufeff")))
    assert r.headers["Content-Disposition"].endswith('.csv"')
    assert (first["Name"], first["Tags"], first["Company"]) == (
        ANN["name"],
        "client, vip",
        "ACME, Inc.",
    )
    assert second["Name"] == "Ben"


def test_no_cell_is_a_formula(alice):
    for sign in "=+-@":
        service.create(alice.workspace_id, name=f"{sign}1+1")

    cells = next(zip(*csv.reader(io.StringIO(get(alice).text)), strict=True))

    assert set(cells[1:]) == {"'+1+1", "'-1+1", "'=1+1", "'@1+1"}


@pytest.mark.parametrize("kind", ["csv", "vcard"])
def test_what_went_out_comes_back_in(alice, charlie, people, kind):
    imported(charlie, get(alice, format=kind).data)

    ann = db.session.query(Contact).filter_by(workspace_id=charlie.workspace_id, email=ANN["email"])
    found = ann.one()
    tags = [tag.name for tag in found.tags]
    assert {name: getattr(found, name) for name in ANN if name != "tags"} | {"tags": tags} == ANN


def test_lines_of_a_card_are_short_and_whole(alice, people):
    lines = get(alice, format="vcard").data.split(b"\r\n")

    assert max(map(len, lines)) <= vcard.LONGEST_LINE
    assert all(line.decode() is not None for line in lines)


def test_only_what_the_list_shows(alice, people):
    assert "Ann" not in get(alice, q="ben").text
    assert "Ben" not in get(alice, tag="vip").text
    assert "Ben" not in get(alice, archived=1).text


def test_all_pages_of_it(alice, monkeypatch):
    monkeypatch.setattr(exporting, "PAGE", 3)
    for n in range(10):
        service.create(alice.workspace_id, name=f"Person {n}", attributes={f"Own {n}": "x"})

    lines = get(alice).text.splitlines()

    assert len(lines) == 11
    assert lines[0].endswith(",".join(f"Own {n}" for n in range(10)))


def test_others_get_nothing_of_it(charlie, people):
    assert "Ann" not in get(charlie).text


def test_another_format_is_refused(alice):
    assert alice.browser().get("/contacts/export?format=exe").status_code == 422
