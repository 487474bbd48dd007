"""Reads a message that may be broken in any way: what cannot be decoded is shown as it stands, never raised."""

from collections.abc import Callable
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser

from reminder_app.translations import gettext as _


class Opened:
    """`text` and `html` are the first of their kind, "" when there is none."""

    def __init__(self, content: bytes) -> None:
        message = parsed(content)
        leaves = [part for part in message.walk() if not part.is_multipart()]
        self.headers = [(name, readable(value)) for name, value in message.raw_items()]
        self.attachments = [name for part in leaves if (name := attached_name(part))]
        shown = [part for part in leaves if not is_attached(part)]
        self.text = first(shown, "text/plain")
        self.html = first(shown, "text/html")

    def header(self, name: str) -> str:
        """The values of all headers of that name, parted by commas."""
        return ", ".join(value for given, value in self.headers if given.lower() == name)


def parsed(content: bytes) -> Message:
    """By the old policy: the new one raises on about one garbled address in a hundred."""
    try:
        return message_from_bytes(content)
    except TypeError:  # a boundary in pieces, see parameter(): then without its parts
        return BytesHeaderParser().parsebytes(content)


def readable(value: str) -> str:
    """Encoded words and raw UTF-8 to letters, folded lines to one."""
    given = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        words = decode_header(" ".join(given.split()))
    except HeaderParseError:
        return given
    return "".join(word if isinstance(word, str) else decoded(word, of) for word, of in words)


def decoded(content: bytes, charset: str | None) -> str:
    try:
        return content.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):  # a character set nobody knows, or one with a NUL in its name
        return content.decode("utf-8", "replace")


def is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def attached_name(part: Message) -> str:
    return (
        readable(parameter(part.get_filename) or _("without a name")) if is_attached(part) else ""
    )


def parameter(read: Callable[[], str | None]) -> str | None:
    """The standard library raises on parameters in pieces of which only some are numbered."""
    try:
        return read()
    except TypeError:
        return None


def first(parts: list[Message], kind: str) -> str:
    for part in parts:
        if part.get_content_type() == kind:
            content = part.get_payload(decode=True)
            charset = parameter(part.get_content_charset)
            return decoded(content if isinstance(content, bytes) else b"", charset)
    return ""
