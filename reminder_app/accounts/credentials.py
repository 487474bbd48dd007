"""Passwords and secrets: how they are made, hashed and compared. No I/O."""

import hashlib
import secrets
import threading
import zlib
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from reminder_app.accounts.common_passwords import COMMON
from reminder_app.translations import gettext as _

TOKEN_PREFIX = "rk_live_"  # noqa: S105  the public part of a token
CHECK = 8  # hexadecimal digits at a token's end
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 1024  # letters; bytes: a longer one would only cost time
# OWASP's minimum for argon2id: 19 MiB, two passes, one lane (71 ms on two cores).
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
AT_ONCE = threading.BoundedSemaphore(2)


def hash_of_nobody(hasher: PasswordHasher) -> str:
    """What no password has, and takes as long to check as any other. It takes no hashing to make."""
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    sizes = (hasher.salt_len, hasher.hash_len)
    parts = [b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in sizes]
    return "$".join(("", "argon2id", f"v={ARGON2_VERSION}", cost, *parts))


# Checked when there is no such user, so that both answers take as long.
NOBODY = hash_of_nobody(HASHER)


def new_secret() -> str:
    """256 bits for a cookie or a link."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    body = TOKEN_PREFIX + secrets.token_urlsafe(32)
    return body + checksum(body)


def is_token(text: str) -> bool:
    """Could it be one of ours? Typing errors and noise never reach the database."""
    body, check = text[:-CHECK], text[-CHECK:]
    return text.isascii() and body.startswith(TOKEN_PREFIX) and check == checksum(body)


def checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):0{CHECK}x}"


def digest(secret: str) -> bytes:
    """32 bytes. A plain hash will do: what is hashed is random, unlike a password."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


def hash_password(password: str) -> str:
    """At most two at a time in this process. The length is the caller's to check: see `refusal`."""
    with AT_ONCE:
        return HASHER.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """False for an unknown user too (None), after the same time."""
    if not is_short_enough(password):
        return False
    with AT_ONCE:
        try:
            HASHER.verify(password_hash or NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Made with less work than we ask for today."""
    return HASHER.check_needs_rehash(password_hash)


def is_short_enough(password: str) -> bool:
    return len(password.encode(errors="surrogatepass")) <= LONGEST_PASSWORD


def refusal(password: str) -> str:
    """Why it cannot be a password at all; empty when it can."""
    if len(password) < SHORTEST_PASSWORD:
        return _(
            "Use at least %(least)s characters; a few words in a row are a good password.",
            least=SHORTEST_PASSWORD,
        )
    if not is_short_enough(password):
        return _("Use at most %(most)s bytes.", most=LONGEST_PASSWORD)
    if any("\ud800" <= letter <= "\udfff" for letter in password):
        return _("This password holds half a character: type it again.")
    return ""


def weakness(password: str, email: str = "") -> str:
    """Why it would be guessed soon; empty when it would not. No rules about kinds of letters."""
    plain = password.lower()
    bare = plain.rstrip("0123456789!?.*#$-_ ")
    if plain in COMMON or bare in COMMON or len(set(plain)) < 3:
        return _("This is one of the first passwords that guessers try: choose another one.")
    if email and plain in (email.lower(), email.lower().partition("@")[0]):
        return _("This is your address: choose something that nobody knows.")
    return ""
