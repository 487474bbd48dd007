"""Who is at work: the name under which a connection, a query or a retry is counted."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flask import has_request_context, request

_name: ContextVar[str | None] = ContextVar("database_work", default=None)


@contextmanager
def named(name: str) -> Iterator[None]:
    """`job:pump`, `scope:backfill`: few different ones, never an id in them."""
    token = _name.set(name)
    try:
        yield
    finally:
        _name.reset(token)


def at_work() -> str:
    """The job or scope, else the route that is answered, else the thread."""
    if name := _name.get():
        return name
    if has_request_context():
        # The rule, not the address: addresses are without end, and hold ids.
        rule = request.url_rule.rule if request.url_rule else "no route"
        return f"{request.method} {rule}"
    return f"thread:{threading.current_thread().name}"
