from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reminder_app.errors import NotFound
from reminder_app.mailbox import service
from reminder_app.mailbox.message import Opened

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def test_a_mail_is_read_part_by_part(folder):
    message = EmailMessage()
    message["From"] = "Reminder App <reminders@example.org>"
    message["To"] = "Zoë <zoe@example.org>"
    message["Subject"] = "Zahnärztin, 9 Uhr"
    message.set_content("Um 9 – nicht später.")
    message.add_alternative("<p>Um 9 – nicht später.</p>", subtype="html")
    message.add_attachment(
        b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="a.ics"
    )
    (folder / "1.eml").write_bytes(message.as_bytes())

    mail = service.read(folder, "1.eml")

    assert mail.subject == "Zahnärztin, 9 Uhr"
    assert mail.recipient == "Zoë <zoe@example.org>"
    assert mail.text.strip() == "Um 9 – nicht später."
    assert mail.html.strip() == "<p>Um 9 – nicht später.</p>"
    assert mail.attachments == ["a.ics"]
    assert ("From", "Reminder App <reminders@example.org>") in mail.headers


@pytest.mark.parametrize(
    "name", ["../secret_key", "..", "a/b.eml", "/etc/passwd", ".eml", "x.eml\n", "x.eml.part", ""]
)
def test_a_name_never_leads_out_of_the_folder(folder, name):
    (folder / "x.eml.part").write_bytes(b"")
    with pytest.raises(NotFound):
        service.read(folder, name)


def test_a_mail_that_is_gone_is_not_found(folder):
    with pytest.raises(NotFound):
        service.read(folder, "1.eml")


def test_a_folder_that_is_not_there_is_empty(folder):
    assert service.latest(folder / "mailbox", limit=9) == []


def test_an_unknown_character_set_is_shown_as_well_as_can_be():
    message = Opened(
        b"Subject: =?x-nobody?q?caf=C3=A9?=\r\nContent-Type: text/plain; charset=x-nobody\r\n\r\n"
        b"caf\xc3\xa9"
    )

    assert message.header("subject") == "café"
    assert message.text == "café"


PIECES = some.sampled_from(
    [
        b"From: ", b"To: <@>", b"Subject: =?utf-8?b?//?=", b"\r\n", b"\r\n\r\n", b"--x", b"--x--",
        b"Content-Type: multipart/mixed; boundary=x", b"Content-Type: text/html; charset=\x00",
        b"Content-Type: text/plain", b"Content-Transfer-Encoding: base64", b"Content-Disposition: ",
        b"attachment; filename*0*=utf-8''%", b"; filename*=nope''%ff", b"!!!", b"\xff\xfe",
    ]
)  # fmt: skip


@given(some.lists(PIECES | some.binary(max_size=20), max_size=30))
def test_no_message_is_too_broken_to_be_opened(pieces):
    message = Opened(b"".join(pieces))

    for text in (message.text, message.html, message.header("subject"), *message.attachments):
        text.encode()  # a page can be made of it
