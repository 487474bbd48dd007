"""One service call is one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar, overload

from sqlalchemy.exc import DBAPIError

from reminder_app.database.engine import db
from reminder_app.database.errors import Action, CommitOutcomeUnknown, action_on
from reminder_app.database.hooks import commit_hooks
from reminder_app.database.retry import DEADLINE, count, retrying
from reminder_app.database.unit import (
    Hook,
    Unit,
    begin,
    end,
    roll_back,
    run_all,
    unit_at_work,
    working,
)

P = ParamSpec("P")
R = TypeVar("R")
__all__ = ["after_commit", "after_rollback", "commit_hooks", "savepoint", "transaction"]


@overload
def transaction(function: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def transaction(*, deadline: float) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def transaction(function: Any = None, /, *, deadline: float = DEADLINE) -> Any:
    """Commit when the call returns, roll back when it raises, run it again whole on a deadlock.

    A call made inside another joins the outer one. Objects read before are left behind: read them
    again inside, by id. What it does beside the database it may do several times: use after_commit.
    After `deadline` seconds nothing is begun again. Raises CommitOutcomeUnknown where the answer to
    COMMIT was lost.
    """
    if function is None:
        return partial(transactional, deadline=deadline)
    return transactional(function, deadline)


def transactional(function: Callable[P, R], deadline: float) -> Callable[P, R]:
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if unit_at_work():
            return function(*args, **kwargs)
        unit: Unit
        result: R
        result, unit = retrying(name, deadline)(run, name, function, *args, **kwargs)
        run_all(unit, unit.after_commit)
        return result

    return call


def run(
    name: str, function: Callable[..., R], /, *args: object, **kwargs: object
) -> tuple[R, Unit]:
    unit = begin(name)
    try:
        result = function(*args, **kwargs)
        commit(unit)
    except BaseException as error:
        roll_back(unit)
        # Whatever was made of it on the way: a deadlock is a deadlock, and the unit is run again.
        if unit.spoilt is not None and isinstance(error, Exception):
            raise unit.spoilt from error
        if isinstance(error, DBAPIError) and action_on(error) is Action.NEVER:
            count(name, error, "told")
        raise
    finally:
        end()
    return result, unit


def commit(unit: Unit) -> None:
    db.session.flush()
    if unit.spoilt is not None:
        raise unit.spoilt
    try:
        db.session.commit()
    except Exception as error:
        # An error that the server gave as its answer to COMMIT is an answer.
        lost = action_on(error) is Action.LOST or not isinstance(error, DBAPIError)
        if unit.commit_was_sent and lost:
            count(unit.name, error, "unknown outcome")
            raise CommitOutcomeUnknown(str(getattr(error, "orig", error))) from error
        raise


@contextmanager
def savepoint() -> Iterator[None]:
    """Undo this part alone when it raises, and go on: `try: with savepoint(): … except IntegrityError`.

    A deadlock or a lock wait inside goes on to spoil the whole unit, also where the code around
    catches it: there is no savepoint any more, and what came before is undone.
    """
    unit = working()
    kept = len(unit.after_commit)
    part = db.session.begin_nested()
    try:
        yield
        part.commit()
    except BaseException:
        if unit.spoilt is None and db.session().get_nested_transaction() is part:
            part.rollback()
        del unit.after_commit[kept:]
        raise


def after_commit(hook: Hook) -> None:
    """Run `hook` once the enclosing transaction has committed; never if it rolls back.

    An error of it is logged and goes no further: what is committed cannot be taken back.
    """
    working().after_commit.append(hook)


def after_rollback(hook: Hook) -> None:
    """Run `hook` when the enclosing transaction has rolled back, also when it is tried again."""
    working().after_rollback.append(hook)
