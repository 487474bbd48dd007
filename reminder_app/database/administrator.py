"""Who may make databases and accounts: asked for one command, and by nothing that runs on."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, make_url

from reminder_app.database.base import TABLE_OPTIONS
from reminder_app.database.engine import connect_to
from reminder_app.database.settings import DatabaseSettings

CHARACTERS = f"CHARACTER SET {TABLE_OPTIONS['mysql_default_charset']} COLLATE {TABLE_OPTIONS['mysql_collate']}"
COLLATION = "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = %s"


def administrator(settings: DatabaseSettings) -> str:
    """The admin's URL on the application's server, without a database that may not be there yet."""
    return make_url(settings.admin_url).set(database="").render_as_string(hide_password=False)


@contextmanager
def connected(url: str, settings: DatabaseSettings) -> Iterator[Connection]:
    """In no transaction: what an administrator does takes effect at once."""
    engine = connect_to(url, settings, "setup", isolation_level="AUTOCOMMIT", pool_size=1)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def make_database(connection: Connection, name: str) -> str:
    """Gives what became of it, in words. What is in it stays: the alphabet is for new tables."""
    found = connection.exec_driver_sql(COLLATION, (name,)).scalar()
    if found is None:
        connection.exec_driver_sql(f"CREATE DATABASE {identifier(name)} {CHARACTERS}")
        return "made"
    if found != TABLE_OPTIONS["mysql_collate"]:
        connection.exec_driver_sql(f"ALTER DATABASE {identifier(name)} {CHARACTERS}")
        return (
            f"there already; new tables get {TABLE_OPTIONS['mysql_collate']} now, no longer {found}"
        )
    return "there already"


def identifier(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
