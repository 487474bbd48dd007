"""The key that backups are sealed with. Who loses it loses them: nothing here can help then."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reminder_app.database.backup.errors import BackupError, Unreadable

SHORTEST = 32
FINGERPRINT = 8  # bytes
NO_KEY = (
    "BACKUP_KEY is not set: a backup holds everything, so none is made without a key to seal it. "
    "Make one with `flask backup new-key`, and keep it somewhere else than the backups."
)


def new_key() -> str:
    return secrets.token_urlsafe(48)


@dataclass(frozen=True)
class Key:
    text: str = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Self:
        """HKDF stretches nothing: the key has to be long and random, as new_key() makes them."""
        if not text:
            raise BackupError(NO_KEY)
        if len(text) < SHORTEST:
            raise BackupError(f"BACKUP_KEY must have at least {SHORTEST} characters.")
        return cls(text)

    @property
    def fingerprint(self) -> bytes:
        """Tells keys apart, and tells nothing of them."""
        return self.derived(b"", b"fingerprint")[:FINGERPRINT]

    def derived(self, salt: bytes, purpose: bytes) -> bytes:
        info = b"backup/1 " + purpose
        return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(self.text.encode())

    def signature(self, data: bytes) -> str:
        return hmac.digest(self.derived(b"", b"manifest"), data, "sha256").hex()


@dataclass(frozen=True)
class Keys:
    """The one that seals, and former ones, which only open."""

    current: Key
    former: Sequence[Key] = ()

    @classmethod
    def of(cls, text: str, former: Sequence[str] = ()) -> Self:
        return cls(Key.of(text), [Key.of(one) for one in former])

    def that_made(self, fingerprint: bytes) -> Key:
        """Raises Unreadable where it is none of ours."""
        for key in (self.current, *self.former):
            if hmac.compare_digest(key.fingerprint, fingerprint):
                return key
        raise Unreadable(
            f"This was sealed with another key: its fingerprint is {fingerprint.hex()}, that of "
            f"BACKUP_KEY is {self.current.fingerprint.hex()}. Put the former key into "
            "BACKUP_KEY_FALLBACKS. Without it nobody can read this backup."
        )
