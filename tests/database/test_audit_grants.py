"""An account with the grants of the application adds to the log, and the server lets it do no more."""

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from reminder_app.database import db
from reminder_app.database.audit.grants import statements
from tests.database.audit_trail import entries
from tests.database.lifted import on_servers

ACCOUNT = "'audited'@'127.0.0.1'"


@pytest.fixture
def account(app):
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP USER IF EXISTS {ACCOUNT}")
        connection.exec_driver_sql(f"CREATE USER {ACCOUNT} IDENTIFIED BY 'quiet rivers'")
        for statement in statements(db.engine.url.database, db.metadata.tables, ACCOUNT):
            connection.exec_driver_sql(statement)
    url = make_url(db.engine.url).set(username="audited", password="quiet rivers")
    engine = create_engine(url, connect_args={"ssl_disabled": False})
    yield engine
    engine.dispose()


@on_servers
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET actor = 'somebody'",
        "DELETE FROM audit_log",
        "TRUNCATE TABLE audit_log",
        "DELETE FROM audit_seals",
        "ALTER TABLE audit_log DROP COLUMN note",
        "DROP TABLE audit_log",
    ],
)
def test_it_can_neither_change_nor_remove(alice, account, statement):
    with pytest.raises(OperationalError, match="1142|denied"), account.begin() as connection:
        connection.execute(text(statement))

    assert entries("users")


@on_servers
def test_it_can_add_and_read_and_do_all_else(alice, account):
    with account.begin() as connection:
        many = connection.scalar(text("SELECT COUNT(*) FROM audit_log"))
        connection.execute(text("UPDATE users SET name = 'Anna'"))
        connection.execute(
            text("INSERT INTO audit_checks SELECT id, at, 0, 0, 0, '[]', 0 FROM audit_log LIMIT 1")
        )

    assert many == 4
