"""Links in mails by which one acts without signing in: signed, for this purpose only, dead after 60 days."""

import base64
import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from itsdangerous import BadSignature, Signer

from reminder_app.accounts.site import Site

PURPOSE = b"reminder_app.reminders.act"
SECOND = b"reminder_app.reminders.second"
FILES = b"reminder_app.reminders.files"
LASTS = timedelta(days=60)
UNTIL = 5  # bytes


@dataclass(frozen=True)
class Claim:
    """This user may act on this occurrence."""

    occurrence_id: uuid.UUID
    user_id: uuid.UUID


def sign(site: Site, claim: Claim, at: datetime) -> str:
    """The same token for the same moment: a mail that is written again is the same mail."""
    return signed(site, claim.occurrence_id, claim.user_id, at)


def sign_second(site: Site, claim: Claim, at: datetime) -> str:
    """For whoever is told when nobody answers: a user or a contact, and good for nothing else."""
    return signed(site, claim.occurrence_id, claim.user_id, at, SECOND)


def sign_files(site: Site, at: datetime, reminder_id: uuid.UUID, person_id: uuid.UUID) -> str:
    """For a user or a contact, to look at the files of the reminder, as they are then."""
    return signed(site, reminder_id, person_id, at, FILES)


def read_files(site: Site, token: str, at: datetime) -> tuple[uuid.UUID, uuid.UUID] | None:
    """The reminder, and whom it was sent to."""
    found = read(site, token, at, FILES)
    return (found.occurrence_id, found.user_id) if found else None


def signed(site: Site, one: uuid.UUID, other: uuid.UUID, at: datetime, purpose: bytes = b"") -> str:
    packed = one.bytes + other.bytes + int((at + LASTS).timestamp()).to_bytes(UNTIL)
    return signer(site, purpose).sign(base64.urlsafe_b64encode(packed).rstrip(b"=")).decode()


def read_second(site: Site, token: str, at: datetime) -> Claim | None:
    return read(site, token, at, SECOND)


def read(site: Site, token: str, at: datetime, purpose: bytes = b"") -> Claim | None:
    """None when it is not ours, or too old."""
    try:
        text = signer(site, purpose).unsign(token)
        packed = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except (BadSignature, ValueError):
        return None
    if at >= datetime.fromtimestamp(int.from_bytes(packed[32:]), UTC):
        return None
    return Claim(uuid.UUID(bytes=packed[:16]), uuid.UUID(bytes=packed[16:32]))


def signer(site: Site, purpose: bytes = b"") -> Signer:
    return signer_of(tuple(site.keys), purpose or PURPOSE)


@cache
def signer_of(keys: tuple[str, ...], purpose: bytes) -> Signer:
    return Signer(list(keys), salt=purpose, digest_method=hashlib.sha256)
