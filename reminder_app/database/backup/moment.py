"""Back to one moment: a backup made before it, and the server's log from there up to it, exactly.

Into another server alone. On the one that wrote the log a replay would meet its own transactions: it
refuses them in strict mode, and without it they could land in the living database.
"""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reminder_app.database.backup import logs, programs, restoring
from reminder_app.database.backup.binlog import Stop, stop_before
from reminder_app.database.backup.errors import BackupError
from reminder_app.database.backup.folder import Folder
from reminder_app.database.backup.keys import Keys
from reminder_app.database.backup.logs import SEALED, label, number
from reminder_app.database.backup.manifest import LogPosition, Manifest
from reminder_app.database.backup.restoring import Steps
from reminder_app.database.backup.sealed import open_private, unsealed
from reminder_app.database.backup.source import Place

READ = 256 * 1024
MORE = {"mariadb": (), "mysql": ("--skip-gtids",)}
# MariaDB writes each transaction's number into what is replayed; another server counts by itself.
NUMBERED = re.compile(rb"^/\*!100001 SET @@session\.gtid_seq_no=\d+\*//\*!\*/;\n", re.MULTILINE)


@dataclass(frozen=True)
class Way:
    """From a backup to a moment."""

    backup: Manifest
    start: LogPosition
    moment: datetime
    files: list[str]


@dataclass(frozen=True)
class Reached:
    backup: Manifest
    moment: datetime
    last: datetime | None  # when the last transaction that is in was committed
    left_out: int  # transactions known to come after it
    files: int


def way_to(folder: Folder, moment: datetime) -> Way:
    """The newest backup before it. Raises BackupError where the log does not lead there."""
    before = [one for one in folder.manifests() if one.made_at <= moment]
    if not before:
        raise BackupError(
            f"No backup in {folder.path} is older than {moment:%Y-%m-%d %H:%M:%S} UTC."
        )
    newest = before[-1]
    if newest.log is None:
        raise BackupError(f"{newest.name} leads to no later moment. {newest.no_log}")
    kept = logs.state(folder.logs / newest.log.origin)
    if kept.until is None or kept.until < moment:
        until = f"{kept.until:%Y-%m-%d %H:%M:%S} UTC" if kept.until else f"{newest.name} itself"
        raise BackupError(
            f"The log of changes is here up to {until}. What came later is on its server alone: "
            "`flask backup logs` fetches it while it is there."
        )
    return Way(newest, newest.log, moment, in_sequence(newest.log, list(kept.sizes)))


def in_sequence(start: LogPosition, names: list[str]) -> list[str]:
    """Raises BackupError where one is missing."""
    files = sorted((name for name in names if number(name) >= number(start.file)), key=number)
    expected = number(start.file)
    for name in files:
        if number(name) != expected:
            break
        expected += 1
    if not files or expected <= number(files[-1]):
        raise BackupError(
            f"File {expected} of the log is missing: the server had removed it before it was kept. No "
            "moment after it can be had from this backup; one made later may lead there."
        )
    return files


def restore(place: Place, folder: Folder, moment: datetime, keys: Keys, steps: Steps) -> Reached:
    """As the database stood at `moment`: all that was committed before it, and nothing else."""
    way = way_to(folder, moment)
    is_another_server(place, way)
    restoring.restore(place, folder, way.backup.name, keys, steps)
    return replay(place, folder, way, keys, steps)


def is_another_server(place: Place, way: Way) -> None:
    """Whose own log does not go on from there. Raises BackupError."""
    with place.connected() as connection:
        here = logs.standing(connection, place)
        sizes = logs.on_server(connection) if isinstance(here, LogPosition) else {}
    if sizes and sizes.get(way.start.file, 0) >= way.start.position and gtid_meets(here, way.start):
        raise BackupError(
            "This server wrote the log that is to be replayed: name a database on another one with "
            "--into, or look at the moment in a throw-away server with --look."
        )


def gtid_meets(here: LogPosition | str, start: LogPosition) -> bool:
    """Servers number their transactions under a name of their own: the same name, the same server."""
    if isinstance(here, str) or not start.gtid:
        return True
    return bool(names_in(here.gtid) & names_in(start.gtid)) or not here.gtid


def names_in(gtid: str) -> set[str]:
    """MariaDB: 0-1-17, domain and server; MySQL: a UUID."""
    return {re.split(r":|-\d+$", one.strip())[0] for one in gtid.split(",") if one.strip()}


def replay(place: Place, folder: Folder, way: Way, keys: Keys, steps: Steps) -> Reached:
    steps.tell("replay")
    with tempfile.TemporaryDirectory(prefix="replay-") as scratch:
        found, stop = opened(folder, way, keys, Path(scratch))
        play(place, found, way, stop, steps)
    last, left_out = (stop.last, stop.left_out) if stop else (None, 0)
    return Reached(way.backup, way.moment, last, left_out, len(found))


def opened(folder: Folder, way: Way, keys: Keys, scratch: Path) -> tuple[list[Path], Stop | None]:
    """The files up to the one in which the moment lies, readable."""
    found: list[Path] = []
    for name in way.files:
        path = scratch / name
        sealed = folder.logs / way.start.origin / f"{name}{SEALED}"
        with open_private(path) as file:
            for piece in unsealed(sealed, keys, label(way.start.origin, name)):
                file.write(piece)
        found.append(path)
        start = way.start.position if len(found) == 1 else 0
        if stop := stop_before(way.moment, path, start):
            return found, stop
    return found, None


def play(place: Place, files: list[Path], way: Way, stop: Stop | None, steps: Steps) -> None:
    """Reader and client, one into the other. Raises BackupError."""
    if stop and len(files) == 1 and stop.position <= way.start.position:
        return
    program = place.program(place.server.binlog_reader)
    command = [
        program, "--no-defaults", *MORE[place.server.name], f"--database={way.backup.database}",
        f"--start-position={way.start.position}",
        *([f"--stop-position={stop.position}"] if stop else []),
        *rewritten(way.backup.database, place.database),
        *map(str, files),
    ]  # fmt: skip
    with programs.started(command) as reader:
        restoring.run_all(place, lines_of(reader), steps.read)
        words = programs.pipe(reader.stderr).read()
        if reader.wait(60):
            raise BackupError(f"The log could not be read: {programs.said(words)}")


def rewritten(source: str, target: str) -> list[str]:
    return [] if source == target else [f"--rewrite-db={source}->{target}"]


def lines_of(reader: "subprocess.Popen[bytes]") -> Iterator[bytes]:
    rest, told = b"", programs.pipe(reader.stdout)
    while piece := told.read(READ):
        whole, _, rest = (rest + piece).rpartition(b"\n")
        yield NUMBERED.sub(b"", whole + b"\n")
    yield rest
