"""Who is acting, as far as the product can tell."""

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from reminder_app.database.work import at_work, command


@dataclass(frozen=True)
class Actor:
    key: str = ""  # of a person; empty where nobody is signed in
    name: str = "system"
    request_id: str = ""


_acting: ContextVar[Actor | None] = ContextVar("audit_acting", default=None)
Who = Callable[[], Actor]


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """For scripts that work in somebody's name."""
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)


def nobody() -> Actor:
    """Nobody is signed in: the application by itself, or whoever gave a command on its machine."""
    return Actor(name=f"system user {system_user()}") if command() else Actor()


def system_user() -> str:
    """By the process, not by its environment: anybody writes into that."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may have no name for it
        return str(os.getuid())


def told(who: Who) -> dict[str, str]:
    """The columns of an entry that say who it was, and doing what."""
    actor = _acting.get() or who()
    return {
        "actor_key": actor.key,
        "actor": actor.name[:120],
        "source": at_work()[:120],
        "request_id": actor.request_id[:40],
    }
