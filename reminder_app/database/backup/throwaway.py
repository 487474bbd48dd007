"""A server that lives for one restore: empty, on a socket of its own, gone afterwards."""

import getpass
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql
from sqlalchemy.engine import make_url

from reminder_app.database.backup import programs
from reminder_app.database.backup.errors import BackupError
from reminder_app.database.backup.manifest import Manifest
from reminder_app.database.backup.source import Place, at
from reminder_app.database.capabilities import MARIADB, MYSQL, SQLITE, Capabilities
from reminder_app.database.settings import DatabaseSettings

KINDS = {one.name: one for one in (SQLITE, MARIADB, MYSQL)}
STARTED_WITHIN, INSTALLED_WITHIN = 60.0, 180.0
CHARACTERS = "CHARACTER SET utf8mb4"
# Nothing here has to outlive a crash of the machine.
IN_A_HURRY = (
    "--skip-networking", "--skip-log-bin", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0",
    "--sync-binlog=0", "--innodb-doublewrite=OFF", "--max-allowed-packet=1G",
)  # fmt: skip
MORE = {"mariadb": (), "mysql": ("--mysqlx=OFF", "--secure-file-priv=NULL")}
ROOM = 4  # free space wanted, times the plain size of the backup


@contextmanager
def place_for(manifest: Manifest, settings: DatabaseSettings) -> Iterator[Place]:
    """An empty database of the backup's kind. Raises BackupError where this machine has no such server."""
    if settings.restore_test_url and manifest.kind != "sqlite":
        with lent(settings) as place:
            yield place
        return
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        # Its own, as a server that starts takes away whatever temporary tables lie in a shared one.
        (Path(folder) / "scratch").mkdir()
        enough_room(Path(folder), manifest)
        if manifest.kind == "sqlite":
            with at(f"sqlite:///{folder}/restored.db", settings, "restore-test") as place:
                yield place
            return
        with server(KINDS[manifest.kind], Path(folder), settings) as path:
            url = f"mysql+pymysql://root@localhost/{manifest.database}?unix_socket={path}"
            create(path, manifest.database)
            with at(url, settings, "restore-test") as place:
                yield place


@contextmanager
def lent(settings: DatabaseSettings) -> Iterator[Place]:
    """On the server that the settings name: a database that is made for this, and dropped again."""
    name = f"restore_test_{uuid.uuid4().hex[:12]}"
    url = make_url(settings.restore_test_url)
    server_url = url.set(database=None).render_as_string(hide_password=False)
    with at(server_url, settings, "restore-test") as host:
        with host.connected() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} {CHARACTERS}")
        try:
            own = url.set(database=name).render_as_string(hide_password=False)
            with at(own, settings, "restore-test") as place:
                yield place
        finally:
            with host.connected() as connection:
                connection.exec_driver_sql(f"DROP DATABASE {name}")


def enough_room(folder: Path, manifest: Manifest) -> None:
    free, needed = shutil.disk_usage(folder).free, manifest.plain_bytes * ROOM
    if free < needed:
        raise BackupError(
            f"{folder.parent} has {free // 2**20:,} MB left, and a restored copy may take "
            f"{needed // 2**20:,} MB: make room, or point TMPDIR to where there is some."
        )


@contextmanager
def server(kind: Capabilities, folder: Path, settings: DatabaseSettings) -> Iterator[Path]:
    """Gives its socket. It is killed at the end: it has nothing to keep."""
    daemon = programs.find(kind.daemon, kind, settings.programs)
    data, path = folder / "data", folder / "s.sock"
    install(kind, daemon, data, settings)
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the server's own program, found by its name
            [
                daemon,
                "--no-defaults",
                f"--datadir={data}",
                f"--socket={path}",
                f"--tmpdir={folder}/scratch",
                f"--pid-file={folder}/server.pid",
                f"--user={getpass.getuser()}",
                *IN_A_HURRY,
                *MORE[kind.name],
            ],  # fmt: skip
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=programs.tied(),
        )
    try:
        wait_for(process, path, log)
        yield path
    finally:
        process.kill()
        process.wait()


def install(kind: Capabilities, daemon: str, data: Path, settings: DatabaseSettings) -> None:
    tmp = f"--tmpdir={data.parent}/scratch"
    if kind.name == "mysql":
        command = [daemon, "--no-defaults", "--initialize-insecure", f"--datadir={data}",
                   f"--user={getpass.getuser()}", tmp]  # fmt: skip
    else:
        script = programs.located(("mariadb-install-db",), settings.programs)
        if script is None:
            raise BackupError("mariadb-install-db is missing: install mariadb-server-core.")
        command = [script, "--no-defaults", f"--datadir={data}", f"--user={getpass.getuser()}",
                   "--auth-root-authentication-method=normal", "--skip-test-db", tmp]  # fmt: skip
    done = subprocess.run(  # noqa: S603 - the server's own program, found by its name
        command, capture_output=True, timeout=INSTALLED_WITHIN, check=False
    )
    if done.returncode:
        raise BackupError(f"No empty server could be made: {programs.said(done.stderr)}")


def wait_for(process: "subprocess.Popen[bytes]", path: Path, log: Path) -> None:
    deadline = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        if is_answered(path):
            return
        time.sleep(0.05)
    raise BackupError(f"The throw-away server did not start: {programs.said(log.read_bytes())}")


def is_answered(path: Path) -> bool:
    """Not with the driver: what it could not connect to it leaves open."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def connect(path: Path) -> "pymysql.Connection[pymysql.cursors.Cursor]":
    return pymysql.connect(
        unix_socket=str(path), user="root", connect_timeout=2, read_timeout=30, autocommit=True
    )


def create(path: Path, database: str) -> None:
    with connect(path) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE `{database.replace('`', '``')}` {CHARACTERS}")
