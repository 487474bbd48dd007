"""One service call is one transaction."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError

from reminder_app.database.engine import WRITES, db
from reminder_app.database.retry import CommitOutcomeUnknown, retrying

P = ParamSpec("P")
R = TypeVar("R")


def transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Commit when the call returns, roll back when it raises, run it again whole on a deadlock.

    A call made inside another joins the outer one. Objects read before are left behind: read them
    again inside, by id. Raises CommitOutcomeUnknown where the answer to COMMIT was lost.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        info: dict[str, Any] = db.session().info
        if info.get("open"):
            return function(*args, **kwargs)
        result: R = retrying()(unit, info, function, *args, **kwargs)
        hooks, info["after_commit"] = info["after_commit"], []
        for hook in hooks:
            hook()
        return result

    return call


def unit(info: dict[str, Any], function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    begin()
    info.update(open=True, after_commit=[])
    try:
        result = function(*args, **kwargs)
        db.session.flush()
        commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        info["open"] = False
    return result


def begin() -> None:
    """Leave an older snapshot and its objects behind; take the write lock first (SQLite)."""
    # In this order: a rollback empties what it still holds, and nobody could read it afterwards.
    db.session.expunge_all()
    db.session.rollback()
    db.session.connection(execution_options={WRITES: True})


def commit() -> None:
    try:
        db.session.commit()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise CommitOutcomeUnknown(str(error.orig)) from error
        raise


def after_commit(hook: Callable[[], object]) -> None:
    """Run `hook` once the enclosing transaction has committed; never if it rolls back."""
    db.session().info["after_commit"].append(hook)
