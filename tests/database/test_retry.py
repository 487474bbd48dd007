"""Which errors are worth another try, how many tries there are, and what is done once."""

import time

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from reminder_app.database import after_commit, after_rollback, db, once, retry, transaction
from reminder_app.database.errors import (
    ACTIONS,
    Action,
    CommitOutcomeUnknown,
    action_on,
    is_cut_off,
)
from tests.database.lifted import Account, balances, lifted, make_tables, url_for


@pytest.fixture(scope="module")
def foreign():
    with lifted(url_for("retry")) as app:
        yield app


@pytest.fixture(autouse=True)
def tables(foreign, monkeypatch):
    monkeypatch.setattr(retry, "budget", retry.Budget())
    with foreign.app_context():
        make_tables()
        yield


def error(number: int, says: str = "") -> OperationalError:
    return OperationalError("UPDATE", {}, Exception(number, says))


READ_ONLY = (
    "The MySQL server is running with the --read-only option so it cannot execute this statement"
)


@pytest.mark.parametrize(
    ("given", "action"),
    [
        (error(1213), Action.AGAIN),
        (error(1205), Action.AGAIN),
        (error(1020), Action.AGAIN),
        (error(2013), Action.LOST),
        (error(4031), Action.LOST),
        (error(1053), Action.LOST),
        (error(1040), Action.CONNECT),
        (error(2003), Action.CONNECT),
        (error(1290, READ_ONLY), Action.DEMOTED),
        (error(1792), Action.DEMOTED),
        (error(1836), Action.DEMOTED),
        (error(1290, "running with the --secure-file-priv option"), Action.NEVER),
        (error(3572, "NOWAIT is set"), Action.NEVER),
        (error(1062), Action.NEVER),
        (error(1452), Action.NEVER),
        (error(1064), Action.NEVER),
        (error(1045), Action.NEVER),
        (error(3024), Action.NEVER),
        (error(1969), Action.NEVER),
        (error(1317), Action.NEVER),
        (OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked")), Action.AGAIN),
        (PoolExhausted(), Action.NEVER),
        (CommitOutcomeUnknown(), Action.NEVER),
        (ValueError(1213), Action.NEVER),
    ],
)
def test_each_error_has_its_action(given, action):
    assert action_on(given) is action


def test_no_error_has_two_actions():
    numbers = [number for each in ACTIONS.values() for number in each]

    assert len(numbers) == len(set(numbers))


def test_a_statement_that_was_ended_for_its_time_is_known_as_such():
    assert [is_cut_off(error(number)) for number in (3024, 1969, 1317, 1213)] == [
        True,
        True,
        True,
        False,
    ]


def failing(number: int, **options):
    calls = []

    @transaction(**options) if options else transaction
    def work():
        calls.append(1)
        raise error(number)

    return work, calls


def name_of(function) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def test_what_failed_is_counted_by_unit_cause_and_outcome(foreign):
    before = retry.figures()
    work, calls = failing(1213)

    with pytest.raises(OperationalError):
        work()

    def told(outcome: str) -> int:
        key = name_of(work), "1213", outcome
        return retry.figures().get(key, 0) - before.get(key, 0)

    assert (len(calls), told("again"), told("gave up")) == (retry.TRIES, retry.TRIES - 1, 1)


def test_a_mistake_is_counted_and_not_tried_again(foreign):
    @transaction
    def work():
        db.session.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(DBAPIError):
        work()

    assert [key[2] for key in retry.figures() if key[0] == name_of(work)] == ["told"]


def test_when_all_fails_only_a_few_are_tried_again(foreign, monkeypatch):
    """Five tries of each of a thousand would keep a server down that just came back."""
    monkeypatch.setattr(retry, "wait_random_exponential", lambda **_: lambda _state: 0)
    retry.budget._left = 5.0
    monkeypatch.setattr(retry, "A_SECOND", 0.0)
    tries = []

    for _ in range(10):
        work, calls = failing(1213)
        with pytest.raises(OperationalError):
            work()
        tries.append(len(calls))

    assert sum(tries) in (15, 16)  # ten units, and what five and a tenth of each allow
    assert tries[-1] == 1


def test_a_budget_comes_back_with_time(foreign):
    budget = retry.Budget()
    while budget.spend():
        pass
    budget._at -= 3

    assert [budget.spend() for _ in range(4)] == [True, True, True, False]


def test_nothing_is_begun_again_after_the_deadline(foreign):
    calls = []

    @transaction(deadline=0.02)
    def work():
        calls.append(1)
        time.sleep(0.03)
        raise error(1213)

    with pytest.raises(OperationalError):
        work()

    assert len(calls) == 1


def test_hooks_run_once_for_what_was_tried_twice(foreign):
    calls, hooks, undone = [], [], []

    @transaction
    def work():
        calls.append(1)
        after_commit(lambda: hooks.append(len(calls)))
        after_rollback(lambda: undone.append(len(calls)))
        if len(calls) == 1:
            raise error(1213)

    work()

    assert (hooks, undone) == ([2], [1])


def test_a_hook_outside_of_a_unit_is_a_mistake(foreign):
    with pytest.raises(RuntimeError, match="outside of a transaction"):
        after_commit(print)


def test_each_try_has_a_session_of_its_own(foreign):
    sessions, left = [], []

    @transaction
    def work():
        sessions.append(db.session())
        left.append(list(db.session.new) + list(db.session))
        db.session.add(Account(name="a"))
        if len(sessions) == 1:
            raise error(1213)

    work()

    assert sessions[0] is not sessions[1]
    assert left == [[], []]
    assert balances() == {"a": 0}


class LostAnswer:
    """COMMIT is carried out, or not, and its answer is lost; the second time all is well."""

    def __init__(self, arrives: bool) -> None:
        self.arrives, self.tries = arrives, 0

    def attempt(self) -> str:
        self.tries += 1
        if self.tries > 1 or self.arrives:
            self.work()
        if self.tries == 1:
            raise CommitOutcomeUnknown("gone away")
        return "made"

    @transaction
    def work(self) -> None:
        db.session.add(Account(name="key"))
        db.session.flush()

    def look(self) -> str | None:
        return db.session.scalar(select(Account.name).where(Account.name == "key"))


@pytest.mark.parametrize(("arrives", "result", "tries"), [(True, "key", 1), (False, "made", 2)])
def test_a_lost_answer_is_looked_up_and_only_then_tried_again(foreign, arrives, result, tries):
    unit = LostAnswer(arrives)

    assert once(unit.attempt, unit.look) == result
    assert unit.tries == tries
    assert balances() == {"key": 0}


def test_who_comes_second_is_given_what_the_first_has_made(foreign):
    @transaction
    def attempt() -> str:
        db.session.add(Account(name="key"))
        db.session.flush()
        db.session.execute(update(Account).values(balance=1))
        return "made"

    look = lambda: db.session.scalar(select(Account.name))  # noqa: E731

    assert [once(attempt, look), once(attempt, look)] == ["made", "key"]
    with pytest.raises(IntegrityError):
        once(attempt, lambda: None)
