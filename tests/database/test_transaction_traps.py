"""What goes wrong in the middle of a transaction, on the server that is tested."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from reminder_app.database import (
    after_commit,
    capabilities,
    db,
    savepoint,
    session_scope,
    transaction,
)
from reminder_app.database.connections import DdlInTransaction
from reminder_app.database.errors import CommitOutcomeUnknown, number
from reminder_app.database.retry import figures
from tests.database.lifted import KIND, Account, balances, lifted, make_tables, on_servers, url_for

LOST_BY = 60  # rows: the server gives up the one of two that has changed less
ROOM = {"pool_size": 12, "pool_timeout": 60}


@pytest.fixture(scope="module")
def foreign():
    with lifted(url_for("traps"), **ROOM, lock_wait_seconds=60) as app:
        yield app


@pytest.fixture(autouse=True)
def accounts(foreign):
    """Two accounts with nothing on them, and many to change beside them."""
    with foreign.app_context():
        make_tables()
        with db.engine.begin() as connection:
            names = ["a", "b", *(f"other {n}" for n in range(LOST_BY))]
            connection.execute(Account.__table__.insert(), [{"name": name} for name in names])
        yield


def add(name: str, many: int = 1) -> None:
    changed = update(Account).where(Account.name == name)
    db.session.execute(changed.values(balance=Account.balance + many))


def there(name: str) -> int | None:
    return balances().get(name)


def in_thread(app, work):
    def run():
        with app.app_context():
            return work()

    pool = ThreadPoolExecutor(1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    return future


class Rival:
    """Another connection that changes much, then wants what the unit has: the unit loses."""

    def __init__(self, app) -> None:
        self.app, self.has_b, self.may_go_on = app, threading.Event(), threading.Event()

    def run(self) -> None:
        with db.engine.begin() as connection:
            others = text("UPDATE lifted_accounts SET balance = balance WHERE name LIKE 'other%'")
            connection.execute(
                text("UPDATE lifted_accounts SET balance = balance + 10 WHERE name = 'b'")
            )
            connection.execute(
                text("UPDATE lifted_accounts SET balance = balance + 10 WHERE name LIKE 'other%'")
            )
            connection.execute(others)
            self.has_b.set()
            self.may_go_on.wait(60)
            connection.execute(
                text("UPDATE lifted_accounts SET balance = balance + 10 WHERE name = 'a'")
            )

    def meet(self) -> None:
        """To be called while the unit has `a`: when it returns, asking for `b` is a deadlock."""
        self.future = in_thread(self.app, self.run)
        assert self.has_b.wait(60)
        self.may_go_on.set()
        self.wait_until_blocked()

    def wait_until_blocked(self) -> None:
        blocked = "SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
            for _ in range(6_000):
                if looking.exec_driver_sql(blocked).first():
                    return
                threading.Event().wait(0.12)  # sooner, InnoDB shows what it showed before
        raise AssertionError("nobody waits")


@on_servers
def test_a_deadlock_inside_a_savepoint_is_not_swallowed(foreign):
    calls = []
    rival = Rival(foreign)

    @transaction
    def work():
        calls.append(1)
        add("a")
        if len(calls) == 1:
            rival.meet()
        with suppress(DBAPIError), savepoint():  # as people write it who think of a duplicate
            add("b")
        add("other 1")

    work()
    rival.future.result(60)

    assert len(calls) == 2
    assert (there("a"), there("b"), there("other 1")) == (11, 11, 11)


@on_servers
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_deadlock_that_the_code_makes_something_else_of_is_a_deadlock(foreign, wrapped):
    calls = []
    rival = Rival(foreign)

    @transaction
    def work():
        calls.append(1)
        add("a")
        if len(calls) == 1:
            rival.meet()
        try:
            add("b")
        except DBAPIError as error:
            if wrapped:
                raise ValueError("this is taken") from error

    work()
    rival.future.result(60)

    assert len(calls) == 2
    assert (there("a"), there("b")) == (11, 11)


@on_servers
def test_a_scope_that_swallowed_a_deadlock_commits_nothing(foreign):
    rival = Rival(foreign)

    def work() -> None:
        with session_scope("swallow", foreign):
            add("a")
            rival.meet()
            with suppress(DBAPIError):
                add("b")
            add("other 1", 99)

    with pytest.raises(OperationalError) as caught:
        work()
    rival.future.result(60)

    assert number(caught.value) == 1213
    assert (there("a"), there("other 1")) == (10, 10)


@on_servers
def test_a_lock_that_was_not_had_in_time_leaves_nothing(foreign):
    """The server undoes the statement alone: what was written before would go in with the next commit."""
    calls = []

    @transaction(deadline=0.1)
    def work():
        calls.append(1)
        db.session.execute(text("SET innodb_lock_wait_timeout = 1"))
        add("a")
        with suppress(DBAPIError):
            add("b")

    with db.engine.begin() as holder:
        holder.execute(text("UPDATE lifted_accounts SET balance = 5 WHERE name = 'b'"))
        with pytest.raises(OperationalError) as caught:
            work()
        db.session.commit()
    db.engine.dispose()  # the limit is the connection's

    assert number(caught.value) == 1205
    assert len(calls) == 1
    assert (there("a"), there("b")) == (0, 5)
    assert figures()[work_name(work), "1205", "gave up"] == 1


@on_servers
def test_who_does_not_want_to_wait_for_a_lock_decides_what_to_do_then(foreign):
    @transaction
    def work():
        add("a")
        with suppress(DBAPIError):
            taken = select(Account).where(Account.name == "b").with_for_update(nowait=True)
            db.session.scalars(taken).all()
            raise AssertionError("somebody has it")

    with db.engine.begin() as holder:
        holder.execute(text("UPDATE lifted_accounts SET balance = 5 WHERE name = 'b'"))
        work()

    assert (there("a"), there("b")) == (1, 5)


def work_name(function) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def test_a_duplicate_inside_a_savepoint_leaves_the_rest(foreign):
    seen = []

    @transaction
    def work():
        add("a")
        after_commit(lambda: seen.append("whole"))
        try:
            with savepoint():
                after_commit(lambda: seen.append("part"))
                add("b")
                db.session.add(Account(name="a"))
        except IntegrityError:
            pass
        add("other 1")

    work()

    assert (there("a"), there("b"), there("other 1")) == (1, 0, 1)
    assert seen == ["whole"]


def test_savepoints_in_each_other_are_undone_one_by_one(foreign):
    @transaction
    def work():
        add("a")
        with savepoint():
            add("b")
            try:
                with savepoint():
                    add("b", 10)
                    raise ValueError
            except ValueError:
                pass
        add("a")

    work()

    assert (there("a"), there("b")) == (2, 1)


@on_servers
def test_a_connection_lost_before_commit_runs_the_unit_again(foreign):
    calls = []

    @transaction
    def work():
        calls.append(1)
        add("a")
        if len(calls) == 1:
            kill(db.session.connection())
        add("a")

    work()

    assert len(calls) == 2
    assert there("a") == 2


def kill(connection) -> None:
    (number_of,) = connection.exec_driver_sql(capabilities.of(connection).connection_id).one()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
        other.exec_driver_sql(capabilities.of(other).kill.format(id=number_of))


@on_servers
def test_a_connection_lost_at_commit_is_an_unknown_outcome(foreign):
    calls, hooks = [], []

    @transaction
    def work():
        calls.append(1)
        add("a")
        after_commit(lambda: hooks.append(1))

    event.listen(db.engine, "commit", kill)
    try:
        with pytest.raises(CommitOutcomeUnknown):
            work()
    finally:
        event.remove(db.engine, "commit", kill)

    assert (len(calls), hooks) == (1, [])
    assert figures()[work_name(work), "2013", "unknown outcome"] == 1


@on_servers
def test_tables_are_not_changed_inside_a_unit(foreign):
    @transaction
    def work():
        add("a")
        db.session.execute(text("CREATE TABLE would_commit (id INT)"))

    with pytest.raises(DdlInTransaction):
        work()

    assert there("a") == 0


@on_servers
def test_a_statement_that_takes_too_long_is_ended_and_not_run_again(foreign):
    row = capabilities.of(db.engine)
    calls = []

    @transaction
    def work():
        calls.append(1)
        db.session.execute(text(f"SET {row.limit_statements(0.05)}"))
        db.session.execute(text(MUCH))

    with pytest.raises(DBAPIError) as caught:
        work()

    assert number(caught.value) == row.statement_limit_errno
    assert len(calls) == 1
    db.engine.dispose()


MUCH = "SELECT SUM(a.balance) FROM lifted_accounts a, lifted_accounts b, lifted_accounts c, lifted_accounts d"


@on_servers
def test_nobody_waits_for_a_row_that_is_not_there(foreign):
    """Under REPEATABLE READ a look for it would lock the gap, and inserts beside it deadlock."""

    @transaction
    def work():
        nobody = select(Account).where(Account.name == "c").with_for_update()
        assert db.session.scalars(nobody).all() == []
        in_thread(foreign, beside).result(60)

    @transaction
    def beside():
        db.session.add(Account(name="bb"))

    work()

    assert there("bb") == 0


def test_many_at_once_each_count_once(foreign):
    """Half of them take the rows in the other order. What was acknowledged is there, once; what was
    refused in the end is not."""
    acknowledged, refused = [], []

    @transaction
    def transfer(first: str, second: str) -> None:
        add(first)
        db.session.execute(select(Account.balance).where(Account.name == second))
        add(second)

    def work(turn: int) -> None:
        with foreign.app_context():
            for n in range(12):
                names = ("a", "b") if (turn + n) % 2 else ("b", "a")
                try:
                    transfer(*names)
                    acknowledged.append(names)
                except OperationalError as error:
                    refused.append(number(error))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))

    told = {key[1:]: many for key, many in figures().items() if key[0] == work_name(transfer)}
    assert len(acknowledged) + len(refused) == 72
    assert len(acknowledged) > 36
    assert set(refused) <= {1213}
    assert (there("a"), there("b")) == (len(acknowledged), len(acknowledged))
    assert told.get(("1213", "gave up"), 0) + told.get(("1213", "no budget"), 0) == len(refused)
    if KIND != "sqlite":  # there, the writers stand in line for one lock
        assert told["1213", "again"] > 0
