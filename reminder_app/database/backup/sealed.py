"""A file that nobody reads or changes without the key: compressed, then encrypted chunk by chunk.

    MAGIC | fingerprint of the key (8) | salt (16) | chunk | chunk | … | last chunk

Each chunk is AES-256-GCM under a key of this file alone. Its nonce is its number and whether it is the
last one, so that chunks cannot be left out, moved or cut off at the end; the label, which stands nowhere
in the file, keeps one file from being taken for another.
"""

import hashlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reminder_app.database.backup.errors import Unreadable
from reminder_app.database.backup.keys import FINGERPRINT, Key, Keys

MAGIC = b"sealed/1"
SALT, TAG = 16, 16
CHUNK = 256 * 1024
LEVEL = 3  # of zlib: as fast as a dump comes, at a third of its size


class SealedWriter:
    """Writes beside `path` and takes its place at the end; an error leaves nothing behind."""

    def __init__(self, path: Path, key: Key, label: str) -> None:
        self.path, self.part = path, path.with_name(path.name + ".part")
        header = MAGIC + key.fingerprint + os.urandom(SALT)
        self.cipher = AESGCM(key.derived(header[-SALT:], b"content"))
        self.bound = header + label.encode()
        self.packer = zlib.compressobj(LEVEL, wbits=31)
        self.waiting = bytearray()
        self.number = self.plain_bytes = self.bytes = 0
        self.digest = hashlib.sha256()
        self.file: BinaryIO = open_private(self.part)
        self.put(header)

    def write(self, data: bytes) -> None:
        self.plain_bytes += len(data)
        self.waiting += self.packer.compress(data)
        # One chunk always waits: which is the last is known only at the end.
        while len(self.waiting) > CHUNK:
            self.seal(bytes(self.waiting[:CHUNK]), is_last=False)
            del self.waiting[:CHUNK]

    def seal(self, data: bytes, *, is_last: bool) -> None:
        self.put(self.cipher.encrypt(nonce(self.number, is_last), data, self.bound))
        self.number += 1

    def put(self, data: bytes) -> None:
        self.file.write(data)
        self.digest.update(data)
        self.bytes += len(data)

    def finish(self) -> None:
        self.waiting += self.packer.flush()
        while len(self.waiting) > CHUNK:
            self.seal(bytes(self.waiting[:CHUNK]), is_last=False)
            del self.waiting[:CHUNK]
        self.seal(bytes(self.waiting), is_last=True)
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        self.part.replace(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()
        else:
            self.file.close()
            self.part.unlink(missing_ok=True)


def open_private(path: Path) -> BinaryIO:
    """For its owner alone, from the first byte on."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11) + bytes([is_last])


def unsealed(path: Path, keys: Keys, label: str) -> Iterator[bytes]:
    """The plain content, piece by piece: a piece is given only when nobody has touched it.

    Raises Unreadable, at the end too: what was given before is then only a part of the whole.
    """
    unpacker = zlib.decompressobj(wbits=31)
    try:
        with path.open("rb") as file:
            for chunk in chunks(file, keys, label):
                yield unpacker.decompress(chunk)
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}.") from error
    except zlib.error as error:
        raise Unreadable(f"{path.name} is damaged.") from error
    yield unpacker.flush()
    if not unpacker.eof:
        raise Unreadable(f"{path.name} is damaged: its content ends too soon.")


def chunks(file: BinaryIO, keys: Keys, label: str) -> Iterator[bytes]:
    header = file.read(len(MAGIC) + FINGERPRINT + SALT)
    if not header.startswith(MAGIC) or len(header) < len(MAGIC) + FINGERPRINT + SALT:
        raise Unreadable(f"{file.name} is not a sealed file.")
    key = keys.that_made(header[len(MAGIC) : len(MAGIC) + FINGERPRINT])
    cipher, bound = AESGCM(key.derived(header[-SALT:], b"content")), header + label.encode()
    number, here = 0, file.read(CHUNK + TAG)
    while True:
        after = file.read(CHUNK + TAG)
        yield opened(cipher, here, bound, number, is_last=not after, name=file.name)
        if not after:
            return
        number, here = number + 1, after


def opened(
    cipher: AESGCM, data: bytes, bound: bytes, number: int, *, is_last: bool, name: str
) -> bytes:
    try:
        return cipher.decrypt(nonce(number, is_last), data, bound)
    except (InvalidTag, ValueError) as error:
        at = f"near byte {number * (CHUNK + TAG):,}"
        if is_last and is_cut_off(cipher, data, bound, number):
            raise Unreadable(f"{name} was cut off: its end is missing.") from error
        raise Unreadable(f"{name} was changed or damaged {at}.") from error


def is_cut_off(cipher: AESGCM, data: bytes, bound: bytes, number: int) -> bool:
    try:
        cipher.decrypt(nonce(number, False), data, bound)
    except (InvalidTag, ValueError):
        return False
    return True
