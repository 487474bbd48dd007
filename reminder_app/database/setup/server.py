"""A server that may be empty, and may still be starting: waited for, and given its database."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError

from reminder_app.database import capabilities
from reminder_app.database.base import TABLE_OPTIONS
from reminder_app.database.engine import connect_to
from reminder_app.database.errors import number, said
from reminder_app.database.health.server import OLDEST
from reminder_app.database.settings import DatabaseSettings
from reminder_app.database.setup import accounts

FIRST, LONGEST = 0.2, 5.0  # seconds between two tries
# It is there, and refuses us: waiting changes nothing.
REFUSED = {1044, 1045, 1049, 1227, 1698}
CHARACTERS = f"CHARACTER SET {TABLE_OPTIONS['mysql_default_charset']} COLLATE {TABLE_OPTIONS['mysql_collate']}"
COLLATION = "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = %s"


class CannotSetUp(Exception):
    """Says what to do."""


@contextmanager
def connected(url: str, settings: DatabaseSettings) -> Iterator[Connection]:
    """In no transaction: what an administrator does takes effect at once."""
    engine = connect_to(url, settings, "setup", isolation_level="AUTOCOMMIT", pool_size=1)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def wait_for(
    url: str, settings: DatabaseSettings, seconds: float, tell: Callable[[str], object]
) -> str:
    """Gives what it is called. Raises CannotSetUp."""
    deadline, pause = time.monotonic() + seconds, FIRST
    while True:
        try:
            with connected(url, settings) as connection:
                return checked(connection)
        except DBAPIError as error:
            if number(error) in REFUSED or time.monotonic() + pause > deadline:
                raise CannotSetUp(why_not(error)) from error
            tell(f"waiting for it: {said(error)}")
        time.sleep(pause)
        pause = min(pause * 2, LONGEST)


def why_not(error: DBAPIError) -> str:
    hints = {
        1045: "Its password is not the one in the settings; or the account is not there yet: set "
        "DATABASE_ADMIN_URL for this command, and it is made.",
        1698: "This account may not sign in with a password.",
        1049: "There is no such database: set DATABASE_ADMIN_URL, and it is made.",
        1044: "The account has no right to it: set DATABASE_ADMIN_URL, and it is given.",
    }
    return f"{said(error)}. {hints.get(number(error) or 0, 'Is the server running, and the address right?')}"


def checked(connection: Connection) -> str:
    found = capabilities.of(connection)
    if found.version < OLDEST.get(found.name, ()):
        least = ".".join(map(str, OLDEST[found.name]))
        raise CannotSetUp(f"{found.name} {found.version_text()} is too old: {least} or newer.")
    return f"{found.name} {found.version_text()}"


def administrator(settings: DatabaseSettings) -> str:
    """The admin's URL on the application's server, without a database that may not be there yet."""
    return make_url(settings.admin_url).set(database="").render_as_string(hide_password=False)


def make_database(connection: Connection, name: str) -> str:
    """Gives what became of it, in words. What is in it stays: the alphabet is for new tables."""
    found = connection.exec_driver_sql(COLLATION, (name,)).scalar()
    if found is None:
        connection.exec_driver_sql(f"CREATE DATABASE {accounts.identifier(name)} {CHARACTERS}")
        return "made"
    if found != TABLE_OPTIONS["mysql_collate"]:
        connection.exec_driver_sql(f"ALTER DATABASE {accounts.identifier(name)} {CHARACTERS}")
        return (
            f"there already; new tables get {TABLE_OPTIONS['mysql_collate']} now, no longer {found}"
        )
    return "there already"


def run(connection: Connection, statements: Iterable[str]) -> None:
    """Their text holds passwords: of an error, only the server's words are told. Raises CannotSetUp."""
    for statement in statements:
        try:
            connection.exec_driver_sql(statement.replace("%", "%%"))
        except DBAPIError as error:
            words = " ".join(statement.split()[:2])
            raise CannotSetUp(f"{words} was refused: {said(error)}") from None


def tables_of(connection: Connection, database: str) -> list[str]:
    query = "SELECT table_name FROM information_schema.tables WHERE table_schema = %s"
    return list(connection.exec_driver_sql(query, (database,)).scalars())
