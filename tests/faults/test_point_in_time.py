"""A real server's log brings its database back to a second; and what a backup holds is of one moment,
whoever writes meanwhile."""

import hashlib
import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from pymysql.converters import escape_string

from reminder_app.database import db, now
from reminder_app.database.backup import (
    bringing,
    dump,
    logs,
    making,
    moment,
    restoring,
    running,
    source,
    throwaway,
    verifying,
)
from reminder_app.database.backup.errors import BackupError, Mismatch
from reminder_app.database.backup.folder import NEWEST
from reminder_app.database.backup.restoring import Steps as Told
from reminder_app.database.engine import EXTENSION
from reminder_app.database.setup import accounts
from tests.faults.logged import Movers, Steps, make_tables, nobody, settings_for, start

TOLD = Told(nobody)
log = logging.getLogger(__name__)


@pytest.fixture(scope="module", params=["mariadb", "mysql"])
def server(request):
    with start(request.param) as started:
        yield started


@pytest.fixture
def kept(app, server, tmp_path):
    make_tables(server)
    return settings_for(app, server, tmp_path / "backups")


@pytest.fixture(scope="module")
def socket(app, server, tmp_path_factory):
    """Of another server, one for all tests of this file."""
    folder = tmp_path_factory.mktemp("s")
    (folder / "scratch").mkdir()
    kind = throwaway.KINDS[server.name]
    with throwaway.server(kind, folder, settings_for(app, server, folder)) as path:
        yield path


@pytest.fixture
def elsewhere(socket, kept):
    """An empty database of the same name, on the other server."""
    with throwaway.connect(socket) as connection, connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS app")
    throwaway.create(socket, "app")
    url = f"mysql+pymysql://root@localhost/app?unix_socket={socket}"
    with source.at(url, kept, "test") as place:
        yield place


def parts(settings):
    return running.folder_of(settings), running.keys_of(settings)


def next_second() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)


def steps_in(place) -> list[datetime]:
    with place.connected() as connection:
        rows = connection.exec_driver_sql("SELECT at FROM steps ORDER BY id").all()
    return [row[0].replace(tzinfo=UTC) for row in rows]


def steps_of(server) -> list[datetime]:
    return [
        row[0].replace(tzinfo=UTC) for row in server.execute("SELECT at FROM app.steps ORDER BY id")
    ]


def test_the_database_comes_back_as_it_stood_at_that_second(server, kept, elsewhere):
    with Steps(server):
        time.sleep(0.5)
        made = running.back_up(kept, nobody)
        wanted = next_second() + timedelta(seconds=1)
        time.sleep((wanted - datetime.now(UTC)).total_seconds() + 0.7)
    server.execute("DELETE FROM app.steps WHERE id % 2 = 0")  # the mistake that it is all about
    running.keep_logs(kept, nobody)

    folder, keys = parts(kept)
    reached = moment.restore(elsewhere, folder, wanted, keys, TOLD)
    found = steps_in(elsewhere)

    there = steps_of(server)
    assert max(found) < wanted
    assert wanted - max(found) < timedelta(seconds=0.3)
    gaps = [later - earlier for earlier, later in zip(found, found[1:], strict=False)]
    assert max(gaps) < timedelta(seconds=1)  # none is missing between
    assert [at for at in there if at < wanted and at not in found] == []
    assert reached.left_out >= 5
    assert reached.backup.name == made.name


def test_a_moment_beyond_the_kept_log_is_refused(server, kept):
    running.back_up(kept, nobody)

    with pytest.raises(BackupError, match="is here up to"):
        moment.way_to(running.folder_of(kept), datetime.now(UTC) + timedelta(seconds=5))


def test_a_missing_file_of_the_log_is_named(server, kept):
    made = running.back_up(kept, nobody)
    for _ in range(3):
        server.execute("INSERT INTO app.steps (word) VALUES ('one')", "FLUSH BINARY LOGS")
    until = running.keep_logs(kept, nobody).until
    folder, keys = parts(kept)
    path = folder.logs / made.log.origin
    second = sorted(logs.state(path).sizes, key=logs.number)[1]
    logs.forget(path, second)

    with pytest.raises(BackupError, match=f"File {logs.number(second)} of the log is missing"):
        moment.way_to(folder, until)


def test_a_log_that_began_anew_is_not_taken_for_the_old_one(server, kept):
    running.back_up(kept, nobody)
    server.execute("INSERT INTO app.steps (at, word) VALUES (NOW(6), 'before')")
    before = running.keep_logs(kept, nobody).until
    server.execute(
        "RESET MASTER" if server.name == "mariadb" else "RESET BINARY LOGS AND GTIDS",
        *["INSERT INTO app.steps (word) VALUES ('after')"] * 3,
    )
    with pytest.raises(BackupError, match="make a new backup|Make a new backup"):
        running.keep_logs(kept, nobody)

    again = running.back_up(kept, nobody)
    server.execute("INSERT INTO app.steps (word) VALUES ('last')")
    after = running.keep_logs(kept, nobody).until

    folder = running.folder_of(kept)
    assert moment.way_to(folder, before).backup.log.origin != again.log.origin
    assert moment.way_to(folder, after).backup.name == again.name


def test_it_is_not_replayed_on_the_server_that_wrote_it(server, kept):
    running.back_up(kept, nobody)
    server.execute("INSERT INTO app.steps (word) VALUES ('one')")
    until = running.keep_logs(kept, nobody).until
    server.fresh_database("other")
    folder, keys = parts(kept)
    there = kept.url.replace("/app?", "/other?")
    with source.at(there, kept, "test") as place:
        with pytest.raises(BackupError, match="wrote the log"):
            moment.restore(place, folder, until, keys, TOLD)
        restoring.is_empty(place)


def test_a_restore_test_goes_up_to_the_last_moment_and_says_how_long_it_took(server, kept):
    with source.at(kept.url, kept, "test") as place:
        db.metadata.create_all(place.engine)  # what the application looks for
    made = running.back_up(kept, nobody)
    server.execute(*["INSERT INTO app.steps (at, word) VALUES (NOW(6), 'after')"] * 20)
    until = running.keep_logs(kept, nobody).until

    found = running.try_restore(kept, NEWEST, nobody)

    assert (found.is_good, found.words) == (True, "")
    assert (found.backup, found.restored_to) == (made.name, until)
    assert list(found.steps) == ["server", "restore", "files", "log", "look"]
    assert found.seconds > 0
    log.info("%s: restored in %.1f s: %s", server.name, found.seconds, found.steps)


def test_files_put_since_the_backup_are_kept_with_the_log(server, kept, tmp_path):
    kept = replace(kept, backup_files=tmp_path / "shelf")
    made = running.back_up(kept, nobody)
    path = kept.backup_files / "2d" / hashlib.sha256(b"x").hexdigest()
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    server.execute("INSERT INTO app.steps (at, word) VALUES (NOW(6), 'after')")
    running.keep_logs(kept, nobody)
    into, at = tmp_path / "new", now()

    told, is_whole = bringing.bring_files(kept, NEWEST, at, into, nobody)
    of_backup, _ = bringing.bring_files(kept, made.name, None, into, nobody)

    assert (is_whole, told) == (True, f"Files: 1 restored into {into}; 0 were there.")
    assert (into / "2d" / path.name).read_bytes() == b"x"
    assert of_backup == ""


def test_what_is_in_it_is_of_one_moment_whoever_writes(server, kept, elsewhere):
    with Movers(server) as movers:
        time.sleep(0.3)
        made = running.back_up(kept, nobody)
    folder, keys = parts(kept)

    restoring.restore(elsewhere, folder, made.name, keys, TOLD)
    with elsewhere.connected() as connection:
        total = connection.exec_driver_sql(
            "SELECT (SELECT SUM(amount) FROM left_side) + (SELECT SUM(amount) FROM right_side)"
        ).scalar()

    assert total == 4000
    assert made.tables["steps"].rows > 0
    log.info(
        "%s: %d moves, the longest waited %.0f ms; writers were kept out for %.0f ms of %.0f",
        server.name,
        movers.moves,
        movers.longest * 1000,
        made.writers_waited * 1000,
        made.seconds * 1000,
    )


def test_if_writers_were_let_in_the_sums_would_not_fit(server, kept, elsewhere, monkeypatch):
    """So that the one before shows something."""

    @contextmanager
    def open_door(_place, _tables):
        yield

    monkeypatch.setattr(dump, "writers_waiting", open_door)
    folder, keys = parts(kept)
    with Movers(server):
        time.sleep(0.3)
        made = running.back_up(kept, nobody)

    with pytest.raises(Mismatch):
        restoring.restore(elsewhere, folder, made.name, keys, TOLD)


def test_without_whole_rows_in_the_log_it_says_what_to_set(server, kept):
    server.execute("SET GLOBAL binlog_format = 'MIXED'")
    try:
        made = running.back_up(kept, nobody)
    finally:
        server.execute("SET GLOBAL binlog_format = 'ROW'")

    assert made.log is None
    assert "binlog_format=ROW" in made.no_log


def test_the_account_that_setup_makes_for_it_may_do_all_of_it(server, kept):
    """Its password has all that an option file could trip over."""
    password = 'a "q\\uoted# pass'
    who = "keeper@'127.0.0.1'"
    server.execute(
        f"DROP USER IF EXISTS {who}",
        f"CREATE USER {who} IDENTIFIED BY '{escape_string(password)}'",
        f"GRANT {accounts.TABLES[accounts.BACKUP]} ON app.* TO {who}",
        f"GRANT {accounts.SERVER[server.name][accounts.BACKUP]} ON *.* TO {who}",
    )
    url = server.url.replace("root@", f"keeper:{quote(password, safe='')}@")

    made = running.back_up(replace(kept, backup_url=url), nobody)

    assert made.log is not None
    assert running.keep_logs(replace(kept, backup_url=url), nobody).sizes


SLOWLY = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from reminder_app.database.backup import making, running, sealed, source
from reminder_app.database.settings import DatabaseSettings

programs = Path(sys.argv[3]) if sys.argv[3] else None
settings = DatabaseSettings(url=sys.argv[1], backup_path=Path(sys.argv[2]), backup_key="k" * 40, programs=programs)
write = sealed.SealedWriter.write
def slowly(self, data):
    write(self, data)
    time.sleep(0.5)
sealed.SealedWriter.write = slowly
with source.at(settings.url, settings, "backup") as place:
    folder = running.folder_of(settings)
    folder.make()
    making.make(place, folder, running.keys_of(settings), print, datetime.now(UTC))
"""


def test_one_killed_in_the_middle_leaves_no_lock_and_no_program(server, kept):
    server.execute("USE app", *["INSERT INTO steps (word) VALUES (REPEAT('x', 40))"], *DOUBLED)
    child = subprocess.Popen(
        [sys.executable, "-c", SLOWLY, server.url, str(kept.backup_path), str(kept.programs or "")],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: any(kept.backup_path.glob("*.part")) and at_work(server))
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()

    wait_until(lambda: not at_work(server))
    server.execute("INSERT INTO app.steps (word) VALUES ('goes on')")
    made = running.back_up(kept, nobody)
    folder = running.folder_of(kept)
    assert folder.names() == [made.name]
    assert list(folder.path.glob("*.part")) == []


DOUBLED = ["INSERT INTO steps (at, word) SELECT at, word FROM steps"] * 16


def at_work(server) -> bool:
    """Somebody is in the database, beside whoever asks."""
    return any(row[3] == "app" for row in server.execute("SHOW FULL PROCESSLIST"))


def wait_until(is_so) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_table_altered_in_the_middle_is_backed_up_as_it_is_now(server, kept, monkeypatch):
    server.execute("USE app", "INSERT INTO steps (word) VALUES ('one')", *DOUBLED)
    server.execute("USE app", "ALTER TABLE left_side RENAME TO z", "ALTER TABLE steps RENAME TO a")
    real, poured = making.poured, []

    def alter(source, writer):
        if not poured:  # the dump waits for us with the rows of the first table
            server.execute("ALTER TABLE app.z ADD COLUMN more INT")
        poured.append(1)
        return real(source, writer)

    monkeypatch.setattr(making, "poured", alter)

    made = running.back_up(kept, nobody)

    assert len(poured) == 2
    assert made.tables["z"].rows == 4
    assert (
        verifying.verify(running.folder_of(kept), made.name, running.keys_of(kept)).name
        == made.name
    )


def test_a_transaction_that_stays_open_does_not_keep_others_waiting_for_long(
    server, kept, monkeypatch
):
    """A writer behind us waits at most as long as we do; then we say who to look for."""
    monkeypatch.setattr(dump, "LOCK_SECONDS", 1)
    monkeypatch.setattr(dump, "TRIES", 1)
    with server.connect("app") as open_one, open_one.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE left_side SET amount = 7")
        with pytest.raises(BackupError, match="flask maintenance transactions"):
            running.back_up(kept, nobody)

    assert running.folder_of(kept).names() == []
    server.execute("UPDATE app.left_side SET amount = 8")


def test_without_the_right_to_lock_it_says_which_account_has_it(server, kept):
    server.execute("DROP USER IF EXISTS reader@'127.0.0.1'", "CREATE USER reader@'127.0.0.1'")
    server.execute("GRANT SELECT ON app.* TO reader@'127.0.0.1'")
    url = server.url.replace("root@", "reader@")

    with pytest.raises(BackupError, match="BACKUP_URL"):
        running.back_up(replace(kept, backup_url=url), nobody)


def test_the_command_brings_it_back_into_another_server(app, server, kept, elsewhere):
    before = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = kept
    try:
        run = app.test_cli_runner().invoke
        made = run(args=["backup"])
        assert "Any later moment can be had" in made.output, made.output
        server.execute("INSERT INTO app.steps (word) VALUES ('kept')")
        time.sleep(1.2 - time.time() % 1)  # MariaDB's log tells whole seconds
        wanted = datetime.now(UTC).replace(microsecond=0)
        server.execute("INSERT INTO app.steps (word) VALUES ('too late')")
        time.sleep(1.1)
        into = elsewhere.url.render_as_string(hide_password=False).replace("mysql+pymysql", "mysql")

        answer = run(args=["restore", "--to", wanted.strftime("%Y-%m-%d %H:%M:%S"), "--into", into])
    finally:
        app.extensions[EXTENSION] = before

    assert answer.exit_code == 0, answer.output
    assert "1 later transactions are left out" in answer.output
    with elsewhere.connected() as connection:
        words = connection.exec_driver_sql("SELECT word FROM steps").scalars().all()
    assert words == ["kept"]
