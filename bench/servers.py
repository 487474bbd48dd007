"""Servers as production has them: data on a real disk, every commit on it before it is answered."""

import os
import re
import tempfile
from pathlib import Path
from typing import Any

import pymysql

from bench.machine import sink_command, sink_environ
from bench.paths import CACHE
from tests.servers import MariaDB, Server
from tests.servers.process import PREFIX, can_connect, sweep

DURABLE = (
    "--innodb-flush-log-at-trx-commit=1",
    "--log-bin=binlog",
    "--sync-binlog=1",
    "--binlog-format=ROW",
    "--server-id=1",
    # The last one wins: the tests' server has a log and a pool of toys.
    "--innodb-log-file-size=512M",
    "--innodb-buffer-pool-size=1G",
    "--max-binlog-size=256M",
    "--max-connections=200",
)
COUNTED = re.compile(rb"mesg=(\d+)")


class DurableMariaDB(MariaDB):
    """One admin connection stays open; what is asked on it is not counted as the product's."""

    def __init__(self) -> None:
        super().__init__()
        # The tests' servers live in memory, where a flush costs nothing.
        sweep(CACHE)
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=CACHE))
        self._admin: pymysql.Connection[Any] | None = None
        self._asked = 0

    def command(self) -> list[str]:
        return [*super().command(), *DURABLE, f"--tmpdir={self.scratch}"]

    @property
    def scratch(self) -> Path:
        """Not /tmp: a server that starts there removes its neighbours' temporary tables."""
        return self.folder / "tmp"

    def prepare(self) -> None:
        super().prepare()
        self.scratch.mkdir(exist_ok=True)

    def ask(self, *statements: str) -> list[tuple[Any, ...]]:
        """The rows of the last one."""
        with self.admin.cursor() as cursor:
            for statement in statements:
                self._asked += 1
                cursor.execute(statement)
            return list(cursor.fetchall())

    @property
    def admin(self) -> "pymysql.Connection[Any]":
        if self._admin is None:
            self._admin = self.connect()
        return self._admin

    def statements(self) -> int:
        """So many since the start, of everybody but ask(): each that came over the wire, BEGIN,
        COMMIT and SET too (Questions; pings are none)."""
        return self.status("Questions") - self._asked

    def status(self, like: str) -> int:
        """Of all sessions; the sum where `like` fits several."""
        return sum(int(value) for _, value in self.ask(f"SHOW GLOBAL STATUS LIKE '{like}'"))

    def close(self) -> None:
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        super().close()


class PostfixSink(Server):
    """Postfix's smtp-sink: takes every mail, keeps none, counts."""

    name = "smtp-sink"

    def command(self) -> list[str]:
        return [*sink_command(), "-c", f"127.0.0.1:{self.port}", "1000"]

    def environ(self) -> dict[str, str]:
        return sink_environ()

    def is_ready(self) -> bool:
        return can_connect(self.port)

    @property
    def count(self) -> int:
        with self.log.open("rb") as log:
            log.seek(max(self.log.stat().st_size - 200, 0))
            found = COUNTED.findall(log.read())
        return int(found[-1]) if found else 0

    @property
    def bytes_read(self) -> int:
        """Everything that came over the wire."""
        first = Path(f"/proc/{self.pid}/io").read_text().split("\n", 1)[0]
        return int(first.split()[1])
