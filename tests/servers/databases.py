"""What MariaDB and MySQL have in common as test servers."""

import fcntl
import os
import shutil
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql

from tests.servers.process import Server

CACHE = Path(__file__).parents[2] / ".cache"
CHARACTERS = "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci"
# Far from UTC, and not by whole hours: whoever forgets the session's time zone is found out.
TIME_ZONE = "+05:45"


class DatabaseServer(Server):
    """A private server with one empty database, `app`; root has no password."""

    def __init__(self, port: int | None = None, options: tuple[str, ...] = ()) -> None:
        super().__init__(port)
        self.options = options

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return self.url_of("app")

    def url_of(self, database: str) -> str:
        return f"mysql+pymysql://root@127.0.0.1:{self.port}/{database}?charset=utf8mb4"

    @abstractmethod
    def template(self) -> Path:
        """An initialised data directory, made once and copied for each server."""

    def prepare(self) -> None:
        super().prepare()
        if not self.data.exists():
            shutil.copytree(self.template(), self.data)
        # Left by a server that was killed, and taken by the next one for a living neighbour.
        for name in ("s.sock", "s.sock.lock"):
            (self.folder / name).unlink(missing_ok=True)

    def is_ready(self) -> bool:
        try:
            self.execute(f"CREATE DATABASE IF NOT EXISTS app {CHARACTERS}")
        except pymysql.err.OperationalError:
            return False
        return True

    def fresh_database(self, name: str) -> str:
        """An empty database of this name, and the URL to it."""
        self.execute(f"DROP DATABASE IF EXISTS `{name}`", f"CREATE DATABASE `{name}` {CHARACTERS}")
        return self.url_of(name)

    def execute(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements as root and give the rows of the last one."""
        with self.connect() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def connect(self, database: str | None = None) -> "pymysql.Connection[Any]":
        return pymysql.connect(
            host="127.0.0.1",
            port=self.port,
            user="root",
            database=database,
            connect_timeout=10,
            read_timeout=120,
            write_timeout=120,
            ssl_disabled=True,
            autocommit=True,
        )

    def shared_options(self) -> list[str]:
        return [
            *(["--user=root"] if os.geteuid() == 0 else []),
            f"--datadir={self.data}",
            f"--socket={self.folder}/s.sock",
            f"--pid-file={self.folder}/server.pid",
            # A server that starts removes every temporary table it finds in a folder that it shares.
            f"--tmpdir={self.folder}",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            f"--default-time-zone={TIME_ZONE}",
            # As durable as in production: what was committed must survive kill -9.
            "--innodb-flush-log-at-trx-commit=1",
            "--innodb-buffer-pool-size=128M",
            *self.options,
        ]


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Several test processes may want the same template; the first makes it."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
