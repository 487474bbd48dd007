"""A link that a firm gives its clients: to pay, or to a document."""

from urllib.parse import urlsplit

from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

LONGEST = 1000
HOW = lazy_gettext("Write a whole https address, like https://pay.example.org/42.")


def clean(text: str) -> str:
    """Empty, or an https address as it may stand in a mail. Raises ValueError saying what to do."""
    text = text.strip()
    if not text:
        return ""
    if len(text) > LONGEST:
        raise ValueError(_("Write at most %(most)s characters.", most=LONGEST))
    if not is_sound(text):
        raise ValueError(HOW)
    return text


def is_sound(text: str) -> bool:
    """No name before an @: it would look like the host that one goes to."""
    if not text.isprintable() or any(one in text for one in ' "<>\\^`{|}'):
        return False
    try:
        parts = urlsplit(text)
        return (
            parts.scheme == "https"
            and "." in (parts.hostname or "").strip(".")
            and "@" not in parts.netloc
            and parts.port in (None, 443)
            and bool(host(text))
        )
    except ValueError:
        return False


def host(text: str) -> str:
    """Where it leads, in letters that cannot be mistaken for others. Raises ValueError."""
    name = urlsplit(text).hostname or ""
    return name if name.isascii() else name.encode("idna").decode()
