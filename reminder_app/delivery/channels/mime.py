"""A mail with a text and an HTML part, written straight into bytes: a tenth of what the standard
library takes to build the same, and the same when its parser reads it (RFC 5322, 2045, 2047)."""

import re
from base64 import b64encode, encodebytes
from binascii import b2a_qp
from collections.abc import Sequence

from reminder_app.files import names

LONGEST_LINE, TIDY_LINE = 998, 78
# A word may be 75 characters: =?utf-8?b?…?= leaves 63, which is 45 bytes in base64.
WORD_BYTES = 45
PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
LINE_END = re.compile(r"\r\n|\r|\n")
FAR_SPACE = re.compile(r"(.{1,74}) (?=\S)")


def alternative(
    headers: Sequence[tuple[str, str]],
    text: str,
    html: str,
    boundary: str,
    files: Sequence[bytes] = (),
) -> bytes:
    """`headers` are ready for the wire: header_text(), mailbox(), or ASCII of our own making.

    Lines end in CRLF and are at most 998 bytes long; every byte is ASCII. A boundary that stands
    in the content becomes another. `files` are parts as attached() makes them. Raises UnicodeEncodeError for text that is none (a lone
    surrogate).
    """
    while boundary in text or boundary in html:
        boundary += "_"
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    head += "MIME-Version: 1.0\r\n"
    # No base64 has an underscore, and neither boundary begins like the other one.
    outer = f"=m{boundary}" if files else ""
    if files:
        head += f'Content-Type: multipart/mixed; boundary="{outer}"\r\n\r\n--{outer}\r\n'
    head += f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n'
    line = f"\r\n--{boundary}\r\n".encode()
    end = f"\r\n--{boundary}--\r\n".encode()
    found = [head.encode("ascii"), line, part("plain", text), line, part("html", html), end]
    for file in files:
        found += [f"--{outer}\r\n".encode(), file]
    if files:
        found.append(f"--{outer}--\r\n".encode())
    return b"".join(found)


def attached(name: str, media_type: str, content: bytes) -> bytes:
    """`name` is names.safe()."""
    head = (
        f"Content-Type: {media_type}\r\n"
        f"Content-Disposition: {names.disposition(name)}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode("ascii") + encodebytes(content).replace(b"\n", b"\r\n")


def part(subtype: str, text: str) -> bytes:
    encoding, content = body(LINE_END.sub("\r\n", text))
    return (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    ).encode() + content


def body(text: str) -> tuple[str, bytes]:
    """As it is where that is allowed, else in the shorter of the two encodings."""
    content = text.encode("utf-8")
    foreign = len(content) - len(text) if not text.isascii() else 0
    if text.isascii() and is_short(content) and "\0" not in text:
        return "7bit", content
    # Two more bytes for each that is not ASCII, against a third more of all.
    if foreign * 12 < len(content):
        return "quoted-printable", quoted(content)
    return "base64", encodebytes(content).replace(b"\n", b"\r\n")


def quoted(content: bytes) -> bytes:
    """Of what has no line end at all, b2a_qp breaks the lines with a bare LF."""
    found = b2a_qp(content, istext=True)
    return found if b"\n" in content else found.replace(b"\n", b"\r\n")


def is_short(content: bytes) -> bool:
    return len(content) <= LONGEST_LINE or max(map(len, content.split(b"\r\n"))) <= LONGEST_LINE


def header_text(text: str, name: str = "Subject") -> str:
    """One line of words as the value of a header: encoded and folded where it must be."""
    if text.isascii():
        if len(name) + 2 + len(text) <= TIDY_LINE:
            return text
        return FAR_SPACE.sub("\\1\r\n ", text)
    return encoded(text)


def encoded(text: str) -> str:
    words, word = [], b""
    for character in text:
        letter = character.encode("utf-8")
        if len(word) + len(letter) > WORD_BYTES:
            words.append(word)
            word = b""
        word += letter
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in [*words, word])


def mailbox(name: str, address: str) -> str:
    if not name:
        return address
    if not name.isascii():
        name = encoded(name)
    elif not PHRASE.fullmatch(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    break_ = "\r\n " if len(name) + len(address) > TIDY_LINE - 9 else " "
    return f"{name}{break_}<{address}>"
