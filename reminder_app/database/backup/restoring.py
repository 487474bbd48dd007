"""Brings a backup back, into an empty database alone: a restore never writes over anything."""

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE

from sqlalchemy import inspect, make_url

from reminder_app.database.backup import contents, programs, verifying
from reminder_app.database.backup.contents import Tell
from reminder_app.database.backup.errors import BackupError, Mismatch, NotEmpty
from reminder_app.database.backup.folder import Folder
from reminder_app.database.backup.keys import Keys
from reminder_app.database.backup.making import label, sound
from reminder_app.database.backup.manifest import Content, Manifest
from reminder_app.database.backup.sealed import open_private, unsealed
from reminder_app.database.backup.source import PACKET, Place, is_server

ENDED_WITHIN = 24 * 3600.0


@dataclass(frozen=True)
class Steps:
    """What is told while it goes on: a table or a step; bytes of the backup as they are written."""

    tell: Tell
    read: Callable[[int], object] = lambda _: None


def restore(place: Place, folder: Folder, name: str, keys: Keys, steps: Steps) -> Manifest:
    """All of it verified before the first row is written, and compared afterwards with what went in.

    Raises BackupError; what it had written until then is then in the database, and told.
    """
    steps.tell("verify")
    manifest = verifying.verify(folder, name, keys)
    fits(place, manifest)
    is_empty(place)
    steps.tell("restore")
    pour(place, folder, manifest, keys, steps.read)
    check(place, manifest, steps.tell)
    return manifest


def fits(place: Place, manifest: Manifest) -> None:
    if place.server.name != manifest.kind:
        raise of_another_kind(manifest, place.told(), place.server.name)


def is_of_its_kind(manifest: Manifest, url: str) -> None:
    """As far as an address tells, before anything is opened: a file would be made. Raises BackupError."""
    if is_server(url) == (manifest.kind == "sqlite"):
        told = make_url(url).render_as_string(hide_password=True).replace("mysql+pymysql", "mysql")
        raise of_another_kind(manifest, told, "a server" if is_server(url) else "a file")


def of_another_kind(manifest: Manifest, told: str, found: str) -> BackupError:
    return BackupError(
        f"This is a backup of {manifest.kind} {manifest.server}, and {told} is {found}: "
        f"restore it into a {manifest.kind} database (--into)."
    )


def is_empty(place: Place) -> None:
    """Raises NotEmpty."""
    if not place.server.is_server and not place.file.exists():
        return
    with place.connected() as connection:
        found = inspect(connection).get_table_names()
    if found:
        raise NotEmpty(
            f"{place.told()} is not empty: {', '.join(sorted(found)[:5])}"
            f"{', …' if len(found) > 5 else ''}. A restore writes over nothing: name an empty database "
            "with --into, or empty this one yourself."
        )


def pour(
    place: Place, folder: Folder, manifest: Manifest, keys: Keys, read: Callable[[int], object]
) -> None:
    pieces = unsealed(folder.content(manifest.name), keys, label(manifest.name))
    if place.server.is_server:
        run_all(place, pieces, read)
    else:
        place.engine.dispose()  # an open connection would go on with the file that was there
        write(place.file, pieces, read)


def write(file: Path, pieces: Iterable[bytes], read: Callable[[int], object]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(file.name + ".part")
    with open_private(half) as target:
        for piece in pieces:
            target.write(piece)
            read(len(piece))
        target.flush()
        os.fsync(target.fileno())
    for left in ("-wal", "-shm"):  # of the empty one that was there: it would be played into ours
        file.with_name(file.name + left).unlink(missing_ok=True)
    half.replace(file)


def run_all(place: Place, pieces: Iterable[bytes], read: Callable[[int], object]) -> None:
    """Through the server's client. Raises BackupError with its words."""
    program = place.program(place.server.client)
    with place.told_to_programs() as option:
        command = [program, option, "--default-character-set=utf8mb4", PACKET, place.database]
        with programs.started(command, stdin=PIPE, stdout=DEVNULL) as client:
            feed(client, pieces, read)


def feed(
    client: "subprocess.Popen[bytes]", pieces: Iterable[bytes], read: Callable[[int], object]
) -> None:
    taking, words_of = programs.pipe(client.stdin), programs.pipe(client.stderr)
    try:
        for piece in pieces:
            taking.write(piece)
            read(len(piece))
        taking.close()
    except BrokenPipeError as error:
        raise BackupError(f"The restore stopped: {programs.said(words_of.read())}") from error
    words = words_of.read()
    if client.wait(ENDED_WITHIN):
        raise BackupError(f"The restore failed: {programs.said(words)}")


def check(place: Place, manifest: Manifest, tell: Tell) -> None:
    """Raises Mismatch."""
    contents.compare(manifest.tables, present(place, tell))
    if place.revision() != manifest.revision:
        raise Mismatch(f"The tables are at {place.revision()}, the backup at {manifest.revision}.")


def present(place: Place, tell: Tell) -> dict[str, Content]:
    def summed(name: str) -> object:
        return tell(f"sum {name}")

    if not place.server.is_server:
        with closing(sqlite3.connect(place.file)) as file:
            sound(file)
            return contents.of_sqlite(file, summed)
    with place.connected() as connection:
        return contents.of_server(connection, contents.tables(connection), summed)
