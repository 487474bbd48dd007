"""Links that let one choose a new password: signed, for this purpose only, dead after an hour."""

import base64
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from reminder_app.accounts.credentials import digest
from reminder_app.accounts.site import Site

PURPOSE = "reminder_app.accounts.reset"
LASTS = timedelta(hours=1)


@dataclass(frozen=True)
class Claim:
    user_id: uuid.UUID
    fingerprint: str


def fingerprint(email: str, password_hash: str) -> str:
    """Changes with the address and the password: then older links are dead."""
    return base64.urlsafe_b64encode(digest(f"{email}\n{password_hash}")[:12]).decode()


def sign(site: Site, claim: Claim, at: datetime) -> str:
    until = int((at + LASTS).timestamp())
    return str(signer(site).dumps([claim.user_id.hex, claim.fingerprint, until]))


def read(site: Site, token: str, at: datetime) -> Claim | None:
    """None when it is not ours, or too old."""
    try:
        user_id, mark, until = signer(site).loads(token)
        if at >= datetime.fromtimestamp(until, UTC):
            return None
        return Claim(uuid.UUID(hex=user_id), str(mark))
    except (BadSignature, ValueError, TypeError):
        return None


def signer(site: Site) -> URLSafeSerializer:
    return URLSafeSerializer(list(site.keys), salt=PURPOSE)
