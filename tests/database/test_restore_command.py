"""`flask restore`, as somebody uses it on the day it is needed: each answer, and each refusal."""

import shlex
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text

from reminder_app.accounts.models import User
from reminder_app.database import clock, db
from reminder_app.database.audit import the_trail
from reminder_app.database.backup import cli, running, source, throwaway
from reminder_app.database.cache import cached_db_query
from reminder_app.database.engine import EXTENSION, settings_of
from tests.database.caching import time_passes
from tests.database.kept import KEY, KIND, WORKER, nobody, with_backups
from tests.database.lifted import lifted, make_tables, on_servers, url_for
from tests.servers import Redis, database_url
from tests.servers.programs import mysql_programs

NAMES = "SELECT name FROM lifted_accounts"


@pytest.fixture
def kept(app, tmp_path, alice):
    before = app.extensions[EXTENSION]
    yield with_backups(app, tmp_path / "backups")
    app.extensions[EXTENSION] = before


@pytest.fixture
def made(kept):
    return running.back_up(kept, nobody)


@pytest.fixture
def elsewhere():
    """The address of an empty database."""
    return database_url(KIND, f"{WORKER}_elsewhere")


def restore(app, *words, enter="\n"):
    told = app.test_cli_runner().invoke(args=["restore", *words], input=enter)
    return told.exit_code, told.stdout + told.stderr


def names_in(url: str) -> list[str]:
    with source.at(url, settings_of(), "test") as place, place.connected() as connection:
        return list(connection.scalars(text("SELECT email FROM users")))


def test_it_says_what_it_brought_back_and_where(app, made, kept, alice, elsewhere):
    code, words = restore(app, "--into", elsewhere.removeprefix("sqlite:///"))

    assert code == 0
    assert f"{made.name} is restored into" in words
    assert f"{made.rows:,} rows of {len(made.tables)} tables, each as it was." in words
    assert names_in(elsewhere) == [alice.email]
    again, why = restore(app, made.name, "--into", elsewhere)
    assert (again, "is not empty" in why) == (1, True)


def test_to_look_it_is_there_until_enter_and_then_it_is_gone(app, made, kept, alice, monkeypatch):
    """The living database is not touched, nor is what is kept of it."""
    seen = SimpleNamespace(there=None, emptied=0)
    real = throwaway.place_for

    @contextmanager
    def place_for(manifest, settings):
        with real(manifest, settings) as place:
            seen.place = place
            yield place

    def while_it_waits():
        with seen.place.connected() as connection:
            seen.there = list(connection.scalars(text("SELECT email FROM users")))
        return "\n"

    monkeypatch.setattr(throwaway, "place_for", place_for)
    monkeypatch.setattr(cli, "wait_for_enter", while_it_waits)
    monkeypatch.setattr(cli, "empty_the_cache", lambda: setattr(seen, "emptied", 1))
    code, words = restore(app, "--look")

    assert code == 0
    (line,) = [one for one in words.splitlines() if one.startswith("It is here until")]
    program, *rest = shlex.split(line.partition("Enter: ")[2])
    assert program == {"sqlite": "sqlite3"}.get(KIND, KIND)
    assert "://" not in line
    assert rest[-1] == (str(seen.place.file) if KIND == "sqlite" else seen.place.database)
    assert (seen.there, seen.emptied) == ([alice.email], 0)
    assert db.session.query(User).count() == 1
    if KIND == "sqlite":
        assert not Path(seen.place.file).exists()


def test_a_password_is_not_told(app, made, kept):
    url = "mysql://me:hidden-word@127.0.0.1:1/app"
    code, words = restore(app, "--into", url)

    assert code == 1
    assert ("is a server" if KIND == "sqlite" else "cannot be reached") in words
    assert "hidden-word" not in words


ODD = (
    "notaurl",
    "mysql:/host/app",
    "postgres://me:pw@host/app",
    "mysql://me:pw@host/",
    "mysql://[x",
)


@pytest.mark.parametrize("into", ODD)
def test_what_is_no_address_makes_no_file_of_that_name(
    app, made, kept, into, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())

    code, words = restore(app, "--into", into)

    assert (code, "is no address of a database" in words) == (1, True), words
    assert set(tmp_path.iterdir()) == before
    assert "pw" not in words


def test_of_another_database_it_says_how_to_mark_it_in_the_audit(app, made, kept, elsewhere):
    Path(the_trail().anchor).touch()
    _, words = restore(app, "--into", elsewhere)

    assert "flask audit restored" in words


def wrong() -> dict[str, tuple[list[str], int, str]]:
    tomorrow = f"{clock.now() + timedelta(days=1):%Y-%m-%d %H:%M:%S}"
    return {
        "a place of its own and another": (["--look", "--into", "x.db"], 1, "leave --into out"),
        "no moment": (["--to", "yesterday"], 2, "write it as 2026-11-21 10:00:03"),
        "a moment to come": (["--to", tomorrow], 2, "has not come yet"),
        "a moment before all": (["--to", "2020-01-01 00:00:00", "--look"], 1, "is older than"),
        "no such backup": (["1999-01-01T00-00-00.000Z"], 1, "1999-01-01T00-00-00.000Z"),
        "no such backup to look at": (["1999-01-01T00-00-00.000Z", "--look"], 1, "1999-01-01"),
        "the living database": ([], 1, "is not empty"),
    }


@pytest.mark.parametrize("case", wrong())
def test_what_cannot_be_is_refused_with_the_reason(app, made, kept, alice, case):
    words, code, says = wrong()[case]

    found, told = restore(app, *words)

    assert (found, says in told) == (code, True), told
    assert db.session.query(User).count() == 1


@on_servers
def test_another_kind_of_database_is_refused(app, made, kept, tmp_path):
    code, words = restore(app, "--into", str(tmp_path / "other.db"))

    assert (code, f"This is a backup of {KIND}" in words) == (1, True)
    assert not (tmp_path / "other.db").exists()


@pytest.mark.sqlite_only
def test_there_has_to_be_room_to_look(app, made, kept, monkeypatch):
    monkeypatch.setattr(throwaway.shutil, "disk_usage", lambda _: SimpleNamespace(free=10))

    code, words = restore(app, "--look")

    assert (code, "make room, or point TMPDIR" in words) == (1, True)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("lacking", "says"),
    [({"backup_path": None}, "BACKUP_PATH"), ({"backup_key": ""}, "BACKUP_KEY")],
)
def test_without_a_folder_or_a_key_it_says_what_to_set(app, made, kept, lacking, says):
    app.extensions[EXTENSION] = replace(kept, **lacking)

    code, words = restore(app, "--look")

    assert (code, says in words) == (1, True), words


@pytest.fixture
def cached(tmp_path):
    """An application of somebody else's, whose processes keep what they read in Redis."""
    with (
        Redis() as redis,
        lifted(
            url_for("cached"),
            redis_url=redis.patient_url,
            monitor=False,
            backup_path=tmp_path / "backups",
            backup_key=KEY,
            programs=mysql_programs() if KIND == "mysql" else None,
        ) as app,
    ):
        make_tables()
        yield SimpleNamespace(app=app, redis=redis)


def past_the_application(*statements: str) -> None:
    engine = create_engine(db.engine.url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def shown() -> list[str]:
    rows = cached_db_query(NAMES, ttl=600, tables=["lifted_accounts"])
    db.session.rollback()
    return [row["name"] for row in rows]


@on_servers
def test_nothing_that_was_kept_before_is_shown_after_a_restore(cached):
    past_the_application("INSERT INTO lifted_accounts (id, name, balance) VALUES ('1', 'then', 0)")
    running.back_up(settings_of(), nobody)
    past_the_application("UPDATE lifted_accounts SET name = 'now'")
    shown()
    time_passes(cached.redis)
    assert shown() == ["now"]
    past_the_application("DROP TABLE lifted_accounts")
    assert shown() == ["now"]  # kept

    code, words = restore(cached.app)

    assert (code, "is restored into" in words) == (0, True), words
    assert shown() == ["then"]


@on_servers
def test_it_says_when_the_cache_could_not_be_emptied(cached):
    running.back_up(settings_of(), nobody)
    past_the_application("DROP TABLE lifted_accounts")
    cached.redis.kill()

    code, words = restore(cached.app)

    assert (code, cli.NOT_EMPTIED in words) == (0, True), words
