"""A real primary and its replicas: who wrote sees it, and a replica that is behind or gone is left out."""

import sys
import threading
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from reminder_app.database import db, routing, transaction
from reminder_app.database.migrations import copies
from reminder_app.database.routing import units
from reminder_app.database.routing.models import DatabaseHeartbeat
from tests.database.routed import make_table, read, routed, write
from tests.servers import Redis
from tests.servers.replicated import Replicated

KINDS = ["mariadb", "mysql"]
TIMES = 300


@pytest.fixture(scope="module", params=KINDS)
def servers(request):
    with Replicated(request.param, replicas=2) as servers:
        with routed(servers.url, []):
            make_table()
            DatabaseHeartbeat.__table__.create(db.engine)
            with db.engine.begin() as connection:
                connection.execute(
                    text("CREATE TABLE ballast (id INT AUTO_INCREMENT PRIMARY KEY, t TEXT)")
                )
                connection.execute(text("CREATE TABLE rights (n INT)"))
        servers.catch_up()
        yield servers


@pytest.fixture(scope="module")
def redis():
    with Redis() as server:
        yield server


@pytest.fixture
def application(servers, redis):
    with redis.client() as client:
        client.flushall()
    settings = {"redis_url": redis.url, "max_lag": 1, "shared_tables": ("rights",)}
    with routed(servers.url, servers.read_urls, **settings) as app:
        yield app
    for replica in servers.replicas:
        replica.start()
        replica.go_on_applying()
    servers.catch_up()


@pytest.fixture
def router(application):
    return routing.current()


@contextmanager
def busy(servers):
    """Somebody writes so much that replicas have something to catch up with."""
    ended = threading.Event()

    def go_on():
        with servers.primary.connect("app") as connection, connection.cursor() as cursor:
            while not ended.wait(0.005):
                cursor.executemany("INSERT INTO ballast (t) VALUES (%s)", [("x" * 500,)] * 500)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def look(router, times=1):
    for _ in range(times):
        router.watch.look()


def test_who_wrote_sees_it_every_time_and_would_not_without_the_token(
    application, router, servers, capsys
):
    stale = naive = on_replicas = 0
    with busy(servers), router.readers[0].engine.connect() as replica:
        for n in range(1, TIMES + 1):
            with application.app_context():
                routing.acting_for("alice")
                write(n)
            naive += replica.scalar(text("SELECT n FROM notes")) != n
            with application.app_context(), routing.reading("alice"):
                on_replicas += routing.reader_at_work() is not None
                stale += read() != n
    waits, waited = router.counts["waits"], router.counts["waited microseconds"]
    with capsys.disabled():
        sys.stdout.write(
            f"\n{stale} of {TIMES} reads after an own write were stale, {on_replicas} of them on a "
            f"replica; without the token {naive}. {waits} waits of {waited / max(1, waits):.0f} us\n"
        )

    assert stale == 0
    assert naive > 0
    assert on_replicas > TIMES / 2


def test_another_process_knows_of_the_write(application, servers, redis):
    with routed(servers.url, servers.read_urls, redis_url=redis.url) as other:
        for n in range(30):
            with application.app_context():
                routing.acting_for("alice")
                write(1000 + n)
            with other.app_context(), routing.reading("alice"):
                assert read() == 1000 + n


def test_a_job_sees_the_write_that_it_was_started_for(application, router):
    for n in range(30):
        with application.app_context():
            routing.acting_for()
            write(2000 + n)
            token = routing.last_token()
        with application.app_context(), routing.reading(after=token):
            assert read() == 2000 + n


def test_while_replicas_stand_still_who_wrote_is_answered_by_the_writer(
    application, router, servers
):
    router.watch.start()
    write(3000)
    servers.catch_up()
    for replica in servers.replicas:
        replica.stop_applying()

    with application.app_context():
        routing.acting_for("alice")
        write(3001)
    with application.app_context(), routing.reading("alice"):
        assert routing.reader_at_work() is None
        assert read() == 3001
    with application.app_context(), routing.reading("bob"):
        assert routing.reader_at_work() is not None
        assert read() == 3000


def test_what_somebody_may_do_holds_for_everybody_at_once(application, servers):
    for replica in servers.replicas:
        replica.stop_applying()

    @transaction
    def revoke():
        db.session.execute(text("INSERT INTO rights VALUES (1)"))

    with application.app_context():
        revoke()

    with application.app_context(), routing.reading("bob"):
        assert routing.reader_at_work() is None


def test_a_replica_that_is_behind_is_left_out_and_comes_back(application, router, servers):
    late, other = servers.replicas
    router.watch.start()
    late.stop_applying()
    for _ in range(5):
        time.sleep(0.6)
        look(router)
    standing = {reader.name: reader.standing for reader in router.readers}

    assert not standing[late.address].is_fit
    assert standing[late.address].lag > 1
    assert standing[other.address].is_fit
    for _ in range(10):
        with application.app_context(), routing.reading("bob"):
            assert routing.reader_at_work().name == other.address

    late.go_on_applying()
    assert late.is_applied(servers.primary.position())
    look(router, 1)
    assert not standing[late.address].is_fit  # once is not enough
    look(router, 2)
    assert standing[late.address].is_fit


def test_a_replica_that_is_killed_is_left_out_and_reads_go_on(application, router, servers):
    gone, other = servers.replicas
    router.watch.start()

    def read_elsewhere():
        with application.app_context(), routing.reading("bob"):
            read()
            return routing.reader_at_work().name

    for _ in range(20):
        read_elsewhere()
    gone.kill()
    failed = sum(fails(read_elsewhere) for _ in range(20))

    assert failed <= 1  # the one that found out; a page is then asked elsewhere
    assert {read_elsewhere() for _ in range(10)} == {other.address}
    gone.start()
    servers.catch_up()
    look(router, 3)
    assert {read_elsewhere() for _ in range(30)} == {gone.address, other.address}


def fails(action):
    try:
        action()
    except Exception:
        return True
    return False


def test_with_all_replicas_gone_the_writer_is_read(application, router, servers):
    router.watch.start()
    for replica in servers.replicas:
        replica.kill()
    look(router)

    with application.app_context(), routing.reading("bob"):
        assert routing.reader_at_work() is None
        assert read() is not None
    assert not routing.is_read_only()


def test_a_privileged_account_cannot_write_on_a_replica(servers, redis):
    """`read_only` alone lets it: here it is the session that may only read."""
    urls = [node.url_for("root") for node in servers.replicas]
    with routed(servers.url, urls, redis_url=redis.url):
        reader = routing.current().readers[0]
        with reader.engine.connect() as connection, connection.connection.cursor() as cursor:
            refused = pytest.raises(Exception, match=r"1792|READ ONLY")
            with refused:
                cursor.execute("UPDATE notes SET n = 9")


def test_a_token_is_forgotten_when_all_replicas_have_it_and_not_before(
    application, router, servers
):
    late = servers.replicas[0]
    router.watch.start()
    late.stop_applying()
    with application.app_context():
        routing.acting_for("alice")
        write(4000)
    assert servers.replicas[1].is_applied(servers.primary.position())
    look(router)
    with application.app_context(), routing.reading("alice"):
        assert read() == 4000
    assert "alice" in router.store.tokens_of(["alice"])

    late.go_on_applying()
    servers.catch_up()
    look(router)
    with application.app_context(), routing.reading("alice"):
        assert read() == 4000
    assert units.EVERYBODY not in router.store.tokens_of(["alice", units.EVERYBODY])
    assert "alice" not in router.store.tokens_of(["alice"])


def test_a_migration_waits_for_a_replica_that_is_behind_or_away(application, servers, router):
    """As each replica does the change of a table once more, and all that comes after it waits."""
    router.watch.look()
    assert list(copies.replicas()) == []

    servers.replicas[1].kill()
    look(router)
    (away,) = copies.replicas()
    assert away.is_reason_to_wait
    assert f"{servers.replicas[1].address} cannot be reached" in away.words

    servers.replicas[0].stop_applying()
    until_behind(router, servers.replicas[0])
    behind, _ = copies.replicas()
    assert behind.is_reason_to_wait
    assert "s behind, and a change of a table would set it further back" in behind.words


def until_behind(router, replica, seconds: float = 60) -> None:
    """The writer's clock goes on; what it writes does not arrive."""
    end = time.monotonic() + seconds
    while any(one.standing.is_fit for one in router.readers if one.name == replica.address):
        assert time.monotonic() < end
        time.sleep(0.1)
        look(router)
