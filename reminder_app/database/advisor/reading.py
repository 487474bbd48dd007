"""The catalogue of the application's own database."""

from sqlalchemy import Connection

from reminder_app.database import capabilities
from reminder_app.database.advisor import catalogue_mysql, catalogue_sqlite
from reminder_app.database.advisor.catalogue import Catalogue
from reminder_app.database.engine import db


def catalogue(with_sizes: bool = False) -> Catalogue:
    """Four or five queries. `with_sizes`: SQLite goes through its whole file for them."""
    return of(db.session.connection(), with_sizes)


def of(connection: Connection, with_sizes: bool = False) -> Catalogue:
    if capabilities.of(connection).is_server:
        return catalogue_mysql.read(connection)
    return catalogue_sqlite.read(connection, with_sizes)


def dialect() -> str:
    """What sqlglot calls the language of this database; MariaDB's is MySQL's to it."""
    return "mysql" if capabilities.of(db.engine).is_server else "sqlite"
