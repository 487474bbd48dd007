"""What an SMTP server's answer means for one message."""

import re

from reminder_app.delivery.channels.errors import (
    ACCOUNT,
    CONTENT,
    PROVIDER,
    RECIPIENT,
    UNKNOWN,
    SendError,
)

SERVICE_CLOSING = 421
TOO_BIG = 552
ENHANCED = re.compile(r"^[245]\.(\d{1,3})\.\d{1,3}\b")
# RFC 3463: 1 is about the address, 2 about its mailbox.
ABOUT_RECIPIENT = {"1", "2"}


def refusal(at: str, code: int, words: bytes) -> SendError:
    """`at` is mail, rcpt, data or end: what the server answered with `code`."""
    said = f"{code} {words.decode('utf-8', 'replace')}"
    if 400 <= code < 500:
        return SendError(for_now(at, code), False, said)
    if code < 500:
        # No answer to what was asked; after the dot it may mean anything.
        return SendError(UNKNOWN if at == "end" else PROVIDER, False, said)
    reason = for_good(at, code, words)
    return SendError(reason, reason != ACCOUNT, said)


def for_now(at: str, code: int) -> str:
    if at == "mail" and code == SERVICE_CLOSING:
        return ACCOUNT
    return RECIPIENT if at == "rcpt" and code != SERVICE_CLOSING else PROVIDER


def for_good(at: str, code: int, words: bytes) -> str:
    """A sender that is refused is ours to mend: no message is given up for it."""
    if at == "mail":
        return CONTENT if code == TOO_BIG else ACCOUNT
    if at == "rcpt":
        return RECIPIENT
    found = ENHANCED.match(words.decode("ascii", "replace"))
    return RECIPIENT if found and found[1] in ABOUT_RECIPIENT else CONTENT
