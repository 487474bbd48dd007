"""Each fault made once on a real server, and what `flask db-health` says of it and answers."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask_migrate import upgrade
from sqlalchemy import event

from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import db, now
from reminder_app.database.backup.models import DONE, Backup, RestoreTest
from reminder_app.database.health import report, server
from reminder_app.database.health.findings import BAD, GOOD, WARN
from reminder_app.database.maintenance.models import TableSize
from tests.servers import MariaDB
from tests.servers.process import free_port

# Not what the product takes for this machine, so that it asks for TLS.
ELSEWHERE = "127.0.0.2"
KEY = "k" * 43


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDB]:
    with MariaDB(options=("--log-bin", "--binlog-format=ROW", "--server-id=1")) as running:
        yield running


@pytest.fixture(scope="module")
def app(mariadb, tmp_path_factory):
    app = make_app(tmp_path_factory.mktemp("instance"), mariadb.url)
    with app.app_context():
        upgrade()
    return app


def make_app(folder, url, **settings):
    (folder / "backups").mkdir(exist_ok=True)
    return create_app(
        load(
            {
                "APP_ENV": "testing",
                "INSTANCE_PATH": str(folder),
                "DATABASE_URL": url,
                "BACKUP_PATH": str(folder / "backups"),
                "BACKUP_KEY": KEY,
                **settings,
            }
        )
    )


@pytest.fixture
def well(app) -> Iterator[None]:
    """Backed up an hour ago, and restored once."""
    backed_up(hours=1, tested_hours=2)
    yield
    db.engine.dispose()  # whose sessions a fault may have changed
    for model in (Backup, RestoreTest, TableSize):
        db.session.query(model).delete()
    db.session.commit()
    db.session.remove()
    db.engine.dispose()


def backed_up(hours: float, tested_hours: float | None) -> None:
    for model in (Backup, RestoreTest):
        db.session.query(model).delete()
    db.session.add(
        Backup(name="one", state=DONE, started_at=now() - timedelta(hours=hours), bytes=1)
    )
    if tested_hours is not None:
        db.session.add(
            RestoreTest(
                backup_name="one",
                started_at=now() - timedelta(hours=tested_hours),
                is_good=True,
                seconds=3,
                steps={},
                row_count=1,
                bytes=1,
                server="mariadb",
                words="",
            )
        )
    db.session.commit()
    db.session.remove()


def asked(app, *options):
    """The exit code, and the level of each check by its name."""
    with app.app_context():  # a command stays in the application that it finds itself in
        done = app.test_cli_runner().invoke(args=["db-health", "--json", *options])
        db.session.remove()
    told = json.loads(done.output)
    return done.exit_code, {check["name"]: check["level"] for check in told["checks"]}


def sentence(app, name: str) -> str:
    told = json.loads(app.test_cli_runner().invoke(args=["db-health", "--json"]).output)
    (says,) = [check["says"] for check in told["checks"] if check["name"] == name]
    return says


@contextmanager
def made(mariadb, statement: str, back: str) -> Iterator[None]:
    with mariadb.connect("app") as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        try:
            yield
        finally:
            cursor.execute(back)


def test_a_sound_database_is_well_and_a_file_says_so(app, well, tmp_path):
    path = tmp_path / "report.json"

    done = app.test_cli_runner().invoke(args=["db-health", "--output", str(path)])

    told = json.loads(path.read_text())
    assert {
        check["name"]: check["says"] for check in told["checks"] if check["level"] != GOOD
    } == {}
    assert (done.exit_code, told["level"]) == (0, GOOD)
    assert list(tmp_path.iterdir()) == [path]
    assert {"reachable", "latency", "version", "clock", "session", "tls", "connections"} <= {
        check["name"] for check in told["checks"]
    }


def test_a_report_that_cannot_be_written_says_why(app, well, tmp_path):
    done = app.test_cli_runner().invoke(args=["db-health", "--output", str(tmp_path / "no" / "r")])

    assert "cannot be written" in done.output


def test_a_server_that_is_away_is_one_finding_and_never_the_password(tmp_path):
    url = f"mysql+pymysql://app:hidden-word@127.0.0.1:{free_port()}/app"
    app = make_app(tmp_path, url)

    code, levels = asked(app)

    assert (code, levels) == (2, {"reachable": BAD})
    assert "hidden-word" not in sentence(app, "reachable")


FAULTS = {
    "not at the head": (
        "UPDATE alembic_version SET version_num = '0005_few_before_many'",
        "UPDATE alembic_version SET version_num = '{head}'",
        ("migrations", BAD),
    ),
    "a newer release was here": (
        "UPDATE alembic_version SET version_num = '9999_tomorrow'",
        "UPDATE alembic_version SET version_num = '{head}'",
        ("migrations", BAD),
    ),
    "an index is gone": (
        "ALTER TABLE contacts ADD COLUMN nobody_knows INT NULL",
        "ALTER TABLE contacts DROP COLUMN nobody_knows",
        ("drift", WARN),
    ),
    "a column in another alphabet": (
        "CREATE TABLE odd (name VARCHAR(20) COLLATE utf8mb4_general_ci)",
        "DROP TABLE odd",
        ("collation", BAD),
    ),
    "a database in another alphabet": (
        "ALTER DATABASE app CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
        "ALTER DATABASE app CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci",
        ("collation", WARN),
    ),
    "it takes no writes": (
        "SET GLOBAL read_only = 1",
        "SET GLOBAL read_only = 0",
        ("writable", BAD),
    ),
    "its log has some statements": (
        "SET GLOBAL binlog_format = 'MIXED'",
        "SET GLOBAL binlog_format = 'ROW'",
        ("binary log", WARN),
    ),
    "its log has statements alone": (
        "SET GLOBAL binlog_format = 'STATEMENT'",
        "SET GLOBAL binlog_format = 'ROW'",
        ("binary log", BAD),
    ),
    "it takes few connections": (
        "SET GLOBAL max_connections = 10",
        "SET GLOBAL max_connections = 150",
        ("pool budget", WARN),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen_by_its_name_and_its_exit_code(app, mariadb, well, fault):
    broken, mended, (name, level) = FAULTS[fault]
    head = mariadb.execute("SELECT version_num FROM app.alembic_version")[0][0]
    with made(mariadb, broken, mended.format(head=head)):
        db.engine.dispose()
        code, levels = asked(app)

    assert levels[name] == level
    assert code == {WARN: 1, BAD: 2}[level]


def test_a_transaction_that_stays_open_is_told(mariadb, well, tmp_path, app):
    strict = make_app(tmp_path, mariadb.url, DB_LONG_TRANSACTION_SECONDS="1")
    with mariadb.connect("app") as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE alembic_version SET version_num = version_num")
        cursor.execute("SELECT * FROM contacts FOR UPDATE")
        cursor.execute("SELECT SLEEP(1.5)")
        code, levels = asked(strict)

    assert (code, levels["long transactions"]) == (1, WARN)


def test_connections_that_are_nearly_used_up_are_told(app, mariadb, well):
    with made(mariadb, "SET GLOBAL max_connections = 10", "SET GLOBAL max_connections = 150"):
        others = [mariadb.connect() for _ in range(7)]
        code, levels = asked(app)
        for one in others:
            one.close()

    assert levels["connections"] in (WARN, BAD)
    assert code > 0


@pytest.mark.parametrize(
    ("statement", "name", "level"),
    [
        ("SET time_zone = '+05:45'", "session", BAD),
        ("SET sql_mode = ''", "session", BAD),
        ("SET tx_isolation = 'REPEATABLE-READ'", "session", BAD),
        ("SET timestamp = UNIX_TIMESTAMP() + 3", "clock", WARN),
        ("SET timestamp = UNIX_TIMESTAMP() - 3600", "clock", BAD),
    ],
)
def test_a_session_that_somebody_changes_between_us_and_the_server_is_told(
    app, well, statement, name, level
):
    def change(connection, _record):
        with connection.cursor() as cursor:
            cursor.execute(statement)

    db.engine.dispose()
    event.listen(db.engine, "connect", change)
    try:
        code, levels = asked(app)
    finally:
        event.remove(db.engine, "connect", change)

    assert levels[name] == level
    assert code == {WARN: 1, BAD: 2}[level]


@pytest.mark.parametrize(("environment", "code"), [("testing", 1), ("production", 2)])
def test_a_connection_that_is_not_encrypted_is_told(tmp_path, environment, code):
    with MariaDB(options=(f"--bind-address=127.0.0.1,{ELSEWHERE}",)) as mariadb:
        url = f"mysql+pymysql://root@{ELSEWHERE}:{mariadb.port}/app"
        app = make_app(
            tmp_path,
            url,
            APP_ENV=environment,
            SECRET_KEY="s" * 40,
            PUBLIC_URL="https://example.net",
            REDIS_URL="redis://127.0.0.1:1/0",
            SMTP_HOST="127.0.0.1",
        )
        with app.app_context():
            levels = {one.name: one.level for one in report.made([server.tls]).findings}

    assert levels["tls"] == {1: WARN, 2: BAD}[code]


@pytest.mark.parametrize(
    ("hours", "tested", "found"),
    [
        (1, 2, {"backup": GOOD, "restore test": GOOD}),
        (30, 2, {"backup": WARN, "restore test": GOOD}),
        (100, 2, {"backup": BAD, "restore test": GOOD}),
        (1, None, {"backup": GOOD, "restore test": WARN}),
        (1, 24 * 10, {"backup": GOOD, "restore test": WARN}),
        (1, 24 * 40, {"backup": GOOD, "restore test": BAD}),
    ],
)
def test_backups_and_restores_grow_old(app, well, hours, tested, found):
    backed_up(hours, tested)

    code, levels = asked(app)

    assert {name: levels[name] for name in found} == found
    assert code == max({GOOD: 0, WARN: 1, BAD: 2}[level] for level in found.values())


def test_a_first_restore_that_is_overdue_is_worse_than_one_to_come(app, well):
    backed_up(hours=1, tested_hours=None)
    measured(days_ago=20)

    _, levels = asked(app)

    assert (levels["backup"], levels["restore test"]) == (GOOD, BAD)


def measured(days_ago: float, data_bytes: int = 1_000_000) -> None:
    db.session.add(
        TableSize(
            table_name="contacts",
            at=now() - timedelta(days=days_ago),
            row_count=1,
            data_bytes=data_bytes,
            index_bytes=0,
            free_bytes=0,
        )
    )
    db.session.commit()


@pytest.mark.parametrize(("a_day", "level"), [(1, GOOD), (200_000_000, WARN), (500_000_000, BAD)])
def test_a_disk_that_will_be_full_is_told_in_time(mariadb, app, well, tmp_path, a_day, level):
    small = make_app(tmp_path, mariadb.url, DB_DISK="3G")
    for day in range(4):
        measured(days_ago=3 - day, data_bytes=1_000_000 + a_day * day)
    db.session.remove()

    code, levels = asked(small)

    assert (levels["disk"], code) == (level, {GOOD: 0, WARN: 1, BAD: 2}[level])


def test_a_replica_that_is_away_is_told_and_the_writer_goes_on(mariadb, app, well, tmp_path):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        away = f"mysql+pymysql://root@127.0.0.1:{held.getsockname()[1]}/app"
        code, levels = asked(make_app(tmp_path, mariadb.url, DATABASE_READ_URLS=away))

    assert code == 2
    assert [level for name, level in levels.items() if name.startswith("replica ")] == [BAD]


def test_a_monitor_hears_levels_and_no_details(app, well, mariadb):
    client = app.test_client()
    answer = client.get("/health/db")
    assert (answer.status_code, answer.get_json()["status"]) == (200, GOOD)
    assert set(answer.get_json()["checks"].values()) == {GOOD}
    assert str(mariadb.port) not in answer.text
