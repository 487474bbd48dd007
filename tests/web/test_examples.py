"""What the page of the API shows can be copied."""

import io
import json
import re
import shlex

import pytest

from reminder_app.database import now
from reminder_app.web.docs import document
from reminder_app.web.reference import sections
from tests.web.belongings import rows_of

LISTS = {
    "contacts.csv": b"name,email\nBen Moe,ben.moe@example.org\n",
    "calendar.ics": b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    b"DTSTART:20360101T090000Z\r\nSUMMARY:Tea\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "invoice.pdf": b"%PDF-1.4\n%%EOF\n",
}


@pytest.fixture
def house(app, alice, bob):
    """Alice's rows; the reminder is the one that the page makes."""
    rows = {name: str(id) for name, id in rows_of(alice, bob).items()}
    body = next(one for one in operations() if one.slug == "post-api-v1-reminders")
    made = send(alice.api(), rows, body)
    assert made.status_code == 201, made.text
    return rows | {"reminder_id": made.json["id"], "channel": "sms", "key": "rent"}


def operations():
    found = sections(document(), "http://localhost")
    return [one for section in found for one in section.operations]


def send(client, rows, operation):
    """As a shell would send it."""
    url, *words = shlex.split(operation.curl.replace("\\\n", " "))[1:]
    url = re.sub(r"\$(\w+)", lambda name: rows[name[1].lower()], url)
    given = {
        "method": "GET",
        "headers": {"Authorization": client.environ_base["HTTP_AUTHORIZATION"]},
    }
    for option, value in zip(words[::2], words[1::2], strict=True):
        if option == "-X":
            given["method"] = value
        elif option == "-d":
            given["data"] = value
            json.loads(value)
        elif option == "-F":
            name, file = value.split("=@")
            given["data"] = {name: (io.BytesIO(LISTS[file]), file)}
        elif value.startswith("Content-Type"):
            given["content_type"] = value.partition(": ")[2]
    return client.open(url, **given)


def test_every_example_is_understood(alice, house):
    client = alice.api()
    # Whom a mail went to has its code, and nobody else.
    known = {"POST /api/v1/sender-identities/{identity_id}/verify"}
    everything = sorted(operations(), key=lambda one: one.method == "DELETE")

    refused = {}
    for one in everything:
        answer = send(client, house, one)
        if answer.status_code in (400, 415, 422) or answer.status_code >= 500:
            refused[f"{one.method} {one.path}"] = f"{answer.status_code} {answer.text}"

    assert len(everything) > 90
    assert refused.keys() <= known, json.dumps(refused, indent=1)


@pytest.mark.parametrize("days", [200, 1500])
def test_they_stay_ahead_of_the_time(app, later, days):
    later(days=days)
    shown = "".join(one.curl for one in operations())
    years = {int(year) for year in re.findall(r"\b(20\d\d)-\d\d-\d\d", shown)}

    assert years == {now().year + 1}


def test_files_are_sent_as_files(app):
    uploads = {one.path: one.curl for one in operations() if " -F " in one.curl}

    assert set(uploads) == {
        "/api/v1/reminders/{reminder_id}/files",
        "/api/v1/contact-imports",
        "/api/v1/reminder-imports",
    }
    assert uploads["/api/v1/contact-imports"].endswith("-F file=@contacts.csv")


def test_what_goes_with_a_reminder_is_described(app):
    (make,) = (one for one in operations() if one.slug == "post-api-v1-reminders")
    fields = {field.name: field for field in make.fields}

    assert fields["nag"].kind == "object or null"
    assert {"nag.every", "escalation.after"} <= set(fields)
