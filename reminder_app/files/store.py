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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, TypeAlias

CHUNK = 1 << 20
UNFINISHED, LEAVING = ".part", ".leaving"


class TooBig(Exception):
    """More than was allowed."""


class Damaged(Exception):
    """What is there is not what was put there."""


Mark: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Stored:
    sha256: bytes
    size: int
    made: Mark | None = None  # of the file, where it was not there before


def measure(content: BinaryIO, most: int) -> Stored:
    """What put() would keep, without writing. Raises TooBig, OSError."""
    return read_through(content, most, lambda _: None)


def put(folder: Path, content: BinaryIO, most: int) -> Stored:
    """Written and safe on disk when this returns. Raises TooBig, OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f"{secrets.token_hex(16)}{UNFINISHED}"
    try:
        stored = write(part, content, most)
        return replace(stored, made=keep(part, path_of(folder, stored.sha256)))
    finally:
        part.unlink(missing_ok=True)


def write(part: Path, content: BinaryIO, most: int) -> Stored:
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        stored = read_through(content, most, file.write)
        file.flush()
        os.fsync(file.fileno())
    return stored


def read_through(content: BinaryIO, most: int, each: Callable[[bytes], object]) -> Stored:
    digest, size = hashlib.sha256(), 0
    while piece := content.read(CHUNK):
        size += len(piece)
        if size > most:
            raise TooBig
        digest.update(piece)
        each(piece)
    return Stored(digest.digest(), size)


def keep(part: Path, path: Path) -> Mark | None:
    """One that is there already is fresh again, so that no clean-up takes it."""
    at = time.time_ns()  # finer than the kernel's own, which two at once may share
    with suppress(FileNotFoundError):
        os.utime(path, ns=(at, at))
        return None
    path.parent.mkdir(mode=0o700, exist_ok=True)
    made = mark(part.stat())
    part.rename(path)
    sync(path.parent)
    sync(path.parent.parent)
    return made


def mark(found: os.stat_result) -> Mark:
    """Another one once somebody else has put the same."""
    return found.st_ino, found.st_mtime_ns


def take_back(folder: Path, stored: Stored) -> bool:
    """What put() made goes at once, unless somebody else has put the same since."""
    return let_go(path_of(folder, stored.sha256), lambda found: mark(found) == stored.made)


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
        gone += sum(
            let_go(path, lambda found: found.st_mtime < before)
            for key, path in paths.items()
            if key not in is_used
        )
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


def let_go(path: Path, is_free: Callable[[os.stat_result], bool]) -> bool:
    """Whoever puts the same at this moment either finds it not there, or has made it another."""
    leaving = path.with_suffix(LEAVING)
    try:
        if not is_free(path.stat()):
            return False
        path.rename(leaving)
    except FileNotFoundError:
        return False
    if not is_free(leaving.stat()):
        leaving.rename(path)
        return False
    leaving.unlink()
    return True
