import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from reminder_app.accounts.models import User
from reminder_app.database import after_commit, after_rollback, db, session_scope, transaction
from reminder_app.database.retry import TRIES


def user(name: str) -> User:
    return User(email=f"{name}@example.org", password_hash="-")


def users() -> int:
    return db.session.scalar(select(func.count()).select_from(User)) or 0


def deadlock() -> OperationalError:
    return OperationalError("UPDATE", {}, Exception(1213, "Deadlock found"))


def test_a_deadlock_runs_the_whole_unit_again(app):
    calls = []

    @transaction
    def work():
        calls.append(1)
        db.session.add(user(f"try{len(calls)}"))
        db.session.flush()
        if len(calls) == 1:
            raise deadlock()
        return "ok"

    assert work() == "ok"
    assert len(calls) == 2
    assert users() == 1


def test_it_gives_up_after_a_few_tries(app):
    calls = []

    @transaction
    def work():
        calls.append(1)
        raise deadlock()

    with pytest.raises(OperationalError):
        work()
    assert len(calls) == TRIES


def test_other_errors_are_not_tried_again(app):
    calls = []

    @transaction
    def work():
        calls.append(1)
        raise ValueError

    with pytest.raises(ValueError):
        work()
    assert len(calls) == 1


def test_hooks_run_only_after_a_commit(app):
    seen = []

    @transaction
    def work(fail):
        after_commit(lambda: seen.append(users()))
        db.session.add(user("hook"))
        if fail:
            raise ValueError

    with pytest.raises(ValueError):
        work(True)
    work(False)

    assert seen == [1]


def test_an_inner_call_joins_the_outer_one(app):
    @transaction
    def inner():
        db.session.add(user("inner"))

    @transaction
    def outer():
        inner()
        raise ValueError

    with pytest.raises(ValueError):
        outer()
    assert users() == 0


def test_a_unit_reads_what_others_committed_since(app, alice):
    before = db.session.get(User, alice.id)
    assert before is not None
    with session_scope("rename"):
        row = db.session.get(User, alice.id)
        assert row is not None
        row.name = "Alice B"

    @transaction
    def work():
        row = db.session.get(User, alice.id)
        assert row is not None
        return row.name

    assert work() == "Alice B"


def test_a_session_scope_commits_or_rolls_back(app):
    with session_scope("good") as session:
        session.add(user("good"))
    with pytest.raises(ValueError):
        spoil()

    assert users() == 1


def spoil() -> None:
    with session_scope("bad") as session:
        session.add(user("bad"))
        raise ValueError


def test_a_hook_that_fails_takes_neither_the_commit_nor_the_other_hooks_away(app, caplog):
    seen = []

    def fails():
        raise ValueError("nobody listens")

    @transaction
    def work():
        after_commit(fails)
        after_commit(lambda: seen.append("second"))
        db.session.add(user("hook"))
        return "done"

    assert work() == "done"
    with session_scope("hooks"):
        after_commit(fails)
        after_commit(lambda: seen.append("scope"))

    assert (users(), seen) == (1, ["second", "scope"])
    assert caplog.text.count("ValueError: nobody listens") == 2


def test_a_hook_of_a_rollback_that_fails_hides_no_error(app, caplog):
    def fails():
        raise KeyError("of the hook")

    @transaction
    def work():
        after_rollback(fails)
        raise ValueError("of the unit")

    with pytest.raises(ValueError, match="of the unit"):
        work()
    assert "of the hook" in caplog.text
