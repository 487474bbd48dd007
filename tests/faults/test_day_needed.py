"""The steps of "The day it is needed", as they stand in operations.md, on servers that are empty."""

import json
import logging
import time
from datetime import UTC, datetime, timedelta

import pytest

from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database.audit import sealing
from tests.faults.logged import KEY, start
from tests.servers import MariaDB, MySQL
from tests.servers.programs import mysql_programs

ACCOUNTS = {"DATABASE_URL": "app", "DIRECT_URL": "migrator", "BACKUP_URL": "dump"}


@pytest.fixture(scope="module", params=["mariadb", "mysql"])
def old(request):
    with start(request.param) as server:
        yield server


@pytest.fixture(scope="module")
def new(old):
    """Of the same kind, and as its packages leave it."""
    kind = {"mariadb": MariaDB, "mysql": MySQL}[old.name]
    with kind(options=("--character-set-server=latin1",)) as server:
        yield server


@pytest.fixture(scope="module")
def command(old, tmp_path_factory):
    """command(server, "restore", ...): with the settings on that server."""
    folder = tmp_path_factory.mktemp("instance")
    given = {
        "APP_ENV": "testing",
        "INSTANCE_PATH": str(folder),
        "BACKUP_PATH": str(folder / "backups"),
        "BACKUP_KEY": KEY,
        "DB_PROGRAMS": str(mysql_programs() or "") if old.name == "mysql" else "",
    }

    def run(server, *words, is_admin=False, log_of=None, **more):
        urls = {name: address(server, user) for name, user in ACCOUNTS.items()}
        if log_of:
            urls["BACKUP_URL"] = address(log_of, "dump")
        if is_admin:
            urls["DATABASE_ADMIN_URL"] = f"mysql://root@127.0.0.1:{server.port}/"
        app = create_app(load(given | urls))
        return app.test_cli_runner().invoke(args=list(words), **more)

    return run


def address(server, user):
    return f"mysql://{user}:of-{user}@127.0.0.1:{server.port}/books"


def done(result):
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def lost(old, command):
    """The moment to go back to: ann and bob are there, and cyn is not yet."""
    keep = sealing.SETTLED
    sealing.SETTLED = timedelta(0)
    done(command(old, "setup", is_admin=True))
    add(command, old, "ann")
    done(command(old, "backup"))
    add(command, old, "bob")
    time.sleep(1.2 - time.time() % 1)  # MariaDB's log tells whole seconds
    moment = datetime.now(UTC).replace(microsecond=0)
    time.sleep(0.2)
    add(command, old, "cyn")
    time.sleep(1.1)
    yield f"{moment:%Y-%m-%d %H:%M:%S}"
    sealing.SETTLED = keep


def add(command, server, name):
    words = ("accounts", "create-user", f"{name}@example.org", "--password-stdin")
    done(command(server, *words, input="a-long-pass-word-of-hers\n"))
    done(command(server, "audit", "seal"))


def users(server):
    return [row[0] for row in server.execute("SELECT email FROM books.users ORDER BY email")]


def test_without_the_accounts_it_says_which_setting_makes_them(old, new, command, lost):
    refused = command(new, "restore", "--to", lost, log_of=old)

    assert refused.exit_code == 1
    assert "accounts of the settings are not there yet" in refused.output
    assert "DATABASE_ADMIN_URL" in refused.output
    refused = command(new, "setup")
    assert (refused.exit_code, "DATABASE_ADMIN_URL" in refused.output) == (1, True)
    refused = command(new, "db-health")
    assert (refused.exit_code, "flask setup" in refused.output) == (2, True)


def test_each_step_can_be_typed_and_the_end_of_it_is_well(old, new, command, lost, caplog):
    with caplog.at_level(logging.WARNING):
        told = done(command(new, "restore", "--to", lost, is_admin=True, log_of=old))

    assert f"is as it stood at {lost} UTC" in told
    assert "could not be" not in told
    assert "Brought back to seal 2" in told
    assert [one for one in caplog.messages if "not written down" in one] == []
    assert users(new) == ["ann@example.org", "bob@example.org"]

    told = done(command(new, "setup", is_admin=True))
    assert "at the head already" in told
    found = json.loads(command(new, "db-health", "--json").stdout)
    levels = {one["name"]: one["level"] for one in found["checks"]}
    assert (levels["collation"], levels["audit"], levels["migrations"]) == ("good",) * 3
    assert "Brought back to seal 2" in done(command(new, "audit", "verify"))
    add(command, new, "dan")
    assert "Intact." in done(command(new, "audit", "verify"))
    assert users(new) == ["ann@example.org", "bob@example.org", "dan@example.org"]
    done(command(new, "backup"))
