"""The server's log of changes, kept beside the backups: it leads from a backup to any later moment.

`logs/<origin>/<file>.sealed`, and `until` says up to when the log was there in full. An origin is one
life of a server's log: after a reset, or on another server, its file names begin anew.
"""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from reminder_app.database import clock
from reminder_app.database.backup import binlog, programs
from reminder_app.database.backup.contents import Tell
from reminder_app.database.backup.errors import BackupError
from reminder_app.database.backup.folder import Folder, name_at
from reminder_app.database.backup.keys import Keys
from reminder_app.database.backup.manifest import LogPosition
from reminder_app.database.backup.sealed import SealedWriter
from reminder_app.database.backup.source import Place

SEALED, STATE = ".sealed", "kept.json"
READ = 1024 * 1024
FETCH_SECONDS = 3600
WITHOUT_LOG = (
    "The server keeps no log of changes (log_bin is off): a restore goes back to a backup."
)
NOT_ROWS = (
    "The server's log is written as {format}: only with binlog_format=ROW does it hold every change of "
    "one database. Point-in-time needs that, and a backup made afterwards."
)
BEGAN_ANEW = (
    "The server's log is not the one that goes on from the newest backup: it was reset, or this is "
    "another server. Make a new backup; from there on every moment can be had again."
)
NOT_ALLOWED = (
    "The account may not see the server's log ({words}): GRANT REPLICATION CLIENT, REPLICATION SLAVE "
    "ON *.* to the one in BACKUP_URL. On RDS the log is kept by automated backups instead."
)


@dataclass(frozen=True)
class Kept:
    """What is known of one origin's files."""

    sizes: dict[str, int]
    until: datetime | None
    heads: dict[str, str] = field(default_factory=dict)  # when each was begun, by which server

    @property
    def last(self) -> str:
        return max(self.sizes, key=number, default="")


def number(file: str) -> int:
    found = re.search(r"\.(\d+)$", file)
    return int(found[1]) if found else 0


def position(connection: Connection, place: Place, folder: Folder) -> LogPosition | str:
    """Where the log stands, or why it leads nowhere: a sentence."""
    found = standing(connection, place)
    if isinstance(found, str):
        return found
    return replace(found, origin=origin(folder, on_server(connection)))


def standing(connection: Connection, place: Place) -> LogPosition | str:
    """The same, of no origin yet."""
    try:
        row = connection.exec_driver_sql(place.server.binlog_position).first()
        if row is None:
            return WITHOUT_LOG
        written = str(connection.exec_driver_sql("SELECT @@binlog_format").scalar())
    except DBAPIError as error:
        return NOT_ALLOWED.format(words=str(error.orig))
    if written.upper() != "ROW":
        return NOT_ROWS.format(format=written)
    gtid = (
        "SELECT @@gtid_binlog_pos" if place.server.name == "mariadb" else place.server.commit_token
    )
    token = str(connection.exec_driver_sql(gtid).scalar() or "").replace("\n", "")
    return LogPosition("", str(row[0]), int(row[1]), "ROW", token)


def on_server(connection: Connection) -> dict[str, int]:
    rows = connection.exec_driver_sql("SHOW BINARY LOGS").all()
    return {str(row[0]): int(row[1]) for row in rows}


def origin(folder: Folder, sizes: dict[str, int]) -> str:
    """The one that these files go on with, or a new one."""
    for path in sorted(folder.logs.glob("*Z"), reverse=True):
        kept = state(path)
        if kept.last in sizes and sizes[kept.last] >= kept.sizes[kept.last]:
            return path.name
    return name_at(clock.now())


def state(path: Path) -> Kept:
    file = path / STATE
    if not file.exists():
        return Kept({}, None)
    told = json.loads(file.read_text(encoding="utf-8"))
    until = datetime.fromisoformat(told["until"]) if told["until"] else None
    return Kept(told["sizes"], until, told["heads"])


def missing(path: Path, sizes: dict[str, int], first: str) -> list[str]:
    """Files that are new, or have grown; those before `first` are of no use to any backup."""
    known = state(path).sizes
    return [
        file
        for file, size in sizes.items()
        if number(file) >= number(first) and known.get(file) != size
    ]


def keep(place: Place, folder: Folder, keys: Keys, at: LogPosition, tell: Tell) -> Kept:
    """Fetch what is new since the last time, from the file of `at` on, the open one too.

    Raises BackupError, also where the server's log is another one by now.

    `until` is a moment before the list was read: what was committed by then is in the files.
    """
    path = folder.logs / at.origin
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = clock.now()
    with place.connected() as connection:
        sizes = on_server(connection)
    if state(path).sizes and origin(folder, sizes) != at.origin:
        raise BackupError(BEGAN_ANEW)
    for file in missing(path, sizes, at.file):
        tell(file)
        fetch(place, path, file, keys)
    kept = replace(state(path), until=until)
    note(path, kept)
    return kept


def fetch(place: Place, path: Path, file: str, keys: Keys) -> None:
    """As the server has it: it hands its log out as it does to a replica."""
    with tempfile.TemporaryDirectory(prefix="logs-", dir=path) as scratch:
        target = f"--result-file={scratch}/"
        with place.told_to_programs() as option:
            run(place, [option, "--read-from-remote-server", "--raw", target, file])
        raw, before = Path(scratch) / file, state(path)
        head = binlog.head(raw)
        if before.heads.get(file, head) != head:  # never over what leads on from our backups
            raise BackupError(BEGAN_ANEW)
        sealed = path / f"{file}{SEALED}"
        with (
            raw.open("rb") as plain,
            SealedWriter(sealed, keys.current, label(path.name, file)) as to,
        ):
            while piece := plain.read(READ):
                to.write(piece)
        sizes = before.sizes | {file: raw.stat().st_size}
        note(path, Kept(sizes, before.until, before.heads | {file: head}))


def run(place: Place, arguments: Sequence[str]) -> None:
    program = place.program(place.server.binlog_reader)
    done = subprocess.run(  # noqa: S603 - a program of the server, found by its name
        [program, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=FETCH_SECONDS,
        check=False,
        preexec_fn=programs.tied(),
    )
    if done.returncode:
        raise BackupError(f"The server's log could not be read: {programs.said(done.stderr)}")


def label(origin_name: str, file: str) -> str:
    return f"log {origin_name} {file}"


def note(path: Path, kept: Kept) -> None:
    half = path / f"{STATE}.part"
    told = asdict(kept) | {"until": kept.until.isoformat() if kept.until else None}
    half.write_text(json.dumps(told, indent=1), encoding="utf-8")
    half.replace(path / STATE)


def forget_before(folder: Folder, positions: Sequence[LogPosition]) -> list[str]:
    """Files that no backup which stays needs. Gives what was removed."""
    first: dict[str, int] = {}
    for one in positions:
        first[one.origin] = min(number(one.file), first.get(one.origin, number(one.file)))
    gone = []
    for path in sorted(folder.logs.glob("*Z/*" + SEALED)):
        file = path.name.removesuffix(SEALED)
        if number(file) < first.get(path.parent.name, number(file) + 1):
            path.unlink()
            gone.append(f"{path.parent.name}/{file}")
            forget(path.parent, file)
    return gone


def forget(path: Path, file: str) -> None:
    kept = state(path)
    sizes = {name: size for name, size in kept.sizes.items() if name != file}
    note(path, replace(kept, sizes=sizes))
    if not sizes:
        shutil.rmtree(path)
