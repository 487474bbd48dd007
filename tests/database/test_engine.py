"""What each connection is told at its beginning, and how many there may be."""

import logging

import pytest
from sqlalchemy import text

from reminder_app.config import load
from reminder_app.data_source import database_settings
from reminder_app.database import DatabaseSettings, budget, capabilities, db
from reminder_app.database.budget import Budget
from reminder_app.database.budget import of as budget_of
from reminder_app.database.connections import without_limit
from reminder_app.database.engine import connect_to, settings_of
from tests.database.lifted import KIND, lifted, on_servers, url_for

pytestmark = on_servers


@pytest.fixture(scope="module")
def url():
    return url_for("engine")


@pytest.fixture
def foreign(url):
    with lifted(url, statement_seconds=7, lock_wait_seconds=3, application_name="lifted") as app:
        yield app


def variables(connection, *names: str):
    return tuple(
        connection.execute(text("SELECT " + ", ".join(f"@@session.{n}" for n in names))).one()
    )


def limit_of(connection) -> str:
    return capabilities.of(connection).statement_limit.partition("=")[0]


def test_a_session_is_utc_strict_and_has_an_end_to_every_wait(foreign):
    with db.engine.connect() as connection:
        isolation = capabilities.of(connection).isolation_variable
        found = variables(
            connection, isolation, "time_zone", "autocommit", "innodb_lock_wait_timeout"
        )
        (mode,) = variables(connection, "sql_mode")
        (limit,) = variables(connection, limit_of(connection))

    assert found == ("READ-COMMITTED", "+00:00", 0, 3)
    assert "STRICT_TRANS_TABLES" in mode
    assert float(limit) in (7, 7000)


def test_a_new_connection_costs_one_statement_for_all_of_that(foreign):
    with db.engine.connect() as connection:
        (_, many) = connection.execute(text("SHOW SESSION STATUS LIKE 'Com_set_option'")).one()

    assert int(many) == 3  # the driver's SET NAMES, the dialect's, and ours


def test_it_is_so_again_after_a_time_without_transactions(foreign):
    """The dialect puts back what it found at its first connection."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT 1"))
    with db.engine.connect() as connection:
        isolation = capabilities.of(connection).isolation_variable
        found = variables(connection, isolation, "autocommit")

    assert found == ("READ-COMMITTED", 0)


def test_a_connection_names_itself(foreign):
    with db.engine.connect() as connection:
        attributes = connection.connection.driver_connection._connect_attrs

    assert attributes["program_name"] == "lifted"


def test_migrations_go_past_the_proxy_where_there_is_one(url):
    """As another account here: what alembic is given is a connection of the direct URL."""
    direct = url.replace("root@", "root:@")
    with lifted(url, direct_url=direct):
        engine = connect_to(settings_of().migrations_url, settings_of(), "migrations")
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        found = engine.url.render_as_string(hide_password=False)
        engine.dispose()

    assert found == direct
    assert DatabaseSettings(url=url).migrations_url == url


def test_what_may_take_hours_has_no_end(foreign, url):
    engine = connect_to(url, settings_of(), "patient", connect_args={"read_timeout": None})
    with engine.connect() as connection:
        (limit,) = variables(connection, limit_of(connection))
        waits = connection.connection.driver_connection._read_timeout
    engine.dispose()

    assert (float(limit), waits) == (0, None)


def test_one_long_statement_may_be_without_an_end(foreign):
    with db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        (before,) = variables(connection, limit_of(connection))
        with without_limit(connection):
            (within,) = variables(connection, limit_of(connection))
            patience = driver._read_timeout
        (after,) = variables(connection, limit_of(connection))

    assert (float(within), patience) == (0, None)
    assert (after, driver._read_timeout) == (before, 30)


def test_more_processes_than_the_server_has_connections_for_are_told_at_the_start(url, caplog):
    with lifted(url, processes=900), db.engine.connect():
        pass

    (said,) = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert said.startswith("900 processes keep 1800 connections")
    assert "set DB_POOL_SIZE=" in said


def test_of_several_processes_one_says_it(url, caplog, monkeypatch):
    """As many as start: each has a memory of its own."""
    with lifted(url, processes=901), db.engine.connect():
        monkeypatch.setattr(budget, "_said", set())
        with lifted(url, processes=901), db.engine.connect():
            pass

    assert len([r for r in caplog.records if "901 processes" in r.getMessage()]) == 1


def test_a_command_does_not_say_it_again(url, caplog):
    with lifted(url, processes=902) as app:

        @app.cli.command("connect")
        def connect():
            with app.app_context(), db.engine.connect() as connection:
                assert budget_of(connection, settings_of()).fits is False

        done = app.test_cli_runner().invoke(args=["connect"])

    assert done.exception is None
    assert [r for r in caplog.records if "902 processes" in r.getMessage()] == []


def test_the_defaults_of_production_fit_into_what_servers_take_by_default():
    given = {
        "APP_ENV": "production",
        "SECRET_KEY": "x" * 50,
        "DATA_KEY": "y" * 50,
        "PUBLIC_URL": "https://remind.example.org",
        "DATABASE_URL": "mysql://u:p@host/app",
        "REDIS_URL": "redis://host/0",
        "SMTP_HOST": "smtp.example.org",
        "MAIL_FROM": "a@example.org",
    }
    found = budget.budget((151, 0), database_settings(load(given)))

    assert (found.pool_size, found.max_overflow) == (10, 20)
    assert found.fits
    assert found.peak_fits
    assert found.said() == (
        "2 web and 2 sending processes, their parent and beat keep 48 connections of 151, 128 at a peak."
    )


def test_a_connection_kept_longer_than_the_server_does_is_told_at_the_start(url, caplog):
    """Such as that of a proxy, or of a server set to minutes."""
    for _ in range(2):
        with lifted(url, pool_recycle=28_801), db.engine.connect():
            pass

    (said,) = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert "idle for 28800 s, and the pool keeps it for 28801" in said


def test_a_budget_that_fits_is_silent(url, caplog):
    with lifted(url, processes=2), db.engine.connect() as connection:
        found = budget_of(connection, settings_of())

    assert caplog.records == []
    assert found is not None
    assert found.fits
    assert (found.steady, found.peak) == (4, 4)


def test_a_password_that_was_changed_is_read_again(url):
    """At the next connection: those that are open stay."""
    name = f"'rotated_{KIND}'@'127.0.0.1'"
    with lifted(url):
        run(
            f"DROP USER IF EXISTS {name}",
            f"CREATE USER {name} IDENTIFIED BY 'old'",
            f"GRANT ALL ON *.* TO {name}",
        )
    asked = []

    def today() -> str:
        asked.append(1)
        return with_user(url, "new")

    with lifted(with_user(url, "old"), url_again=today):
        assert db.session.scalar(text("SELECT 1")) == 1
        db.session.rollback()
        run(f"ALTER USER {name} IDENTIFIED BY 'new'")
        db.engine.dispose()
        assert db.session.scalar(text("SELECT 1")) == 1
        db.session.rollback()
        db.engine.dispose()
        assert db.session.scalar(text("SELECT 1")) == 1

    assert len(asked) == 1
    with lifted(url):
        run(f"DROP USER {name}")


def run(*statements: str) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def with_user(url: str, password: str) -> str:
    return url.replace("root@", f"rotated_{KIND}:{password}@")


def test_a_budget_says_what_to_set():
    none_left = Budget(processes=10, pool_size=20, max_overflow=0, takes=100)
    at_a_peak = Budget(processes=10, pool_size=5, max_overflow=10, takes=100)
    good = Budget(processes=2, pool_size=5, max_overflow=5, takes=100)

    assert not none_left.fits
    assert "set DB_POOL_SIZE=7" in none_left.said()
    assert at_a_peak.fits
    assert not at_a_peak.peak_fits
    assert "set DB_MAX_OVERFLOW=5," in at_a_peak.said()
    assert good.said() == "2 processes keep 10 connections of 100, 20 at a peak."
    assert DatabaseSettings(url="").processes == 1
