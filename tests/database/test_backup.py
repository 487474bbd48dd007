"""A backup is made, listed, verified, and brought back; what is not whole is found, nothing is written over."""

import json
from dataclasses import replace

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from reminder_app.accounts.models import User
from reminder_app.database import db, now
from reminder_app.database.backup import records, restoring, running, verifying
from reminder_app.database.backup.errors import BackupError, Busy, Mismatch, NotEmpty, Unreadable
from reminder_app.database.backup.folder import name_at
from reminder_app.database.backup.models import Backup
from reminder_app.database.backup.restoring import Steps
from reminder_app.database.engine import EXTENSION
from tests.database.kept import KIND, empty_place, folder, keys, nobody, with_backups

STEPS = Steps(nobody)
# All that a dump could spoil on its way.
ODD = "ünï ✓ 🎉 '\"\\ \r\n\t\x1a %s -- /* */"


@pytest.fixture
def kept(app, tmp_path, alice):
    before = app.extensions[EXTENSION]
    db.session.get(User, alice.id).name = ODD
    db.session.commit()
    yield with_backups(app, tmp_path / "backups")
    app.extensions[EXTENSION] = before


@pytest.fixture
def made(kept):
    return running.back_up(kept, nobody)


def damage(path, place=-40):
    changed = bytearray(path.read_bytes())
    changed[place] ^= 1
    path.write_bytes(changed)


def test_it_says_what_is_in_it(made, kept):
    assert made.tables["users"].rows == 1
    assert set(made.tables) == set(db.metadata.tables)
    assert made.kind == KIND
    assert folder(kept).names() == [made.name]
    assert folder(kept).content(made.name).stat().st_size == made.bytes
    assert ODD.encode() not in folder(kept).content(made.name).read_bytes()
    assert made.no_log  # this server keeps none, or a file has none; it says which


def test_it_comes_back_as_it_was(made, kept, alice):
    with empty_place(kept) as place:
        restoring.restore(place, folder(kept), "latest", keys(kept), STEPS)
        with place.engine.connect() as connection:
            found = connection.execute(select(User.__table__)).one()

    assert found.name == ODD
    assert found.id == alice.id
    assert found.created_at == db.session.get(User, alice.id).created_at


def test_a_restore_writes_over_nothing(made, kept):
    with empty_place(kept) as place:
        with place.engine.begin() as connection:
            connection.execute(text("CREATE TABLE mine (id INT)"))
        with pytest.raises(NotEmpty, match="mine"):
            restoring.restore(place, folder(kept), made.name, keys(kept), STEPS)
        assert restoring.present(place, nobody).keys() == {"mine"}


def test_its_own_database_is_not_empty(app, made, kept):
    answer = app.test_cli_runner().invoke(args=["restore", made.name])

    assert answer.exit_code == 1
    assert "not empty" in answer.output
    assert db.session.scalars(select(User.name)).one() == ODD


def test_rows_that_differ_from_the_backup_are_found(made, kept):
    with empty_place(kept) as place:
        restoring.restore(place, folder(kept), made.name, keys(kept), STEPS)
        restoring.check(place, made, nobody)
        with place.engine.begin() as connection:
            connection.execute(text("UPDATE users SET name = 'other'"))
        with pytest.raises(Mismatch, match="users has the same number of rows, and other values"):
            restoring.check(place, made, nobody)
        with place.engine.begin() as connection:
            connection.execute(text("DELETE FROM user_sessions"))
            connection.execute(text("DELETE FROM workspaces"))
        with pytest.raises(Mismatch, match="had 1 rows and has 0"):
            restoring.check(place, made, nobody)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("which", ["content", "manifest"])
def test_a_changed_file_is_found_before_anything_is_restored(made, kept, which):
    damage(getattr(folder(kept), which)(made.name))

    with pytest.raises(Unreadable):
        verifying.verify(folder(kept), made.name, keys(kept))
    with empty_place(kept) as place:
        with pytest.raises(Unreadable):
            restoring.restore(place, folder(kept), made.name, keys(kept), STEPS)
        restoring.is_empty(place)


@pytest.mark.sqlite_only
def test_figures_in_the_manifest_cannot_be_made_up(made, kept):
    path = folder(kept).manifest(made.name)
    told = json.loads(path.read_text())
    told["tables"]["users"]["rows"] = 7
    path.write_text(json.dumps(told))

    with pytest.raises(Unreadable, match="was changed"):
        verifying.verify(folder(kept), made.name, keys(kept))


@pytest.mark.sqlite_only
def test_a_file_cut_off_is_found(made, kept):
    path = folder(kept).content(made.name)
    path.write_bytes(path.read_bytes()[:-10])

    with pytest.raises(Unreadable, match="cut off"):
        verifying.verify(folder(kept), made.name, keys(kept))


@pytest.mark.sqlite_only
def test_with_another_key_it_says_so(made, kept):
    other = replace(kept, backup_key="quite another key, and also long enough")

    with pytest.raises(Unreadable, match="another key"):
        verifying.verify(folder(kept), made.name, keys(other))


@pytest.mark.sqlite_only
def test_two_at_a_time_are_not_made(kept):
    folder(kept).make()
    with folder(kept).alone(), pytest.raises(Busy):
        running.back_up(kept, nobody)


@pytest.mark.sqlite_only
def test_what_a_killed_one_left_is_swept_away(made, kept):
    left = [
        folder(kept).path / "2026-01-01T00-00-00.000Z.backup.part",
        folder(kept).path / "2026-01-01T00-00-00.000Z.backup",
    ]
    for path in left:
        path.write_bytes(b"half")
    records.began("killed", now())

    running.back_up(kept, nobody)

    (row,) = [row for row in records.backups() if row.name == "killed"]
    assert (row.state, row.words) == ("failed", "It was stopped before its end.")

    assert [path for path in left if path.exists()] == []
    assert made.name in folder(kept).names()


def test_one_that_fails_leaves_nothing_and_says_why(kept, monkeypatch):
    monkeypatch.setattr("reminder_app.database.backup.making.size", lambda _: 10**18)

    with pytest.raises(BackupError, match="make room"):
        running.back_up(kept, nobody)

    assert folder(kept).names() == []
    row = records.backups()[0]
    assert (row.state, "make room" in row.words) == ("failed", True)
    assert records.standing().failed_since is not None


def test_old_ones_go_and_the_page_knows(kept, later):
    names = []
    for _ in range(3):
        names.append(running.back_up(replace(kept, backup_keep=(2, 0, 0)), nobody).name)
        later(days=3)

    assert folder(kept).names() == names[1:]
    gone = {row.name: row.removed_at is not None for row in db.session.scalars(select(Backup))}
    assert gone == {names[0]: True, names[1]: False, names[2]: False}
    assert [row.name for row in records.backups()] == [names[2], names[1]]


@pytest.mark.sqlite_only
def test_a_damaged_one_keeps_no_other_from_being_made_found_and_let_go(
    app, made, kept, later, caplog
):
    folder(kept).manifest(made.name).write_text('{"name": "cut o')
    later(hours=1)

    newer = running.back_up(kept, nobody)

    assert running.newest_of(folder(kept)).name == newer.name
    assert records.standing().newest == newer.made_at
    assert made.name in folder(kept).names()  # it is for a person to take it away
    listed = app.test_cli_runner().invoke(args=["backup", "list"])
    assert (listed.exit_code, newer.name in listed.output) == (0, True)
    assert f"{made.name} cannot be read" in caplog.text


@pytest.mark.sqlite_only
def test_what_the_table_forgot_is_found_in_the_folder(made, kept):
    """After a restore the table is as old as the backup."""
    db.session.execute(text("DELETE FROM backups"))
    db.session.commit()

    running.back_up(kept, nobody)

    assert [row.name for row in records.backups()][1] == made.name


@pytest.mark.sqlite_only
def test_of_no_folder_and_no_key_it_says_what_to_set(kept):
    assert "BACKUP_PATH" in running.why_not(replace(kept, backup_path=None))
    assert "BACKUP_KEY" in running.why_not(replace(kept, backup_key=""))
    assert running.why_not(kept) == ""


def test_a_later_moment_needs_a_log(app, made, kept):
    answer = app.test_cli_runner().invoke(
        args=["restore", "--to", f"{made.made_at:%Y-%m-%d %H:%M:%S}", "--look"]
    )

    assert answer.exit_code == 1
    assert "older than" in answer.output
    later = made.made_at.replace(microsecond=999_999)
    name = folder(kept).manifest(made.name)
    assert name_at(later) > made.name
    assert name.exists()


def test_the_commands(app, kept):
    run = app.test_cli_runner().invoke

    assert "sealed" in run(args=["backup"]).output
    listed = run(args=["backup", "list", "--json"])
    (one,) = json.loads(listed.output)
    assert one["stays"] == ["recent", "daily", "weekly", "monthly"]
    assert one["name"] in run(args=["backup", "list"]).output
    assert "is as it was written" in run(args=["backup", "verify"]).output
    assert run(args=["backup", "rotate", "--dry-run"]).output == "0 backups, 0 files of the log\n"
    assert run(args=["backup", "logs"]).exit_code == 2
    assert len(run(args=["backup", "new-key"]).output.strip()) > 40
    damage(folder(kept).content(one["name"]))
    answer = run(args=["backup", "verify", "--all"])
    assert (answer.exit_code, "changed or damaged" in answer.output) == (1, True)
    assert run(args=["backup", "verify", "another"]).exit_code == 1


def migrated(kept, revision="0008_upkeep"):
    """As a real one: its tables are at a revision."""
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": revision})


@pytest.fixture
def at_head(app, kept):
    head = ScriptDirectory(str(kept.migrations)).get_current_head()
    migrated(kept, head)
    yield head
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))


@pytest.mark.sqlite_only
def test_a_restore_is_tried_and_its_time_is_the_recovery_time(app, kept, at_head):
    running.back_up(kept, nobody)

    answer = app.test_cli_runner().invoke(args=["backup", "test", "--json"])

    told = json.loads(answer.output)
    assert (answer.exit_code, told["is_good"], told["words"]) == (0, True, "")
    standing = records.standing()
    assert standing.recovery_seconds == pytest.approx(told["seconds"], abs=0.01)
    assert standing.test_failed_since is None


@pytest.mark.sqlite_only
def test_a_restore_test_finds_a_damaged_backup(app, kept, at_head):
    made = running.back_up(kept, nobody)
    damage(folder(kept).content(made.name))

    answer = app.test_cli_runner().invoke(args=["backup", "test"])

    assert answer.exit_code == 1
    assert "could NOT be restored" in answer.output
    assert records.standing().test_failed_since is not None
    assert records.standing().recovery_seconds is None


@pytest.mark.sqlite_only
def test_a_restore_test_that_breaks_off_is_a_finding_too(app, kept, at_head, monkeypatch):
    def full(*_given):
        raise OSError(28, "No space left on device", "/var/lib/secret-name")

    running.back_up(kept, nobody)
    monkeypatch.setattr(restoring, "pour", full)

    found = running.try_restore(kept, "latest", nobody)

    assert (found.is_good, found.words) == (False, "It failed: OSError; the log has more.")
    assert records.standing().test_failed_since == found.started_at


@pytest.mark.sqlite_only
def test_a_restore_test_says_when_the_code_does_not_know_the_tables(app, kept, at_head):
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_of_tomorrow'"))
    running.back_up(kept, nobody)

    found = running.try_restore(kept, "latest", nobody)

    assert not found.is_good
    assert "9999_of_tomorrow, which this code does not know" in found.words


@pytest.mark.sqlite_only
def test_one_that_is_told_to_stop_leaves_nothing(kept):
    def told_to_stop(step: str) -> None:
        if step.startswith("sum"):
            raise SystemExit(143)

    with pytest.raises(SystemExit):
        running.back_up(kept, told_to_stop)

    assert [path.name for path in folder(kept).path.iterdir()] == [".lock"]
    assert (records.backups()[0].state, records.backups()[0].words) == (
        "failed",
        "It was told to stop.",
    )
    running.back_up(kept, nobody)


def test_a_restore_can_be_tried_on_a_server_that_is_lent(kept, at_head):
    """SQLite needs none."""
    lent = replace(kept, restore_test_url=kept.url)
    running.back_up(lent, nobody)

    found = running.try_restore(lent, "latest", nobody)

    assert (found.is_good, found.words) == (True, "")
    if KIND != "sqlite":
        names = db.session.scalars(text("SHOW DATABASES LIKE 'restore_test_%'")).all()
        assert names == []
