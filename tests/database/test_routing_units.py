"""Units that read go to a reader, units that write to the writer: on every database, the reader being
the same server once more, in sessions that may only read."""

import os

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from reminder_app.database import db, routing, session_scope, transaction
from reminder_app.database.engine import ENGINE
from reminder_app.database.routing import units
from tests.database.routed import make_table, read, routed, write
from tests.servers import Redis, database_url

KIND = os.environ.get("TEST_DATABASE", "sqlite")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="module")
def redis():
    with Redis() as server:
        yield server


@pytest.fixture(scope="module")
def url():
    return database_url(KIND, f"{WORKER}_routing")


@pytest.fixture(scope="module")
def filled(url):
    with routed(url, []):
        make_table()


@pytest.fixture
def application(url, redis, filled):
    settings = {"redis_url": redis.patient_url, "pool_size": 2, "pool_timeout": 0.2}
    with routed(url, [url], shared_tables=("rights",), **settings) as app:
        with redis.client() as client:
            client.flushall()
        yield app


@pytest.fixture
def reader(application):
    return routing.current().readers[0]


def engine_in_use():
    return db.session().get_bind()


def test_without_replicas_there_is_nothing_to_choose(url, filled):
    with routed(url, []):
        assert routing.current() is None
        assert not routing.is_read_only()
        with routing.reading("alice"):
            assert engine_in_use() is db.engine
            assert read() is not None


def test_reading_goes_to_a_reader_and_back(reader):
    with routing.reading("alice"):
        assert engine_in_use() is reader.engine
        assert routing.reader_at_work() is reader
        assert read() is not None
    assert engine_in_use() is db.engine


def test_reading_can_be_written_above_a_function(reader):
    @routing.reading("alice")
    def look():
        return engine_in_use()

    assert look() is reader.engine


def test_a_write_in_a_unit_that_reads_is_refused_before_it_is_sent(reader):
    with routing.reading("alice"), pytest.raises(routing.WriteOnReader, match="@transaction"):
        db.session.execute(text("UPDATE notes SET n = 9"))


def test_the_server_refuses_it_as_well(reader):
    """Whatever an account may do, and whatever was not seen to be a write."""
    with reader.engine.connect() as connection:
        cursor = connection.connection.cursor()
        with pytest.raises(Exception, match=r"(?i)read.?only"):
            cursor.execute("UPDATE notes SET n = 9")


def test_a_reader_holds_no_transaction_open(reader):
    """One that did would keep a table from being changed on its replica."""
    if reader.is_server:
        with reader.engine.connect() as connection:
            assert connection.scalar(text("SELECT @@autocommit")) == 1


def test_a_unit_that_writes_goes_to_the_writer_from_wherever_it_is_called(reader):
    with routing.reading("alice"):
        before = read()
        write(before + 1)
        # What follows in this context sees it: it stays on the writer.
        assert engine_in_use() is db.engine
        assert read() == before + 1


def test_reading_inside_a_unit_that_writes_joins_it(reader):
    @transaction
    def write_and_look():
        db.session.execute(text("UPDATE notes SET n = 77"))
        with routing.reading("alice"):
            return engine_in_use(), read()

    assert write_and_look() == (db.engine, 77)

    with session_scope("look") as session, routing.reading("alice"):
        assert session().get_bind() is db.engine


def test_a_write_leaves_a_token_for_who_acts(application):
    routing.acting_for("alice")

    write(1)

    store = routing.current().store
    assert list(store.tokens_of(["alice", "bob", units.EVERYBODY])) == ["alice"]
    assert routing.last_token() == store.tokens_of(["alice"])["alice"] or (
        routing.last_token().position == store.tokens_of(["alice"])["alice"].position
    )


def test_a_write_to_rights_is_everybodys_business(application):
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS rights (n INTEGER)"))

    @transaction
    def grant():
        db.session.execute(text("INSERT INTO rights VALUES (1)"))

    grant()

    assert list(routing.current().store.tokens_of([units.EVERYBODY])) == [units.EVERYBODY]


@pytest.mark.parametrize("why", ["only read", "rolled back", "in passing", "nobody acts"])
def test_no_token_is_left_by_a_unit_that(application, why):
    @transaction
    def work():
        if why == "only read":
            read()
        else:
            db.session.execute(text("UPDATE notes SET n = n + 1"))
        if why == "rolled back":
            raise LookupError

    if why != "nobody acts":
        routing.acting_for("alice")
    if why == "in passing":
        routing.in_passing(work)
    elif why == "rolled back":
        with pytest.raises(LookupError):
            work()
    else:
        work()

    assert routing.last_token() is None
    assert routing.current().store.tokens_of(["alice", units.EVERYBODY]) == {}


def test_when_nobody_knows_the_last_write_the_writer_is_read(url, filled):
    with routed(url, [url]), routing.reading("alice"):
        assert engine_in_use() is db.engine


def test_a_reader_that_is_behind_is_not_read(reader):
    routing.current().watch.start()
    for _ in range(2):
        reader.standing.saw(60)

    with routing.reading("alice"):
        assert engine_in_use() is db.engine


def test_without_any_reader_only_so_many_read_on_the_writer(application, reader):
    """So that writes find a connection."""
    router = routing.current()
    router.watch.start()
    reader.failed("gone")
    look = routing.reading("alice")(read)
    with routing.reading("alice"), application.app_context(), pytest.raises(PoolExhausted):
        look()
    assert look() is not None


def test_while_no_writer_is_there_readers_go_on_and_what_is_in_passing_is_left_out(reader):
    router = routing.current()
    assert not routing.is_read_only()

    router.writer.lost("killed")

    assert routing.is_read_only()
    seen = []
    routing.in_passing(seen.append, 1)
    assert seen == []
    with routing.reading("alice"):
        assert engine_in_use() is reader.engine
    router.writer.is_here()
    assert not routing.is_read_only()


def test_the_figures_say_who_is_read_and_why_the_writer_was(reader):
    with routing.reading("alice"):
        read()
    reader.failed("gone")
    with routing.reading("alice"):
        read()

    figures = routing.current().figures()

    assert figures["readers"][0]["reads"] == 1
    assert figures["readers"][0]["reason"] == "gone"
    assert figures["counts"]["writer: no replica is fit"] == 1


def test_the_session_keeps_nothing_of_a_reader_afterwards(reader):
    with pytest.raises(DBAPIError), routing.reading("alice"):
        db.session.execute(text("SELECT nonsense FROM notes"))

    assert ENGINE not in db.session().info
