"""`flask migrations …`, as somebody uses it who has to move a database that is in use."""

import json
import shutil
import time
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import current_app
from sqlalchemy import delete, insert, text

from reminder_app.database import clock, db, new_id
from reminder_app.database.backup.models import DONE, Backup
from reminder_app.database.engine import EXTENSION
from reminder_app.database.migrations import copies, preflight
from tests.database.migrating import HEAD, KIND, MIGRATIONS, REVISIONS, empty_database, up
from tests.database.small_history import counts, version, with_rows

is_server = KIND != "sqlite"


@pytest.fixture(autouse=True)
def database(tmp_path):
    with empty_database(tmp_path):
        yield


def at(folder):
    """The application with this folder of migrations."""
    settings = current_app.extensions[EXTENSION]
    current_app.extensions[EXTENSION] = replace(settings, migrations=folder)


def asked(*words, answer=None):
    db.engine.dispose()
    told = current_app.test_cli_runner().invoke(args=["migrations", *words], input=answer)
    return told.exit_code, told.stdout + told.stderr


def test_up_and_back_and_up_again():
    code, words = asked("current")
    assert (code, "at the beginning" in words) == (0, True)
    assert asked("upgrade")[0] == 0
    assert version() == HEAD
    assert "Nothing to do" in asked("upgrade")[1]
    code, words = asked("downgrade", answer="n\n")
    assert (code, f"Go back from {HEAD} to {REVISIONS[-2]}?" in words) == (1, True), words
    assert version() == HEAD
    assert asked("downgrade", "--yes")[0] == 0
    assert json.loads(asked("current", "--json")[1]) == {
        "current": REVISIONS[-2],
        "head": HEAD,
        "pending": [HEAD],
    }
    assert f"* {REVISIONS[-2]}" in asked("history")[1]
    assert asked("upgrade")[0] == 0
    assert asked("check")[0] == 0


def test_before_it_goes_back_it_says_what_is_lost():
    assert asked("upgrade", "0003_sending_accounts")[0] == 0

    code, words = asked("downgrade", "0001_first_tables", answer="n\n")
    assert code == 1
    assert "0003_sending_accounts is taken back" in words
    assert "0002_what_is_kept is taken back" in words
    assert "the table sending_accounts" in words
    assert "the column " in words
    assert "Go back from 0003_sending_accounts to 0001_first_tables?" in words
    assert "to the beginning?" in asked("downgrade", "base", answer="n\n")[1]
    assert "is no revision below" in asked("downgrade", "0009_heartbeat", answer="n\n")[1]


def test_whoever_must_run_it_by_hand_gets_every_statement():
    code, words = asked("sql")

    assert code == 0
    assert words.count("CREATE TABLE") > 10
    assert ("ALGORITHM=" in words) == is_server
    assert f"version_num='{HEAD}'" in words


@pytest.mark.sqlite_only
def test_a_new_revision_takes_the_next_number_and_is_read_at_once(tmp_path):
    at(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))
    name = f"{len(REVISIONS) + 1:04}_pets_have_names"
    assert asked("new", "Pets have names!", "--empty")[0] == 0

    written = (tmp_path / "migrations" / "versions" / f"{name}.py").read_text(encoding="utf-8")
    assert f'revision = "{name}"\ndown_revision = "{HEAD}"' in written
    assert asked("lint", name) == (0, "Nothing that would hurt.\n")


@pytest.mark.sqlite_only
def test_a_new_revision_is_written_from_the_models(tmp_path):
    at(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))
    up(HEAD)
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE strangers (id INT PRIMARY KEY)"))
    code, words = asked("new", "tidy up")

    assert code == 0
    assert "drops-table strangers" in words


def test_an_open_transaction_is_named_before_anything_is_touched(tmp_path, monkeypatch):
    if not is_server:
        return
    monkeypatch.setattr(preflight, "LONG_SECONDS", 0)
    at(with_rows(tmp_path, 5))
    with db.engine.connect() as holder:
        holder.execute(text("SELECT * FROM counters"))
        number = holder.execute(text("SELECT CONNECTION_ID()")).scalar()
        time.sleep(1.1)
        told = current_app.test_cli_runner().invoke(args=["migrations", "upgrade"])
        words = told.stdout + told.stderr

        assert (told.exit_code, version()) == (1, "0001")
        assert f"KILL {number}" in words
        assert "Better wait" in words
        assert "counters: about" in words
        holder.rollback()
    assert asked("upgrade", "--anyway")[0] == 0
    assert counts() == {1: 5}


@pytest.mark.sqlite_only
def test_a_disk_that_is_too_small_is_named(tmp_path, monkeypatch):
    free = SimpleNamespace(free=10)
    at(with_rows(tmp_path, 5))
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda _folder: free)
    code, words = asked("upgrade")

    assert (code, "make room first" in words) == (1, True)
    assert version() == "0001"


@pytest.mark.sqlite_only
def test_a_database_that_newer_code_has_moved_on_is_left_alone(tmp_path):
    at(with_rows(tmp_path, 1))
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))

    code, words = asked("upgrade")
    assert (code, "0099, which this release does not know" in words) == (1, True)


def in_production(**settings):
    known = current_app.extensions[EXTENSION]
    current_app.extensions[EXTENSION] = replace(known, is_production=True, **settings)


def backed_up(hours: float) -> None:
    with db.engine.begin() as connection:
        connection.execute(delete(Backup))
        at = clock.now() - timedelta(hours=hours)
        row = {"id": new_id(), "name": "one", "state": DONE, "started_at": at}
        connection.execute(insert(Backup).values(row | {"words": "", "stays": ""}))


@pytest.mark.parametrize(
    ("hours", "code", "says"),
    [
        (None, 1, "There is no good backup to go back to"),
        (1, 0, ""),
        (30, 0, "The last good backup is 30 hours old"),
        (100, 1, "The last good backup is 100 hours old"),
    ],
)
def test_in_production_there_has_to_be_a_backup_to_go_back_to(hours, code, says):
    up(HEAD)
    in_production()
    if hours is not None:
        backed_up(hours)

    found, words = asked("downgrade", "--yes")

    assert (found, says in words) == (code, True), words
    assert ("backup" in words) == bool(says)
    assert version() == (HEAD if code else REVISIONS[-2])


def test_a_backup_made_elsewhere_is_only_asked_after(tmp_path):
    up(HEAD)
    in_production(backup_path=None)

    code, words = asked("downgrade", "--yes")

    assert (code, copies.NO_BACKUPS in words) == (0, True), words


def test_an_empty_database_has_nothing_to_lose():
    in_production()

    code, words = asked("upgrade")

    assert (code, "backup" in words) == (0, False), words
