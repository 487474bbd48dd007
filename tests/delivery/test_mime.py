"""Whatever people write arrives as they wrote it: read back by the standard library's parser."""

import email
import email.policy
import re
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reminder_app.delivery.channels import mime
from reminder_app.delivery.channels.message import plain

BOUNDARY = "=_0190f2c4000070008000000000000001"
SIGNS = st.characters(exclude_categories=["Cs"])
# What has broken mail programs before: each may stand anywhere.
ODD = st.sampled_from(
    [
        *("\r", "\n", "\r\n", "\n\n", "\r\r\n", "\n.\n", "\n..\n", ".", "\r\n.\r\n", "\0", "\x0b"),
        *("\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\ufeff", "\xa0", "\t", " ", "  ", " \n"),
        *(
            "=?",
            "?=",
            "=?utf-8?q?x=0D=0ABcc:_e@x.org?=",
            "=",
            "=20",
            "==",
            "=\n",
            "From ",
            ">From ",
        ),
        *('"', "\\", '\\"', "<", ">", "<x@y.org>", ",", ";", ":", "(", ")", "@", "[", "]", "'"),
        *(
            "\u202eabc\u202c",
            "\u05e9\u05dc\u05d5\u05dd",
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        ),
        *("a\u0301", "\u6771\u4eac", "x" * 77, "x" * 999, "\xfc" * 400, "y " * 600, "e\xe9" * 40),
        *(f"--{BOUNDARY}", f"\n--{BOUNDARY}\n", f"\n--{BOUNDARY}--\n", "Content-Type: text/x\n\n"),
    ]
)
WORDS = st.lists(st.text(SIGNS, max_size=40) | ODD, max_size=8).map("".join)
PARAGRAPHS = st.lists(st.text(SIGNS, max_size=300) | ODD, max_size=30).map("".join)
LINE_END = re.compile(r"\r\n|\r|\n")


def normal(text: str) -> str:
    return LINE_END.sub("\r\n", text)


def built(subject="Rent", name="Alice", text="Pay it.", html="<p>Pay it.</p>") -> bytes:
    headers = [
        ("From", mime.mailbox("Reminder App", "reminders@example.net")),
        ("To", mime.mailbox(plain(name), "alice@example.org")),
        ("Subject", mime.header_text(plain(subject))),
    ]
    return mime.alternative(headers, text, html, BOUNDARY)


def read(content: bytes, policy=email.policy.default) -> EmailMessage:
    return email.message_from_bytes(content, policy=policy)


@pytest.mark.parametrize("policy", [email.policy.default, email.policy.SMTP], ids=["LF", "CRLF"])
@given(text=PARAGRAPHS, html=PARAGRAPHS)
@example(text="\xfc" * 300, html="no line ends at all, " * 60)
@example(text="a trailing space ", html="\ta tab\t")
@example(text=f"\n--{BOUNDARY}\nContent-Type: text/html\n\nphish", html=f"\n--{BOUNDARY}--\n")
def test_text_and_html_are_read_as_they_were_written(policy, text, html):
    mail = read(built(text=text, html=html), policy)

    first, second = mail.iter_parts()
    assert not mail.defects + first.defects + second.defects
    assert (first.get_content_type(), second.get_content_type()) == ("text/plain", "text/html")
    assert normal(first.get_content()) == normal(text)
    assert normal(second.get_content()) == normal(html)


@given(subject=WORDS, name=WORDS)
@example(subject="x " * 127, name='Alice, the =?utf-8?q?owner?= of (this) \\ "that"')
@example(subject=" lead\xa0and \u3000trail ", name="\xfc, <eve@example.net>")
def test_subject_and_names_are_read_as_they_were_written(subject, name):
    content = built(subject=subject, name=name)
    mail = read(content)

    assert mail["Subject"] == plain(subject)
    (to,) = mail["To"].addresses
    assert to.addr_spec == "alice@example.org"
    assert name_in(read(content, email.policy.compat32)["To"]) == plain(name)
    (sender,) = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Reminder App", "reminders@example.net")
    assert mail.keys() == ["From", "To", "Subject", "MIME-Version", "Content-Type"]


def name_in(header: str) -> str:
    """Encoded words one after the other are one text (RFC 2047 6.2): the parser of addresses in
    Python 3.11 puts a space between them."""
    phrase, _, _ = LINE_END.sub("", header).rpartition("<alice@example.org>")
    phrase = phrase.strip()
    if phrase.startswith('"'):
        return re.sub(r"\\(.)", r"\1", phrase[1:-1])
    return str(make_header(decode_header(phrase)))


@given(subject=WORDS, name=WORDS, text=PARAGRAPHS, html=PARAGRAPHS)
@example(subject="", name="", text="\xfc" * 300, html="\xfc" * 3)
@example(subject="s" * 255, name="n" * 255, text="t" * 999, html="h" * 998)
@example(subject="\xfc" * 255, name="\U0001f600" * 255, text="\r", html="\n")
def test_the_wire_takes_every_byte_of_it(subject, name, text, html):
    """RFC 5321 4.5.3.1.6 and 5322 2.1.1: ASCII, CRLF alone, no line above 998."""
    content = built(subject, name, text, html)

    assert content.isascii()
    assert b"\0" not in content
    assert not {b"\r", b"\n"} & set(re.findall(rb"\r\n|\r|\n", content))
    assert max(map(len, content.split(b"\r\n"))) <= 998
    head = content.partition(b"\r\n\r\n")[0]
    assert all(line.strip() for line in head.split(b"\r\n"))


@given(text=PARAGRAPHS, html=PARAGRAPHS)
@example(text=f"--{BOUNDARY}", html=f"--{BOUNDARY}--")
def test_the_boundary_stands_only_where_parts_end(text, html):
    content = built(text=text, html=html)
    boundary = read(content).get_boundary().encode()

    assert content.count(boundary) == 4  # told once, then before, between and after the parts
    assert len(boundary) <= 70


@given(text=PARAGRAPHS, html=PARAGRAPHS)
def test_it_reads_like_what_the_standard_library_builds(text, html):
    """Words in headers are read above: of odd ones its own parser reads something else."""
    theirs = EmailMessage(email.policy.SMTP)
    theirs["From"] = Address("Reminder App", addr_spec="reminders@example.net")
    theirs["Subject"] = "Rent"
    # A lone CR is a line end to us and a sign to them.
    theirs.set_content(normal(text), cte="base64")
    theirs.add_alternative(normal(html), subtype="html", cte="base64")
    theirs.set_boundary(BOUNDARY)

    ours, expected = read(built(text=text, html=html)), read(theirs.as_bytes())

    assert ours["From"] == expected["From"]
    assert ours["Subject"] == expected["Subject"]
    for part, other in zip(ours.walk(), expected.walk(), strict=True):
        assert part.get_content_type() == other.get_content_type()
        assert part.get_content_charset() == other.get_content_charset()
    for part, other in zip(ours.iter_parts(), expected.iter_parts(), strict=True):
        assert unended(part) == unended(other)


def unended(part: EmailMessage) -> str:
    """EmailMessage ends every text with a line end of its own."""
    return normal(part.get_content()).removesuffix("\r\n")


def test_the_same_words_are_the_same_bytes():
    words = {
        "subject": "M\xfcll",
        "name": "J\xfcrgen",
        "text": "\u4f60\u597d",
        "html": "<p>\xfc</p>",
    }

    assert built(**words) == built(**words)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Pay the rent.\n", "7bit"),
        ("x" * 998, "7bit"),
        ("x" * 999, "quoted-printable"),
        ("a\0b", "quoted-printable"),
        ("Gr\xfc\xdfe an alle, die heute zahlen m\xfcssen.\n", "quoted-printable"),
        ("\u4f60\u597d" * 20, "base64"),
    ],
)
def test_each_text_has_the_shortest_encoding_that_is_allowed(text, encoding):
    first, _ = read(built(text=text)).iter_parts()

    assert first["Content-Transfer-Encoding"] == encoding


def test_half_a_character_is_no_text():
    with pytest.raises(UnicodeEncodeError):
        built(text="\ud83d")
