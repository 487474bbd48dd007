"""Makes a backup: a copy of one moment, its sums, sealed, and a manifest that says what is in it."""

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Connection

from reminder_app.database.backup import contents, dump, files, logs, programs
from reminder_app.database.backup.contents import Tell
from reminder_app.database.backup.errors import Altered, BackupError
from reminder_app.database.backup.folder import Folder, name_at
from reminder_app.database.backup.keys import Keys
from reminder_app.database.backup.manifest import Content, FilesListed, LogPosition, Manifest
from reminder_app.database.backup.sealed import SealedWriter, open_private
from reminder_app.database.backup.source import Place

READ = 256 * 1024
COMPLETED = b"-- Dump completed"
ALTERED = "definition has changed"  # in the server's words, 1412
TAIL = 200  # bytes; its line is the last
NO_LOG_IN_A_FILE = "point in time"  # among what SQLite lacks
ROOM = 1.2  # free space wanted, times the size of the database


@dataclass(frozen=True)
class Taken:
    """What was read of the database, on its way into the file."""

    tables: dict[str, Content]
    revision: str
    tool: str
    log: LogPosition | None
    no_log: str
    writers_waited: float


def make(place: Place, folder: Folder, keys: Keys, tell: Tell, at: datetime) -> Manifest:
    """Called after `at`. Raises BackupError, and leaves nothing of what failed."""
    began, name = time.monotonic(), name_at(at)
    enough_room(place, folder)
    writer = SealedWriter(folder.content(name), keys.current, label(name))
    with writer:
        taken = take(place, folder, writer, tell)
    listed = files.take(folder, name, keys, place.settings.backup_files, tell)
    manifest = told(name, at, place, taken, listed, writer, keys, time.monotonic() - began)
    write_beside(folder, manifest)
    return manifest


def label(name: str) -> str:
    return f"backup {name}"


def take(place: Place, folder: Folder, writer: SealedWriter, tell: Tell) -> Taken:
    if place.server.is_server:
        return dumped(place, folder, writer, tell)
    return copied(place, folder, writer, tell)


def dumped(place: Place, folder: Folder, writer: SealedWriter, tell: Tell) -> Taken:
    def position(connection: Connection) -> LogPosition | str:
        return logs.position(connection, place, folder)

    with unaltered(place), dump.snapshot(place, position, tell) as (shot, running):
        tail = poured(running.output, writer)
        running.finish()
        if COMPLETED not in tail:
            raise BackupError("The dump ended before its end: its last line is missing.")
        tables = contents.of_server(shot.connection, shot.tables, lambda name: tell(f"sum {name}"))
        revision = ""
        if "alembic_version" in tables:
            rows = shot.connection.exec_driver_sql("SELECT version_num FROM alembic_version").all()
            revision = ", ".join(sorted(str(row[0]) for row in rows))
    tool = programs.version(place.program(place.server.dump))
    return Taken(tables, revision, tool, shot.log, shot.no_log, shot.writers_waited)


@contextmanager
def unaltered(place: Place) -> Iterator[None]:
    """Raises Altered where the tables are not as they were: some changes a dump takes for granted, with
    a column in one table that the revision in another has never heard of."""
    before = shape(place)
    try:
        yield
    except BackupError as error:
        if shape(place) != before or ALTERED in str(error):
            raise Altered("A table was altered while it was dumped.") from error
        raise
    if shape(place) != before:
        raise Altered("A table was altered while it was dumped.")


def shape(place: Place) -> list[tuple[str, ...]]:
    """As it is now: MySQL's catalogue has snapshots, too, and the dump's is of another moment."""
    with place.connected() as connection:
        return contents.shape(connection)


def poured(source: IO[bytes], writer: SealedWriter) -> bytes:
    """All of it; gives its last bytes."""
    tail = b""
    while piece := source.read(READ):
        writer.write(piece)
        tail = (tail + piece)[-TAIL:]
    return tail


def copied(place: Place, folder: Folder, writer: SealedWriter, tell: Tell) -> Taken:
    """VACUUM INTO reads one moment while others go on writing; a copied file would be of several."""
    copy = folder.path / f"{writer.path.stem}.copy.part"
    open_private(copy).close()  # SQLite writes into it, and its rights stay
    try:
        tell("copy")
        with closing(sqlite3.connect(place.file, timeout=15)) as source:
            source.execute("VACUUM INTO ?", (str(copy),))
        with closing(sqlite3.connect(copy)) as connection:
            sound(connection)
            tables = contents.of_sqlite(connection, lambda name: tell(f"sum {name}"))
            revision = revision_in(connection) if "alembic_version" in tables else ""
        with copy.open("rb") as file:
            poured(file, writer)
    except sqlite3.Error as error:
        raise BackupError(f"{place.file} could not be copied: {error}") from error
    finally:
        copy.unlink(missing_ok=True)
    tool = f"SQLite {sqlite3.sqlite_version}, VACUUM INTO"
    return Taken(tables, revision, tool, None, place.server.lacks[NO_LOG_IN_A_FILE], 0.0)


def revision_in(connection: sqlite3.Connection) -> str:
    return ", ".join(
        str(row[0]) for row in connection.execute("SELECT version_num FROM alembic_version")
    )


def sound(connection: sqlite3.Connection) -> None:
    """Raises BackupError: a damaged database is told now, not on the day it is needed."""
    wrong = connection.execute("PRAGMA integrity_check(5)").fetchall()
    if wrong != [("ok",)]:
        raise BackupError(f"The database is damaged: {'; '.join(str(row[0]) for row in wrong)}")


def told(
    name: str,
    at: datetime,
    place: Place,
    taken: Taken,
    listed: FilesListed | None,
    writer: SealedWriter,
    keys: Keys,
    seconds: float,
) -> Manifest:
    return Manifest(
        name=name,
        made_at=at,
        kind=place.server.name,
        server=place.server.version_text(),
        database=place.database,
        revision=taken.revision,
        tables=taken.tables,
        tool=taken.tool,
        seconds=round(seconds, 3),
        plain_bytes=writer.plain_bytes,
        bytes=writer.bytes,
        sha256=writer.digest.hexdigest(),
        key=keys.current.fingerprint.hex(),
        log=taken.log,
        no_log=taken.no_log,
        writers_waited=round(taken.writers_waited, 3),
        files=listed,
    ).signed(keys)


def write_beside(folder: Folder, manifest: Manifest) -> None:
    path = folder.manifest(manifest.name)
    half = path.with_name(path.name + ".part")
    with open_private(half) as file:
        file.write(manifest.written().encode())
    half.replace(path)


def enough_room(place: Place, folder: Folder) -> None:
    needed = int(size(place) * ROOM)
    if folder.free_bytes() < needed:
        raise BackupError(
            f"{folder.path} has {folder.free_bytes() // 2**20:,} MB left, and the backup may take "
            f"{needed // 2**20:,} MB: make room, or keep fewer backups (BACKUP_KEEP)."
        )


def size(place: Place) -> int:
    """Of the data alone: indexes are in no dump."""
    if not place.server.is_server:
        return place.file.stat().st_size if place.file.exists() else 0
    with place.connected() as connection:
        found = connection.exec_driver_sql(
            "SELECT SUM(data_length) FROM information_schema.tables WHERE table_schema = DATABASE()"
        ).scalar()
    return int(found or 0)


def sha256_of(path: Path, tell: Callable[[int], object] = lambda _: None) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(READ):
            digest.update(piece)
            tell(len(piece))
    return digest.hexdigest()
