"""Codes that show that somebody reads an address: how they are made and compared. No I/O."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta

DIGITS = 6
LASTS = timedelta(minutes=15)
MOST_TRIES = 5


def new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def digest(key: str, identity_id: uuid.UUID, code: str) -> bytes:
    """32 bytes. With a key, as all codes there are would be tried out in a second without."""
    return hmac.digest(key.encode(), f"sender:{identity_id}:{code}".encode(), hashlib.sha256)


def is_code(keys: Sequence[str], identity_id: uuid.UUID, code: str, code_hash: bytes) -> bool:
    plain = "".join(code.split())
    return any(hmac.compare_digest(digest(key, identity_id, plain), code_hash) for key in keys)
