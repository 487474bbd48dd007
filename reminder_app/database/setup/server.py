"""A server that may be empty, and may still be starting: waited for, and given its database."""

import time
from collections.abc import Callable, Iterable

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from reminder_app.database import capabilities
from reminder_app.database.administrator import connected
from reminder_app.database.errors import number, said
from reminder_app.database.health.server import OLDEST
from reminder_app.database.settings import DatabaseSettings

FIRST, LONGEST = 0.2, 5.0  # seconds between two tries
# It is there, and refuses us: waiting changes nothing.
REFUSED = {1044, 1045, 1049, 1227, 1698}


class CannotSetUp(Exception):
    """Says what to do."""


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


def grants_by_pattern(connection: Connection) -> bool:
    """Whether _ and % in the name of a GRANT's database stand for any letters."""
    found = connection.exec_driver_sql("SHOW GLOBAL VARIABLES LIKE 'partial_revokes'").first()
    return found is None or found[1] == "OFF"
