"""The database that a test process works on: TEST_DATABASE=sqlite | mariadb | mysql."""

import os
from functools import cache

from sqlalchemy import create_engine, make_url, text

from tests.servers.databases import CHARACTERS, DatabaseServer
from tests.servers.mariadb import MariaDB
from tests.servers.mysql import MySQL
from tests.servers.process import temporary_folder

KINDS: dict[str, type[DatabaseServer]] = {"mariadb": MariaDB, "mysql": MySQL}


def database_url(kind: str | None = None, worker_id: str = "master") -> str:
    """An empty database for this worker. A server is started once a process, and dies with it.

    TEST_DATABASE_URL names a server of one's own instead; databases test_<worker> are made anew
    on it, and its user needs the right to.
    """
    kind = kind or os.environ.get("TEST_DATABASE", "sqlite")
    if kind == "sqlite":
        return f"sqlite:///{temporary_folder('sqlite')}/{worker_id}.db"
    if kind not in KINDS:
        raise ValueError(f"TEST_DATABASE is {kind!r}: use sqlite, mariadb or mysql")
    if own := os.environ.get("TEST_DATABASE_URL"):
        return fresh_on(own, f"test_{worker_id}")
    return server_of(kind).fresh_database(f"test_{worker_id}")


@cache
def server_of(kind: str) -> DatabaseServer:
    return KINDS[kind]().start()


def fresh_on(url: str, name: str) -> str:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name} {CHARACTERS}"))
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)
