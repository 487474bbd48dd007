"""The files that rows name, beside the backups of the rows: sealed, each once, whichever backups need it.

Each lies in a folder of the product under the SHA-256 of what is in it, FOLDER/ab/abcd…, and is never
changed. So a copy made after that of the rows has all that these name, and only what is new is copied.
"""

import hashlib
import logging
import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from reminder_app.database import clock
from reminder_app.database.backup.contents import Tell
from reminder_app.database.backup.errors import BackupError, Unreadable
from reminder_app.database.backup.folder import SEALED, Folder
from reminder_app.database.backup.keys import Keys
from reminder_app.database.backup.manifest import FilesListed, Manifest
from reminder_app.database.backup.sealed import SealedWriter, open_private, unsealed

log = logging.getLogger(__name__)
READ = 256 * 1024
NAME = re.compile(r"[0-9a-f]{64}")
# What is kept between two backups is in no list yet, and a restore to a moment wants it.
UNLISTED = timedelta(days=2)
Sizes = Mapping[str, int]


@dataclass
class Brought:
    """What a restore did with the files."""

    written: int = 0
    there: int = 0  # before
    bad: list[str] = field(default_factory=list)  # of these the backup has nothing whole


def take(
    folder: Folder, name: str, keys: Keys, source: Path | None, tell: Tell
) -> FilesListed | None:
    """What is new is copied, and all that is there is listed. Raises BackupError."""
    if source is None:
        return None
    sizes, damaged = keep(folder, keys, source, tell)
    with SealedWriter(folder.files_list(name), keys.current, of_list(name)) as writer:
        for sha256 in sorted(sizes):
            writer.write(f"{sha256} {sizes[sha256]}\n".encode())
    return FilesListed(len(sizes), sum(sizes.values()), damaged)


def keep(folder: Folder, keys: Keys, source: Path, tell: Tell) -> tuple[Sizes, int]:
    """All that is there, and how many are not what their name says. Raises BackupError."""
    sizes, damaged = {}, 0
    for path in lying(source):
        try:
            size = path.stat().st_size
            if not folder.file(path.name).exists():
                tell(f"file {path.name[:12]}")
                seal(folder, keys, path)
            sizes[path.name] = size
        except FileNotFoundError:  # nobody needed it any more
            continue
        except Unreadable as error:
            damaged += 1
            log.error("backup: %s", error)
        except OSError as error:
            raise BackupError(f"{path} cannot be backed up: {error.strerror}.") from error
    return sizes, damaged


def lying(source: Path) -> Iterator[Path]:
    return (path for path in sorted(source.glob("??/*")) if NAME.fullmatch(path.name))


def seal(folder: Folder, keys: Keys, path: Path) -> None:
    """Raises Unreadable where it is damaged: a copy of it would be believed."""
    target, digest = folder.file(path.name), hashlib.sha256()
    with path.open("rb") as file:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with SealedWriter(target, keys.current, of_file(path.name)) as writer:
            while piece := file.read(READ):
                digest.update(piece)
                writer.write(piece)
            if digest.hexdigest() != path.name:
                raise Unreadable(f"{path} is damaged: it is not in the backup.")


def of_list(name: str) -> str:
    return f"files of {name}"


def of_file(sha256: str) -> str:
    return f"file {sha256}"


def listed(folder: Folder, manifest: Manifest, keys: Keys) -> Sizes:
    """Of one backup. Raises Unreadable."""
    if manifest.files is None:
        return {}
    name = manifest.name
    text = b"".join(unsealed(folder.files_list(name), keys, of_list(name))).decode()
    sizes = {sha256: int(size) for sha256, size in map(str.split, text.splitlines())}
    if (len(sizes), sum(sizes.values())) != (manifest.files.count, manifest.files.bytes):
        raise Unreadable(f"The list of the files of {name} is of another backup.")
    return sizes


def everything(folder: Folder) -> set[str]:
    return {path.name.removesuffix(SEALED) for path in folder.files.glob(f"??/*{SEALED}")}


def opened(folder: Folder, keys: Keys, sha256: str) -> Iterator[bytes]:
    """Raises Unreadable, at the end too."""
    digest = hashlib.sha256()
    for piece in unsealed(folder.file(sha256), keys, of_file(sha256)):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != sha256:
        raise Unreadable(f"{folder.file(sha256).name} holds another file.")


def verify(
    folder: Folder, manifest: Manifest, keys: Keys, known: set[str], tell: Tell = lambda _: None
) -> None:
    """`known`: those that are whole, so that of many backups each is read once. Raises Unreadable."""
    bad = []
    for sha256 in sorted(set(listed(folder, manifest, keys)) - known):
        tell(f"file {sha256[:12]}")
        try:
            for _piece in opened(folder, keys, sha256):
                pass
        except Unreadable:
            bad.append(sha256)
        else:
            known.add(sha256)
    if bad:
        raise Unreadable(told_bad(bad))


def told_bad(bad: Collection[str]) -> str:
    return f"{len(bad)} of its files are gone or damaged: {', '.join(sorted(bad)[:3])}{', …' if len(bad) > 3 else ''}."


def restore(folder: Folder, keys: Keys, which: Collection[str], into: Path, tell: Tell) -> Brought:
    """Those that are there stay: they have the same name, and so the same content. Raises BackupError."""
    done = Brought()
    for sha256 in sorted(which):
        target = into / sha256[:2] / sha256
        if target.exists():
            done.there += 1
            continue
        tell(f"file {sha256[:12]}")
        try:
            write(target, opened(folder, keys, sha256))
            done.written += 1
        except Unreadable as error:
            log.error("restore: %s", error)
            done.bad.append(sha256)
        except OSError as error:
            raise BackupError(f"{target} cannot be written: {error.strerror}.") from error
    return done


def write(target: Path, pieces: Iterator[bytes]) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = target.with_name(f"{target.name}.part")
    try:
        with open_private(half) as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def forget(folder: Folder, keys: Keys) -> int:
    """Those that no backup needs any more; returns how many. None at all while a list cannot be read."""
    manifests = folder.manifests()
    if len(manifests) < len(folder.names()):
        return 0
    try:
        needed = {sha256 for one in manifests for sha256 in listed(folder, one, keys)}
    except BackupError as error:
        log.warning("backup: no files are let go of: %s", error)
        return 0
    before, gone = (clock.now() - UNLISTED).timestamp(), 0
    for sha256 in everything(folder) - needed:
        with suppress(FileNotFoundError):
            if folder.file(sha256).stat().st_mtime < before:
                folder.file(sha256).unlink()
                gone += 1
    return gone
