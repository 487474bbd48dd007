"""`flask setup` on servers that are empty: what it makes, who may do what afterwards, and a second time."""

import threading
from collections.abc import Iterator

import pymysql
import pytest

from reminder_app.app import create_app
from reminder_app.config import load
from tests.servers import MariaDB, MySQL
from tests.servers.process import free_port

HOST = "127.0.0.1"
DENIED = (1142, 1044, 1227, 1370)
SECRETS = {name: f"{name}-O'Neil\\%x9" for name in ("app", "migrator", "reader", "monitor", "dump")}
NAMES = {
    "app": "DATABASE_URL",
    "migrator": "DIRECT_URL",
    "reader": "DATABASE_READ_URLS",
    "monitor": "MONITOR_URL",
    "dump": "BACKUP_URL",
}


@pytest.fixture(scope="module", params=[MariaDB, MySQL], ids=["mariadb", "mysql"])
def server(request) -> Iterator[MariaDB | MySQL]:
    with request.param() as running:
        yield running


def application(folder, port, secrets=SECRETS, **settings):
    urls = {
        NAMES[user]: f"mysql+pymysql://{user}:{quoted(secret)}@{HOST}:{port}/our_books"
        for user, secret in secrets.items()
        if user != "reader"  # of a replica; here its rights alone are looked at
    }
    given = {"APP_ENV": "testing", "INSTANCE_PATH": str(folder)} | urls | settings
    return create_app(load(given))


def quoted(secret: str) -> str:
    return secret.replace("%", "%25").replace("'", "%27").replace("\\", "%5C")


def set_up(folder, port, *options, **settings):
    admin = f"mysql://root@{HOST}:{port}/"
    app = application(folder, port, DATABASE_ADMIN_URL=admin, **settings)
    return app.test_cli_runner().invoke(args=["setup", *options])


@pytest.fixture(scope="module")
def made(server, tmp_path_factory):
    return set_up(tmp_path_factory.mktemp("instance"), server.port)


def signed_in(server, user: str, password: str):
    return pymysql.connect(
        host=HOST,
        port=server.port,
        user=user,
        password=password,
        database="our_books",
        connect_timeout=5,
        read_timeout=10,
    )


def may(server, user: str, statement: str) -> bool:
    connection = signed_in(server, user, SECRETS[user])
    with connection, connection.cursor() as cursor:
        try:
            cursor.execute(statement)
        except pymysql.err.OperationalError as error:
            if error.args[0] in DENIED:
                return False
            raise
        return True


def test_an_empty_server_is_at_work_after_one_command(made, server):
    assert made.exit_code == 0, made.output
    assert "our_books: made" in made.output
    assert "revisions applied" in made.output
    (found,) = server.execute(
        "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = 'our_books'"
    )
    assert found == ("utf8mb4_unicode_520_ci",)
    assert server.execute("SELECT name FROM our_books.sending_accounts") == ([("email",)])


def test_no_password_is_told(made):
    assert [secret for secret in SECRETS.values() if secret in made.output] == []


RIGHTS = [
    ("app", "SELECT COUNT(*) FROM contacts", True),
    ("app", "DELETE FROM contacts", True),
    ("app", "DROP TABLE contacts", False),
    ("app", "CREATE TABLE more (id INT)", False),
    ("app", "INSERT INTO audit_log SELECT * FROM audit_log WHERE 0", True),
    ("app", "UPDATE audit_log SET id = id", False),
    ("app", "DELETE FROM audit_log", False),
    ("monitor", "EXPLAIN SELECT * FROM contacts", True),
    ("monitor", "SHOW FULL PROCESSLIST", True),
    ("monitor", "DELETE FROM contacts", False),
    ("dump", "SELECT COUNT(*) FROM contacts", True),
    ("dump", "DELETE FROM contacts", False),
    ("migrator", "CREATE TABLE more (id INT)", True),
    ("migrator", "DROP TABLE more", True),
]


@pytest.mark.parametrize(("user", "statement", "is_allowed"), RIGHTS)
def test_each_account_may_do_its_work_and_no_other(made, server, user, statement, is_allowed):
    assert may(server, user, statement) is is_allowed


def test_no_account_may_work_in_a_neighbour_of_a_similar_name(made, server):
    server.execute("CREATE DATABASE IF NOT EXISTS our9books")
    server.execute("CREATE TABLE IF NOT EXISTS our9books.secrets (id INT)")
    assert not may(server, "migrator", "CREATE TABLE our9books.more (id INT)")
    assert not may(server, "monitor", "SELECT * FROM our9books.secrets")
    assert not may(server, "dump", "SELECT * FROM our9books.secrets")


def test_where_a_grant_takes_names_as_they_are_the_accounts_have_their_rights(tmp_path):
    with MySQL(options=("--partial-revokes=ON",)) as server:
        done = set_up(tmp_path, server.port)
        assert done.exit_code == 0, done.output
        assert may(server, "dump", "SELECT COUNT(*) FROM contacts")
        assert may(server, "migrator", "CREATE TABLE more (id INT)")


def test_a_second_time_changes_nothing_but_a_password_that_was_changed(made, server, tmp_path):
    secrets = SECRETS | {"dump": "another"}
    admin = f"mysql://root@{HOST}:{server.port}/"
    app = application(tmp_path, server.port, secrets, DATABASE_ADMIN_URL=admin)

    again = app.test_cli_runner().invoke(args=["setup"])

    assert again.exit_code == 0, again.output
    assert "our_books: there already" in again.output
    assert "at the head already" in again.output
    signed_in(server, "dump", "another").close()
    assert server.execute("SELECT COUNT(*) FROM our_books.sending_accounts") == [(1,)]


def test_a_database_made_in_another_alphabet_gets_ours_for_new_tables(made, server, tmp_path):
    server.execute("ALTER DATABASE our_books CHARACTER SET latin1 COLLATE latin1_swedish_ci")
    app = application(tmp_path, server.port)
    told = app.test_cli_runner().invoke(args=["db-health"]).stdout
    assert "ALTER DATABASE `our_books` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci" in told

    done = set_up(tmp_path, server.port)

    assert "no longer latin1_swedish_ci" in done.output
    assert "ALTER DATABASE" not in app.test_cli_runner().invoke(args=["db-health"]).stdout


def test_what_wants_a_look_is_said_at_the_end(made, server, tmp_path):
    done = set_up(tmp_path, server.port, REDIS_URL="redis://127.0.0.1:1/0")

    assert done.exit_code == 0, done.output
    assert "Wants a look: redis: Redis cannot be used" in done.output


def test_without_an_administrator_accounts_are_taken_as_they_are(made, server, tmp_path):
    done = application(tmp_path, server.port).test_cli_runner().invoke(args=["setup"])

    assert done.exit_code == 0, done.output
    assert "as they are" in done.output


def test_a_wrong_password_is_told_at_once_and_not_waited_for(made, server, tmp_path):
    app = application(tmp_path, server.port, SECRETS | {"migrator": "wrong-word"})

    done = app.test_cli_runner().invoke(args=["setup", "--wait", "600"])

    assert done.exit_code == 1
    assert "not the one in the settings" in done.output
    assert "wrong-word" not in done.output


def test_two_passwords_for_one_account_are_refused(server, tmp_path):
    port = server.port
    done = set_up(tmp_path, port, BACKUP_URL=f"mysql+pymysql://app:other@{HOST}:{port}/our_books")

    assert done.exit_code == 1
    assert "two different passwords" in done.output


def test_a_server_that_is_still_starting_is_waited_for(tmp_path):
    late = MariaDB(free_port())
    starting = threading.Timer(1.5, late.start)
    starting.start()
    try:
        done = set_up(tmp_path, late.port, "--wait", "60")
    finally:
        starting.join()
        late.close()

    assert done.exit_code == 0, done.output
    assert "waiting for it" in done.output


def test_a_server_that_never_comes_is_given_up_with_a_word_what_to_do(tmp_path):
    done = set_up(tmp_path, free_port(), "--wait", "1")

    assert done.exit_code == 1
    assert "Is the server running" in done.output


def test_an_embedded_database_is_set_up_as_well(tmp_path):
    app = create_app(load({"APP_ENV": "testing", "INSTANCE_PATH": str(tmp_path)}))

    done = app.test_cli_runner().invoke(args=["setup"])

    assert done.exit_code == 0, done.output
    assert "a file" in done.output
