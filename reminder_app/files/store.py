"""Files on disk under the SHA-256 of what is in them: each once, whole or not at all.

FOLDER/ab/abcd…: nothing in it is ever changed, so a copy of the folder made after a backup of the
database has all that the backup names.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20
UNFINISHED, LEAVING = ".part", ".leaving"


class TooBig(Exception):
    """More than was allowed."""


class Damaged(Exception):
    """What is there is not what was put there."""


@dataclass(frozen=True)
class Stored:
    sha256: bytes
    size: int


def put(folder: Path, content: BinaryIO, most: int) -> Stored:
    """Written and safe on disk when this returns. Raises TooBig, OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f"{secrets.token_hex(16)}{UNFINISHED}"
    try:
        stored = write(part, content, most)
        keep(part, path_of(folder, stored.sha256))
    finally:
        part.unlink(missing_ok=True)
    return stored


def write(part: Path, content: BinaryIO, most: int) -> Stored:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        while piece := content.read(CHUNK):
            size += len(piece)
            if size > most:
                raise TooBig
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return Stored(digest.digest(), size)


def keep(part: Path, path: Path) -> None:
    """One that is there already is fresh again, so that no clean-up takes it."""
    with suppress(FileNotFoundError):
        os.utime(path)
        return
    path.parent.mkdir(mode=0o700, exist_ok=True)
    part.rename(path)
    sync(path.parent)
    sync(path.parent.parent)


def sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def path_of(folder: Path, sha256: bytes) -> Path:
    name = sha256.hex()
    return folder / name[:2] / name


def read(folder: Path, sha256: bytes) -> bytes:
    """Raises OSError, Damaged."""
    content = path_of(folder, sha256).read_bytes()
    if hashlib.sha256(content).digest() != sha256:
        raise Damaged
    return content


def touch(folder: Path, digests: Iterable[bytes]) -> None:
    """They are let go of: what still waits to be sent with them has until the clean-up."""
    for sha256 in digests:
        with suppress(OSError):
            os.utime(path_of(folder, sha256))


def clean(
    folder: Path, older_than: float, used: Callable[[list[bytes]], set[bytes]], at_once: int = 500
) -> int:
    """Remove what nobody uses and was not put or let go of for so many seconds; returns how many."""
    before, gone = time.time() - older_than, 0
    for paths in batches(old_files(folder, before), at_once):
        is_used = used(list(paths))
        gone += sum(let_go(path, before) for key, path in paths.items() if key not in is_used)
    return gone


def old_files(folder: Path, before: float) -> Iterator[Path]:
    if not folder.exists():
        return
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < before:
                yield path


def batches(paths: Iterable[Path], at_once: int) -> Iterator[dict[bytes, Path]]:
    some: dict[bytes, Path] = {}
    for path in paths:
        if path.suffix in (UNFINISHED, LEAVING):
            path.unlink(missing_ok=True)
        elif len(path.name) == 64:
            some[bytes.fromhex(path.name)] = path
        if len(some) == at_once:
            yield some
            some = {}
    if some:
        yield some


def let_go(path: Path, before: float) -> bool:
    """Whoever puts the same at this moment either finds it not there, or has made it fresh."""
    leaving = path.with_suffix(LEAVING)
    try:
        path.rename(leaving)
    except FileNotFoundError:
        return False
    if leaving.stat().st_mtime >= before:
        leaving.rename(path)
        return False
    leaving.unlink()
    return True
