"""Every way to write makes what was read before be read anew, after its commit and not before."""

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from tests.database.cache_histories import IS_SQLITE
from tests.database.caching import (
    Account,
    Note,
    Process,
    fresh_url,
    local_stores,
    make_tables,
    shared_stores,
    time_passes,
)
from tests.servers import Redis

WAYS = {
    "a flush": lambda s: s.add(Account(id=9, amount=1)),
    "an object changed": lambda s: setattr(s.get(Account, 1), "amount", 77),
    "an object deleted": lambda s: s.delete(s.get(Account, 1)),
    "many objects at once": lambda s: s.execute(insert(Account), [{"id": 8, "amount": 8}]),
    "bulk update": lambda s: s.execute(update(Account).values(amount=5)),
    "bulk delete": lambda s: s.execute(delete(Account).where(Account.id == 1)),
    "Core": lambda s: s.connection().execute(Account.__table__.insert().values(id=7, amount=7)),
    "text": lambda s: s.execute(text("UPDATE accounts SET amount = 3 WHERE id = 1")),
    "text with a comment before it": lambda s: s.execute(text("/* why */ DELETE FROM accounts")),
    "the driver's own words": lambda s: s.connection().exec_driver_sql("DELETE FROM `accounts`"),
    "what nobody understands": lambda s: s.connection().exec_driver_sql(
        "WITH x AS (SELECT 1 AS i) UPDATE accounts SET amount = 4 WHERE id IN (SELECT i FROM x)"
        if IS_SQLITE
        else "UPDATE accounts, notes SET accounts.amount = 4 WHERE accounts.id = notes.account_id"
    ),
}


@pytest.fixture(scope="module")
def stores():
    url = fresh_url("invalidation")
    with Redis() as redis:
        yield url, {"redis": shared_stores(redis.url), "process": local_stores(url)}, redis


@pytest.fixture(params=["redis", "process"] if IS_SQLITE else ["redis"])
def both(request, stores):
    """Who writes, and who reads: two processes."""
    url, kinds, redis = stores
    make_tables(url)
    with redis.client() as client:
        client.flushall()
    make = kinds[request.param]
    writer, reader = Process(url, make()), Process(url, make())
    writer.begin()
    writer.session.add_all([Account(id=1, amount=1), Account(id=2, amount=2)])
    writer.session.flush()
    writer.session.add(Note(id=1, account_id=1))
    writer.session.commit()
    read(reader)
    time_passes(redis, writer, reader)
    read(reader)
    yield writer, reader
    for process in (writer, reader):
        process.close()


def read(process: Process, what: str = "amounts"):
    found = process.read(what)
    process.session.rollback()
    return found


@pytest.mark.parametrize("way", WAYS)
def test_it_is_read_anew_after_the_commit(both, way):
    writer, reader = both
    before = read(reader)
    assert read(reader) == before
    ran = reader.ran

    writer.begin()
    WAYS[way](writer.session)
    writer.session.flush()
    assert read(reader) == before
    assert reader.ran == ran  # nobody has committed: the value is right still

    writer.session.commit()
    assert read(reader) != before
    assert reader.ran == ran + 1


@pytest.mark.parametrize("way", WAYS)
def test_what_was_rolled_back_changes_nothing(both, way):
    writer, reader = both
    read(reader)
    ran = reader.ran

    writer.begin()
    WAYS[way](writer.session)
    writer.session.flush()
    writer.session.rollback()
    writer.begin()
    writer.session.commit()

    read(reader)
    assert reader.ran == ran


def test_a_savepoint_that_was_rolled_back_changes_nothing(both):
    writer, reader = both
    read(reader, "amounts"), read(reader, "notes")
    ran = reader.ran

    writer.begin()
    point = writer.session.begin_nested()
    writer.session.execute(update(Account).values(amount=9))
    point.rollback()
    if writer.store.name == "redis":  # SQLite's file knows of no tables
        writer.session.execute(delete(Note))
    writer.session.commit()

    read(reader, "amounts")
    assert reader.ran == (ran if writer.store.name == "redis" else ran + 1)
    assert read(reader, "notes") == (0 if writer.store.name == "redis" else 1)


def test_rows_that_went_with_their_parent_are_gone(both):
    writer, reader = both
    assert read(reader, "notes") == 1

    writer.begin()
    writer.session.connection().exec_driver_sql("DELETE FROM accounts WHERE id = 1")
    writer.session.commit()

    assert read(reader, "notes") == 0


def test_what_commits_by_itself_is_seen_at_once(both):
    writer, reader = both
    before = read(reader)

    with writer.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("UPDATE accounts SET amount = 50"))
        if IS_SQLITE:  # it is given a BEGIN by us all the same
            connection.commit()
        assert read(reader) != before


def test_who_has_written_reads_its_own_rows_and_leaves_the_cache_alone(both):
    writer, reader = both
    before = read(reader)

    writer.begin()
    writer.session.add(Account(id=5, amount=100))  # not even flushed yet
    assert writer.read("amounts") == (3, 103)
    assert read(reader) == before
    writer.session.rollback()

    assert writer.read("amounts") == before


def test_an_older_picture_is_not_kept_for_others(both):
    writer, reader = both
    old = Process(
        str(reader.engine.url),
        reader.store,
        **({} if IS_SQLITE else {"isolation_level": "REPEATABLE READ"}),
    )
    old.session.scalar(select(Account.amount).limit(1))  # its picture is of now
    writer.begin()
    writer.session.add(Account(id=6, amount=1000))
    writer.session.commit()

    assert old.read("amounts") == (2, 3)
    assert read(reader) == (3, 1003)
    assert read(reader) == (3, 1003)
    old.close()


def test_another_table_leaves_a_value_as_it_is(both):
    writer, reader = both
    read(reader)
    ran = reader.ran

    writer.begin()
    writer.session.add(Note(id=3, account_id=2))
    writer.session.commit()

    read(reader)
    # SQLite tells that something was committed, and not what.
    assert reader.ran == (ran if writer.store.name == "redis" else ran + 1)


def test_a_connection_that_is_given_back_takes_nothing_along(both):
    writer, reader = both
    read(reader)
    ran = reader.ran
    with writer.engine.connect() as connection:
        connection.execute(text("UPDATE accounts SET amount = 60"))
    with Session(writer.engine) as session:
        session.execute(select(Account))
        session.commit()

    read(reader)
    assert reader.ran == ran
