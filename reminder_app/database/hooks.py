"""What parts of this layer do at every COMMIT and ROLLBACK of a session, whoever asks for it."""

import logging
from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.orm import Session

from reminder_app.database.engine import UnitSession

log = logging.getLogger(__name__)
Hook = Callable[[Session], object]


class CommitHooks:
    """before: in the transaction, flushed; may write, and an error rolls all of it back.
    after, rolled_back: no statement may go through the session; an error is logged, as what is
    committed cannot be taken back. What they need, such as the connection, is put into
    `session.info` before. A savepoint's end calls none of them.
    """

    def __init__(self) -> None:
        self.before: list[Hook] = []
        self.after: list[Hook] = []
        self.rolled_back: list[Hook] = []

    def register(
        self,
        before: Hook | None = None,
        after: Hook | None = None,
        rolled_back: Hook | None = None,
    ) -> None:
        """Once, however many applications a process makes."""
        for hooks, hook in (
            (self.before, before),
            (self.after, after),
            (self.rolled_back, rolled_back),
        ):
            if hook and hook not in hooks:
                hooks.append(hook)


commit_hooks = CommitHooks()


@event.listens_for(UnitSession, "before_commit")
def before_commit(session: Session) -> None:
    if session.in_nested_transaction() or not commit_hooks.before:
        return
    session.flush()  # of itself the session would do it only after this event
    for hook in commit_hooks.before:
        hook(session)


@event.listens_for(UnitSession, "after_commit")
def after_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        run(commit_hooks.after, session)


@event.listens_for(UnitSession, "after_rollback")
def after_rollback(session: Session) -> None:
    if not session.in_nested_transaction():
        run(commit_hooks.rolled_back, session)


def run(hooks: list[Hook], session: Session) -> None:
    for hook in hooks:
        try:
            hook(session)
        except Exception:
            log.exception("after the end of a transaction: %s failed", hook)
