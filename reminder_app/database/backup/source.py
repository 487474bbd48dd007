"""The database that is backed up, or restored into: how to reach it, with which programs."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from reminder_app.database import capabilities
from reminder_app.database.backup import programs
from reminder_app.database.backup.errors import BackupError
from reminder_app.database.capabilities import Capabilities
from reminder_app.database.engine import connect_to
from reminder_app.database.settings import DatabaseSettings

# No time limit: what is read is the whole of every table.
PATIENT: dict[str, Any] = {"read_timeout": None, "write_timeout": None}
# As fast as the protocol lets it be: one row may be as long as that.
PACKET = "--max-allowed-packet=1G"


@dataclass
class Place:
    """One database, on a server or in a file."""

    engine: Engine
    settings: DatabaseSettings

    @property
    def url(self) -> URL:
        return self.engine.url

    @property
    def server(self) -> Capabilities:
        return capabilities.of(self.engine)

    @property
    def file(self) -> Path:
        """Of an embedded database."""
        return Path(self.url.database or "")

    @property
    def database(self) -> str:
        return self.file.name if not self.server.is_server else str(self.url.database)

    def program(self, names: tuple[str, ...]) -> str:
        return programs.find(names, self.server, self.settings.programs)

    @contextmanager
    def told_to_programs(self) -> Iterator[str]:
        """The option that has to come first."""
        with programs.option_file(self.url, self.settings.ssl_ca, self.server.name) as option:
            yield option

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection that may take all the time it wants. Raises BackupError with the server's words."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise BackupError(f"{self.told()}: {error.orig}") from error

    def revision(self) -> str:
        with self.connected() as connection:
            if not self.engine.dialect.has_table(connection, "alembic_version"):
                return ""
            rows = connection.exec_driver_sql("SELECT version_num FROM alembic_version").all()
        return ", ".join(sorted(str(row[0]) for row in rows))

    def client_command(self) -> str:
        """To look into it by hand: what to type, without a password."""
        if not self.server.is_server:
            return f"{self.server.client[0]} {shlex.quote(str(self.file))}"
        socket = self.url.query.get("unix_socket")
        where = (
            ["-S", str(socket)]
            if socket
            else ["-h", self.url.host or "localhost", "-P", str(self.url.port or 3306), "-p"]
        )
        words = [self.server.client[0], "-u", self.url.username or "root", *where, self.database]
        return shlex.join(words)

    def told(self) -> str:
        """For people: no password in it."""
        return self.url.render_as_string(hide_password=True).replace("mysql+pymysql", "mysql")


@contextmanager
def at(url: str, settings: DatabaseSettings, name: str) -> Iterator[Place]:
    """Raises BackupError where it cannot be reached."""
    options: dict[str, Any] = {"connect_args": PATIENT} if is_server(url) else {}
    engine = connect_to(url, settings.patient(), name, **options)
    try:
        place = Place(engine, settings)
        try:
            place.server  # noqa: B018 - asks the server who it is
        except DBAPIError as error:
            raise BackupError(f"{place.told()} cannot be reached: {error.orig}") from error
        yield place
    finally:
        engine.dispose()


def is_server(url: str) -> bool:
    return make_url(url).get_backend_name() != "sqlite"


def own(settings: DatabaseSettings) -> str:
    """What is backed up: past any proxy, with the account for it where there is one."""
    return settings.backup_url or settings.migrations_url
