import pytest

from tests.servers import MariaDB, MySQL


@pytest.fixture(params=[MariaDB, MySQL])
def server(request):
    with request.param() as server:
        yield server


def test_what_was_committed_is_there_after_a_kill(server):
    server.execute("CREATE TABLE app.kept (n INT PRIMARY KEY)", "INSERT INTO app.kept VALUES (7)")
    port = server.port

    server.restart()

    assert server.port == port
    assert server.execute("SELECT n FROM app.kept") == [(7,)]


def test_a_fresh_database_is_empty_and_has_our_collation(server):
    server.fresh_database("mine")
    server.execute("CREATE TABLE mine.old (n INT)")

    url = server.fresh_database("mine")

    assert url.endswith("/mine?charset=utf8mb4")
    assert not server.execute("SHOW TABLES IN mine")
    where = "WHERE schema_name = 'mine'"
    query = f"SELECT default_collation_name FROM information_schema.schemata {where}"  # noqa: S608
    assert server.execute(query) == [("utf8mb4_unicode_520_ci",)]


def test_a_stopped_server_starts_again_with_its_data(server):
    server.execute("CREATE TABLE app.kept (n INT)")

    server.stop()
    assert not server.is_running
    server.start()

    assert server.execute("SHOW TABLES IN app") == [("kept",)]
