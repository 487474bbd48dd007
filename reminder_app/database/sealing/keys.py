"""The keys that secrets in rows are sealed with: the first seals, the others only open."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reminder_app.database.sealing.errors import KeyLost, NoKey

FINGERPRINT = 8  # hexadecimal digits, before the token


@dataclass(frozen=True)
class Key:
    text: str = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Tells keys apart, and tells nothing of them."""
        return self._derived(b"fingerprint").hex()[:FINGERPRINT]

    @property
    def fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._derived(b"row")))

    def _derived(self, purpose: bytes) -> bytes:
        """HKDF stretches nothing: the key has to be long and random."""
        info = b"sealed/1 " + purpose
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self.text.encode())


class Keys:
    def __init__(self, texts: Sequence[str]) -> None:
        self._keys = {key.fingerprint: key for key in map(Key, filter(None, texts))}

    @property
    def newest(self) -> str:
        """Its fingerprint. Raises NoKey."""
        for fingerprint in self._keys:
            return fingerprint
        raise NoKey

    def seal(self, text: str) -> str:
        """`fingerprint:token`. Raises NoKey."""
        newest = self.newest
        return f"{newest}:{self._keys[newest].fernet.encrypt(text.encode()).decode()}"

    def open(self, token: str) -> str:
        """Raises KeyLost where none of ours made it, or it is damaged."""
        fingerprint, _, sealed = token.partition(":")
        try:
            return self._keys[fingerprint].fernet.decrypt(sealed.encode()).decode()
        except (KeyError, InvalidToken) as error:
            raise KeyLost from error
