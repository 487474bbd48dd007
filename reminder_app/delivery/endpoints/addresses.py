"""What may be the address of a webhook or of a browser. What a name leads to is looked at when it is reached."""

import hashlib
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from reminder_app.errors import refuse
from reminder_app.translations import lazy_gettext

LONGEST = 1000
PORTS = (None, 443, 8443)
NO_ADDRESS = lazy_gettext("Write the whole address: https://, the host and the path.")
ONLY_HTTPS = lazy_gettext("It has to begin with https://, so that nobody reads it on its way.")
NO_USER = lazy_gettext(
    "Leave user and password out of the address: its messages are signed instead."
)
OTHER_PORT = lazy_gettext("Only the ports 443 and 8443 are reached from here.")


@dataclass(frozen=True)
class Address:
    url: str
    host: str


def checked(url: str, field: str, *, may_be_private: bool) -> Address:
    """Raises Invalid naming `field`. `may_be_private`: the operator trusts all who write one."""
    url = url.strip()
    parts = split(url, field)
    schemes = ("https", "http") if may_be_private else ("https",)
    if parts.scheme not in schemes:
        refuse(field, ONLY_HTTPS)
    if "@" in parts.netloc:
        refuse(field, NO_USER)
    if not may_be_private and parts.port not in PORTS:
        refuse(field, OTHER_PORT)
    return Address(parts._replace(fragment="").geturl(), ascii_host(parts, field))


def split(url: str, field: str) -> SplitResult:
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        refuse(field, NO_ADDRESS)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        refuse(field, NO_ADDRESS)
    if not parts.hostname or not parts.scheme:
        refuse(field, NO_ADDRESS)
    return parts


def ascii_host(parts: SplitResult, field: str) -> str:
    host = parts.hostname or ""
    if len(host) > 253:
        refuse(field, NO_ADDRESS)
    return host


def digest(kind: str, url: str) -> bytes:
    return hashlib.sha256(f"{kind} {url}".encode()).digest()
