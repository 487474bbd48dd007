"""Passwords and secrets: how they are made, hashed and compared. No I/O."""

import hashlib
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

TOKEN_PREFIX = "rk_live_"  # noqa: S105  the public part of a token
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 1024  # bytes; a longer one would only cost us time
# OWASP's minimum for argon2id: 19 MiB, two passes, one lane (71 ms on two cores).
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
AT_ONCE = threading.BoundedSemaphore(2)
# Checked when there is no such user, so that both answers take as long.
NOBODY = HASHER.hash(secrets.token_urlsafe(16))


def new_secret() -> str:
    """256 bits for a cookie or a link."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """32 bytes. A plain hash will do: what is hashed is random, unlike a password."""
    return hashlib.sha256(secret.encode()).digest()


def hash_password(password: str) -> str:
    with AT_ONCE:
        return HASHER.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """False for an unknown user too (None), after the same time."""
    with AT_ONCE:
        try:
            HASHER.verify(password_hash or NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None
