"""A server that counts how often its indexes are read: what it counted is what was read."""

from sqlalchemy import create_engine, text

from reminder_app.database.advisor import catalogue_mysql, index_use
from reminder_app.database.advisor.table_health import findings
from tests.servers import MariaDB

MADE = (
    "CREATE TABLE letters (id INT PRIMARY KEY, state INT, due INT, "
    "KEY busy (state), KEY idle (due))",
    "INSERT INTO letters VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3)",
)


def test_an_index_that_nobody_reads_is_found():
    with MariaDB(options=("--performance-schema=ON",)) as server:
        engine = create_engine(server.url)
        with engine.connect() as connection:
            for statement in (*MADE, "SELECT due FROM letters FORCE INDEX (busy) WHERE state = 2"):
                connection.execute(text(statement))
            use, table = index_use.read(connection), catalogue_mysql.read(connection)["letters"]
        engine.dispose()

    assert use.why_none == ""
    assert use.reads["letters", "busy"] > 0
    assert [(one.kind, one.index) for one in findings(table, use, {"letters"})] == [
        ("unused", "idle")
    ]


def test_a_server_that_does_not_count_says_so():
    with MariaDB() as server:
        engine = create_engine(server.url)
        with engine.connect() as connection:
            assert "performance_schema is off" in index_use.read(connection).why_none
        engine.dispose()
