import time
from contextlib import suppress

import pytest

from reminder_app.contacts import vcard
from reminder_app.contacts.models import Contact
from reminder_app.database import db
from tests.contacts.importing_files import counts, imported

THREE = """BEGIN:VCARD
VERSION:3.0
N:Müller;Jörg;;Dr.;
FN:Dr. Jörg Müller
ORG:ACME\\, Inc.;Sales
EMAIL;TYPE=INTERNET,HOME:second@example.org
EMAIL;TYPE=INTERNET,PREF:first@example.org
TEL;TYPE=FAX:+49 30 999
item1.TEL;TYPE=CELL:+49 170
  123
TEL;TYPE=WORK;TYPE=VOICE:+49 30 456
ADR;TYPE=HOME:;;Main street 1;Berlin;;10115;Germany
PHOTO;ENCODING=b;TYPE=JPEG:{photo}
NOTE:one\\, two\\nthree
CATEGORIES:client,"a b"
END:VCARD
"""
FOUR = """BEGIN:VCARD
VERSION:4.0
FN:Ann Lee
EMAIL;PREF=2:b@example.org
EMAIL;PREF=1:a@example.org
TEL;VALUE=uri;TYPE="voice,cell";PREF=1:tel:+49-30-12345;ext=5
TZ:Europe/Berlin
LANG:de
END:VCARD
"""


def only(person):
    return db.session.query(Contact).filter_by(workspace_id=person.workspace_id).one()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_version_3(alice, end):
    text = THREE.format(photo="A" * 60 + "\n " + "B" * 60).replace("\n", end)

    row = imported(alice, text)

    assert (row.kind, counts(row)) == ("vcard", (1, 0, 0, 0))
    one = only(alice)
    assert (one.name, one.email) == ("Dr. Jörg Müller", "first@example.org")
    assert (one.phone, one.phone_secondary) == ("+49 170 123", "+49 30 456")
    assert one.postal_address == "Main street 1\n10115 Berlin\nGermany"
    assert one.notes == "one, two\nthree"
    assert one.attributes["Email 2"] == "second@example.org"
    assert one.attributes["Company"].startswith("ACME, Inc.")


def test_version_4(alice):
    imported(alice, FOUR)

    one = only(alice)
    assert (one.email, one.phone) == ("a@example.org", "+49-30-12345")
    assert (one.time_zone, one.locale) == ("Europe/Berlin", "de")


def test_a_card_without_a_full_name(alice):
    imported(alice, "BEGIN:VCARD\nVERSION:3.0\nN:Smith\\;Jones;Ann;;;\nEND:VCARD\n")

    assert only(alice).name == "Ann Smith;Jones"


def test_a_card_that_is_none_stops_no_other(alice):
    bad = "BEGIN:VCARD\nFN:Bad\nthis is no line\nEND:VCARD\n"
    open_one = "BEGIN:VCARD\nFN:Never ends\n"

    row = imported(alice, f"{bad}{open_one}{FOUR}noise\n{open_one}")

    assert counts(row) == (1, 0, 0, 3)
    assert only(alice).name == "Ann Lee"


@pytest.mark.parametrize(
    "line",
    [
        "FN;" + "a=b;" * 20_000 + ":x",
        "FN;" * 20_000,
        'FN;A="' + '"' * 20_000,
        "FN:" + "\\" * 100_001,
        "N:" + ";" * 100_000,
        "X" * 300_000 + ":x",
    ],
)
def test_a_hostile_line_is_over_soon(line):
    began = time.process_time()
    with suppress(ValueError):
        vcard.contact_of(["BEGIN:VCARD", "FN:x", line, "END:VCARD"])

    assert time.process_time() - began < 20
