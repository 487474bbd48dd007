"""What may happen to two processes that share a cache, in any order; each read is held against the database."""

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import delete, insert, text, update

from reminder_app.database.cache.store import Store
from tests.database.caching import Account, Crash, Note, Process, Watched, time_passes, truth
from tests.servers import Redis

IS_SQLITE = os.environ.get("TEST_DATABASE", "sqlite") == "sqlite"
WHAT = st.sampled_from(["amounts", "notes", "both"])
WHO = st.sampled_from([0, 1])
HOW = st.sampled_from(["flush", "core", "bulk", "text", "driver", "cascade", "notes"])
ENDS = st.fixed_dictionaries(
    {
        "what": WHAT,
        "dies_at": st.sampled_from(["", "", "mark", "bump"]),
        "read_at": st.sampled_from(["mark", "bump", "both", ""]),
        "evict_at": st.sampled_from(["", "", "", "", "", "mark", "bump"]),
        "is_much_later": st.booleans(),
    }
)


class Histories(RuleBasedStateMachine):
    url: str
    make_store: Callable[[], Store]
    wrap: type[Watched] = Watched
    redis: Redis | None = None
    seen: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        if self.redis:
            with self.redis.client() as client:
                client.flushall()
        self.processes = [self.start(), self.start()]
        with self.processes[0].engine.begin() as connection:
            connection.execute(delete(Note))
            connection.execute(delete(Account))
        self.open: dict[int, list[Any]] = {}  # who is in a unit, and its savepoints
        self.number = 0
        self.time_passes()

    def start(self) -> Process:
        return Process(self.url, self.wrap(self.make_store()))

    def teardown(self) -> None:
        for process in self.processes:
            self.seen["hits"] += int(process.cache.figures.numbers["amounts|hits"])
            process.close()

    # Reading

    @rule(who=WHO, what=WHAT)
    def read(self, who: int, what: str) -> None:
        process = self.processes[who]
        found = process.read(what)
        assert found == truth(process.session, what), f"{what} is stale"
        if who not in self.open:
            process.session.rollback()

    @rule()
    def everybody_reads_everything(self) -> None:
        for what in ("amounts", "notes", "both"):
            for who in (0, 1, 0):
                self.read(who, what)

    @rule(who=WHO, what=WHAT)
    def read_twice_in_one_transaction(self, who: int, what: str) -> None:
        process = self.processes[who]
        truth(process.session, "notes")  # an older picture, where the database keeps one
        if self.may_begin():
            self.write_and_commit(1 - who)
        assert process.read(what) == truth(process.session, what)
        if who not in self.open:
            process.session.rollback()

    @rule(who=WHO, what=WHAT, is_before=st.booleans())
    def read_while_another_commits(self, who: int, what: str, is_before: bool) -> None:
        if who in self.open or not self.may_begin():
            return
        process = self.processes[who]
        ask = process.run

        def run(asked: str) -> Any:
            process.run = ask  # type: ignore[method-assign]
            if is_before:
                self.write_and_commit(1 - who)
            found = ask(asked)
            process.session.rollback()
            if not is_before:
                self.write_and_commit(1 - who)
            return found

        process.run = run  # type: ignore[method-assign]
        process.read(what)
        process.run = ask  # type: ignore[method-assign]
        process.session.rollback()

    # Writing

    def may_begin(self) -> bool:
        """SQLite has one writer at a time."""
        return not self.open if IS_SQLITE else len(self.open) < 2

    @precondition(lambda self: self.may_begin())
    @rule(who=WHO)
    def begin(self, who: int) -> None:
        if who not in self.open:
            self.processes[who].begin()
            self.open[who] = []

    @precondition(lambda self: self.open)
    @rule(who=WHO, how=HOW)
    def write(self, who: int, how: str) -> None:
        if who in self.open:
            self.change(self.processes[who], who, how)

    def change(self, process: Process, who: int, how: str) -> None:
        """Rows of one's own: two units do not wait for each other."""
        self.number += 1
        session, new = process.session, self.number * 2 + who
        # By key: a scan would wait for the rows of the other.
        mine = Account.id.in_([new - 2 * back for back in range(4)])
        if how == "flush":
            session.add(Account(id=new, amount=self.number))
        elif how == "core":
            session.connection().execute(insert(Account).values(id=new, amount=1))
        elif how == "bulk":
            session.execute(update(Account).where(mine).values(amount=Account.amount + 1))
        elif how == "text":
            session.execute(
                text("UPDATE accounts SET amount = amount + 2 WHERE id = :id"), {"id": new - 2}
            )
        elif how == "driver":
            session.flush()
            session.connection().exec_driver_sql(
                f"INSERT INTO `accounts` (id, amount) VALUES ({new}, 7)"  # noqa: S608 - a number
            )
        elif how == "cascade":
            session.execute(delete(Account).where(mine))
        else:
            session.add(Account(id=new, amount=1))
            session.flush()
            session.add(Note(id=new, account_id=new))

    @precondition(lambda self: self.may_begin())
    @rule(who=WHO, hows=st.lists(HOW, min_size=1, max_size=3), how_it_ends=ENDS)
    def write_in_one_go(self, who: int, hows: list[str], how_it_ends: dict[str, Any]) -> None:
        if who in self.open:
            return
        self.begin(who)
        for how in hows:
            self.change(self.processes[who], who, how)
        self.commit(who=who, **how_it_ends)

    @precondition(lambda self: self.open)
    @rule(who=WHO)
    def set_savepoint(self, who: int) -> None:
        if who in self.open:
            self.open[who].append(self.processes[who].session.begin_nested())

    @precondition(lambda self: any(self.open.values()))
    @rule(who=WHO, is_kept=st.booleans())
    def leave_savepoint(self, who: int, is_kept: bool) -> None:
        if self.open.get(who):
            point = self.open[who].pop()
            point.commit() if is_kept else point.rollback()

    @precondition(lambda self: self.open)
    @rule(who=WHO)
    def roll_back(self, who: int) -> None:
        if self.open.pop(who, None) is not None:
            self.processes[who].session.rollback()

    @precondition(lambda self: self.open)
    @rule(who=WHO, how_it_ends=ENDS)
    def commit_it(self, who: int, how_it_ends: dict[str, Any]) -> None:
        if who in self.open:
            self.commit(who=who, **how_it_ends)

    def commit(
        self, who: int, what: str, dies_at: str, read_at: str, evict_at: str, is_much_later: bool
    ) -> None:
        self.everybody_reads_everything()
        process, other = self.processes[who], 1 - who
        store: Any = process.store
        for step, acts in (("mark", store.at_mark), ("bump", store.at_bump)):
            if evict_at == step:
                acts.append(self.evict)
            if read_at in (step, "both"):
                acts.append(lambda: self.read(other, what))
            if dies_at == step:
                acts.append(die)
        try:
            process.session.commit()
        except Crash:
            process.crash()
            self.processes[who] = self.start()
        store.at_mark.clear()
        store.at_bump.clear()
        del self.open[who]
        if is_much_later:
            self.time_passes()
        self.everybody_reads_everything()

    def write_and_commit(self, who: int) -> None:
        if who in self.open:
            return
        process = self.processes[who]
        process.begin()
        self.change(process, who, "notes")
        process.session.commit()

    @precondition(lambda self: self.open)
    @rule(who=WHO)
    def die_in_a_unit(self, who: int) -> None:
        if self.open.pop(who, None) is not None:
            self.processes[who].crash()
            self.processes[who] = self.start()

    # What happens to Redis

    @rule()
    def evict_and_wait(self) -> None:
        self.evict()
        self.everybody_reads_everything()
        self.time_passes()

    def evict(self) -> None:
        if self.redis:
            with self.redis.client() as client:
                for key in client.keys("*:t:*"):
                    client.delete(key)

    @rule()
    def time_passes(self) -> None:
        """Never between a mark and its COMMIT: those alive do not wait there."""
        if self.redis:
            time_passes(self.redis, *self.processes)


def die() -> None:
    raise Crash


def histories(url: str, make: Callable[[], Store], redis: Redis | None, wrap: type[Watched]) -> Any:
    names = {"url": url, "make_store": staticmethod(make), "redis": redis, "wrap": wrap}
    return type("Histories", (Histories,), names | {"seen": Counter()})


def run(machine: Any, examples: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            database=None,
            report_multiple_bugs=False,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
