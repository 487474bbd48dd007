"""Odd multipart bodies to every view that takes files: none is answered with a 5xx, none leaves a file open."""

import dataclasses
import gc
import os
import uuid
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reminder_app.reminders import service
from tests.conftest import Person
from tests.reminders.conftest import wall
from tests.web.odd_requests import FORMS

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "10000")) * 15 // 100
BOUNDARY = b"odd"
IN_MEMORY = 500 * 1024  # beyond, a part lies in a file without a name
MOST = 2 * IN_MEMORY
CONTENTS = (
    b"",
    b"x",
    b"\r\n--odd",
    b"--odd--\r\n",
    b"\x00\xff" * 50,
    b"BEGIN:VCARD\r\nFN:Anna\r\nEND:VCARD\r\n",
    b"title,date\r\nRent,2036-01-31\r\n",
    b"1" * (IN_MEMORY + 1),
    b"2" * MOST,
    b"3" * (MOST + 1),
)
NAMES = (
    *("bill.pdf", "", ".", "..", "../../etc/passwd", "C:\\bill.pdf", "a" * 300 + ".pdf", "a.exe"),
    *("Übersicht.csv", "\u202efdp.txt", "\ud83d\ude00.png", 'a"b;c.txt', "a\x00b.txt", "x.ics", "x.vcf"),
)  # fmt: skip
FIELDS = ("files", "file", "title", "", "version", "files[]", "\u00fc")
TYPES = (
    None,
    b"application/pdf",
    b"",
    b"text/plain; charset=no-such",
    b"multipart/mixed",
    b"\xff/x",
)
KINDS = (
    *("multipart/form-data; boundary=odd",) * 6,
    *("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=other"),
    *("application/x-www-form-urlencoded", "application/json", "text/plain", ""),
)  # fmt: skip


@st.composite
def a_part(draw, fields: tuple[str, ...]) -> bytes:
    name = draw(st.sampled_from(fields)).encode()
    head = b'Content-Disposition: form-data; name="' + name + b'"'
    file = draw(st.none() | st.sampled_from(NAMES) | st.text(max_size=30))
    if file is not None:
        head += b'; filename="' + file.encode("utf-8", "surrogatepass") + b'"'
    if kind := draw(st.sampled_from(TYPES)):
        head += b"\r\nContent-Type: " + kind
    head = draw(st.sampled_from((head, head, head, head, b"", b"Content-Disposition: attachment")))
    return b"--odd\r\n" + head + b"\r\n\r\n" + draw(st.sampled_from(CONTENTS)) + b"\r\n"


@st.composite
def bodies(draw, form: dict[str, str]) -> bytes:
    """Often a form that is filled in, with files; some of them end too soon."""
    fields = draw(st.sampled_from(({}, form)))
    typed = [
        f'--odd\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts = draw(st.lists(a_part(FIELDS[:2] * 3 + FIELDS), max_size=4))
    body = b"".join((*typed, *parts, draw(st.sampled_from((b"--odd--\r\n", b"--odd--", b"")))))
    cut = draw(st.sampled_from((None, None, None, 1, 7, 40, len(body) // 2)))
    return body[:-cut] if cut and cut < len(body) else body


def takers(app: Flask) -> dict[str, str]:
    """The addresses that take files, by their endpoint."""
    views = app.view_functions
    return {
        rule.endpoint: rule.rule
        for rule in app.url_map.iter_rules()
        if getattr(views[rule.endpoint], "most_bytes", 0)
    }


@pytest.fixture
def small(app, tmp_path, monkeypatch) -> None:
    given_ = app.config["SETTINGS"]
    changes: dict[str, Any] = {"instance_path": tmp_path, "attachment_size": MOST}
    changes["attachments_path"] = tmp_path / "files"
    changes |= {"attachments_of_reminder": 2 * MOST, "attachments_of_workspace": 3 * MOST}
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(given_, **changes))


@pytest.fixture
def clients(small, alice: Person) -> Callable[[str], FlaskClient]:
    api = alice.api()
    return lambda path: api if path.startswith("/api/") else alice.browser()


def test_no_odd_upload_breaks_a_view_or_stays_open(app, alice, clients):
    found = takers(app)
    whose = alice.workspace_id, alice.id
    reminder = service.create_reminder(
        *whose, title="Rent", starts_at=wall("2036-01-31T09:00"), time_zone="UTC"
    )
    with warnings.catch_warnings(record=True) as left:
        warnings.simplefilter("always", ResourceWarning)
        for rule in found.values():
            attack(rule, str(reminder.id), clients, REQUESTS // len(found))
        gc.collect()

    assert [str(one.message) for one in left if one.category is ResourceWarning] == []


def attack(rule: str, reminder_id: str, clients, count: int) -> None:
    there = rule.replace("<uuid:reminder_id>", reminder_id)
    elsewhere = rule.replace("<uuid:reminder_id>", str(uuid.UUID(int=7)))

    before = open_without_a_name()

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        body=bodies(FORMS.get(rule, {})),
        kind=st.sampled_from(KINDS),
        path=st.sampled_from((there, there, there, elsewhere)),
    )
    def send(body: bytes, kind: str, path: str) -> None:
        answer = clients(path).post(path, data=body, content_type=kind)
        what = f"{path} {kind} {body[:2000]!r}"
        assert answer.status_code < 500, f"{what}\n{answer.text[:500]}"
        assert open_without_a_name() <= before, what

    send()


def open_without_a_name() -> set[str]:
    """Where a part that is too big for memory lies; as far as this system says it."""
    found = set()
    for one in Path("/proc/self/fd").glob("*"):
        with suppress(OSError):
            found.add(os.readlink(one))
    return {name for name in found if name.endswith("(deleted)")}


@pytest.mark.parametrize("path", ["/reminders/quick-add", "/reminders/new", "/contacts"])
def test_a_part_without_a_name_is_nobodys(alice, path):
    """Chance met it once: its None stood among the names of the form."""
    body = b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"

    answer = alice.browser().post(path, data=body, content_type="multipart/form-data; boundary=x")

    assert answer.status_code < 500
