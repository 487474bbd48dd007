import pymysql
import pytest

from tests.servers.replicated import Replicated

KINDS = ["mariadb", "mysql"]


@pytest.fixture(params=KINDS)
def servers(request):
    with Replicated(request.param, replicas=2) as servers:
        servers.primary.execute("CREATE TABLE app.kept (n INT PRIMARY KEY)")
        yield servers


def rows(node):
    return node.execute("SELECT COUNT(*) FROM app.kept")[0][0]


def test_replicas_have_what_the_primary_has_and_refuse_writes(servers):
    servers.primary.execute("INSERT INTO app.kept VALUES (1)")

    servers.catch_up()

    assert [rows(node) for node in servers.nodes] == [1, 1, 1]
    with (
        pymysql.connect(
            host="127.0.0.1",
            port=servers.replica.port,
            user="app",
            ssl_disabled=True,
            read_timeout=5,
        ) as connection,
        pytest.raises(pymysql.err.OperationalError, match="read-only"),
    ):
        connection.cursor().execute("INSERT INTO app.kept VALUES (2)")


def test_what_was_answered_is_on_the_promoted_replica_after_a_kill(servers):
    with servers.primary.connect() as connection:
        for number in range(50):
            connection.cursor().execute("INSERT INTO app.kept VALUES (%s)", [number])

    servers.primary.kill()
    servers.fail_over()

    assert rows(servers.primary) == 50
    servers.primary.execute("INSERT INTO app.kept VALUES (50)")
    other = next(one for one in servers.replicas if one.is_running)
    assert other.is_applied(servers.primary.position())
    assert rows(other) == 51
