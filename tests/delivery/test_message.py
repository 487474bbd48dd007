import email
import email.policy
from datetime import UTC, datetime
from uuid import UUID

import pytest

from reminder_app.delivery.channels import SendError
from reminder_app.delivery.channels.message import Sender, render
from reminder_app.delivery.letters import Letter

SENDER = Sender("reminders@example.net", "Reminder App", "example.net", "https://r.example")
ID = UUID("0190f2c4-0000-7000-8000-000000000001")


def letter(**fields) -> Letter:
    return Letter(
        **{
            "id": ID,
            "fence": 1,
            "key": "reminder:1",
            "workspace_id": UUID(int=7),
            "address": "alice@example.org",
            "name": "Alice",
            "reply_to": "",
            "template": "note",
            "subject": "Rent",
            "payload": {"text": "Pay the rent."},
            "due_at": datetime(2026, 11, 30, 9, tzinfo=UTC),
            "is_late": False,
            "is_secret": False,
            "deadline_at": None,
            "message_id": "",
            "content_hash": None,
            "attempts": 0,
            "tries": 0,
            **fields,
        }
    )


def read(**fields):
    return email.message_from_bytes(render(letter(**fields), SENDER), policy=email.policy.default)


def test_it_says_what_it_is():
    mail = read(reply_to="bob@example.org")

    assert mail["From"] == "Reminder App <reminders@example.net>"
    assert mail["To"] == "Alice <alice@example.org>"
    assert mail["Subject"] == "Rent"
    assert mail["Date"] == "Mon, 30 Nov 2026 09:00:00 +0000"
    assert mail["Message-ID"] == f"<{ID}@example.net>"
    assert mail["Reply-To"] == "bob@example.org"
    assert mail["List-Id"] == "<00000000-0000-0000-0000-000000000007.example.net>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Delivery-Id"] == str(ID)
    assert mail["X-Delivery-Key"] == "reminder:1"
    assert mail["MIME-Version"] == "1.0"


def test_it_has_text_and_html_and_no_markup_from_people():
    mail = read(payload={"text": "<b>Rent</b> & co"})

    text, html = mail.iter_parts()
    assert mail.get_content_type() == "multipart/alternative"
    assert text.get_content().startswith("<b>Rent</b> & co")
    assert html.get_content().strip() == "<p>&lt;b&gt;Rent&lt;/b&gt; &amp; co</p>"
    assert "https://r.example/reminders" in text.get_content()


def test_what_people_write_is_no_template():
    text, _ = read(payload={"text": "{{ 7 * 7 }}{% for x in y %}"}).iter_parts()

    assert "{{ 7 * 7 }}{% for x in y %}" in text.get_content()


def test_every_try_has_the_same_bytes():
    first = letter(payload={"text": "Grüße, 你好"}, subject="Müll \N{WASTEBASKET}")

    assert render(first, SENDER) == render(first, SENDER)


def test_it_is_seven_bits_with_short_lines_whatever_people_write():
    content = render(letter(payload={"text": "ü" * 3000}, subject="ü" * 255), SENDER)

    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "evil", ["\r\nBcc: eve@example.org", "\n\nbody", "\x00", "\u2028x", "\x85x"]
)
def test_no_header_is_smuggled_in(evil):
    mail = read(subject=f"Rent{evil}", name=f"Alice{evil}")

    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Rent")
    assert len(mail["Subject"].splitlines()) == 1


@pytest.mark.parametrize(
    "address",
    ["", "alice", "a@b@c", "a@x.org, b@x.org", "a@x.org;b@x.org", "a@x.org\r\nRCPT TO:<b@x.org>"],
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(SendError) as caught:
        render(letter(address=address), SENDER)

    assert (caught.value.reason, caught.value.permanent) == ("recipient", True)


def test_a_domain_in_another_script_is_written_as_the_wire_wants_it():
    assert "x@xn--mnchen-3ya.example" in read(address="x@münchen.example")["To"]


@pytest.mark.parametrize("fields", [{"template": "nowhere"}, {"payload": {}}, {"key": "a\nb"}])
def test_what_cannot_be_written_is_about_the_content(fields):
    with pytest.raises(SendError) as caught:
        render(letter(**fields), SENDER)

    assert (caught.value.reason, caught.value.permanent) == ("content", True)


def test_a_message_keeps_its_id_when_our_domain_changes():
    assert read(message_id="<old@example.com>")["Message-ID"] == "<old@example.com>"


HIDDEN = "=?utf-8?q?x=0D=0ABcc:_mallory@example.net=0D=0A=0D=0A<b>phish</b>?="


@pytest.mark.parametrize("field", ["subject", "name"])
def test_line_breaks_hidden_in_an_encoded_word_stay_words(field):
    raw = render(letter(**{field: HIDDEN}), SENDER)
    head, _, _ = raw.partition(b"\r\n\r\n")
    names = {line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1].strip()}

    assert b"Bcc" not in names
    assert not raw.partition(b"\r\n\r\n")[2].startswith(b"<b>")
