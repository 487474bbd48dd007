"""Units that read: sent to a replica that has what the reader wrote before. And what units that write leave."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from flask import current_app, g
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from reminder_app.database import capabilities
from reminder_app.database.engine import ENGINE, db
from reminder_app.database.errors import said
from reminder_app.database.routing import statements
from reminder_app.database.routing.replicas import Reader
from reminder_app.database.routing.router import Router
from reminder_app.database.routing.tokens import Token
from reminder_app.database.unit import unit_at_work

log = logging.getLogger(__name__)
EXTENSION = "database.routing"
# What the writes of one are the business of all: who may do what, see DatabaseSettings.shared_tables.
EVERYBODY = "everybody"
# In `session.info`; in `Connection.info`; in `g`.
READER, COMMITTING = "routing reader", "routing committing"
WRITTEN = "routing written"
UNKNOWN_TABLE = "?"


def current() -> Router | None:
    """Of this application; None where there is one database and nothing to choose."""
    return cast(Router | None, current_app.extensions.get(EXTENSION))


def acting_for(*principals: str) -> None:
    """Whose work the rest of this context is: `user:<id>`. Their writes are what their reads must see."""
    g.routing_principals = principals


def last_token() -> Token | None:
    """What the last write in this context led to: carry it to where it has to be seen."""
    return cast(Token | None, g.get("routing_token"))


@contextmanager
def reading(*principals: str, after: Token | None = None) -> Iterator[None]:
    """Ask a replica that has the last writes of these, of everybody's rights, and `after`.

    Inside a unit that writes, or another that reads, it joins. Without replicas it does nothing.
    """
    router = current()
    info = db.session().info
    if router is None or not router.readers or ENGINE in info or unit_at_work():
        yield
        return
    reader = router.choose(needed(router, [EVERYBODY, *principals], after))
    if reader is None:
        with router.place_on_writer():
            yield
        return
    reader.reads += 1
    info[ENGINE], info[READER] = reader.engine, reader
    try:
        yield
    finally:
        leave(info)


def must_see(*principals: str) -> None:
    """Now it is known who reads: stay where we are if that has their last write, else ask the writer."""
    router, info = current(), db.session().info
    reader: Reader | None = info.get(READER)
    if router is None or reader is None or router.writer.is_away:
        return
    tokens = needed(router, principals, None)
    if tokens is None or not router.has_all(reader, tokens):
        router.counts["writer: replicas are behind"] += 1
        leave(info)
        db.session.rollback()  # gives the replica's connection back


def leave(info: dict[Any, Any]) -> None:
    info.pop(ENGINE, None)
    info.pop(READER, None)


def reader_at_work() -> Reader | None:
    return cast(Reader | None, db.session().info.get(READER))


def needed(
    router: Router, principals: Sequence[str], after: Token | None
) -> Sequence[Token] | None:
    """None: nobody knows, as there is no store or it is away."""
    if router.writer.is_away:
        return []
    found = router.store.tokens_of(principals) if router.store else None
    if found is None or router.store is None:
        return None
    for principal, token in found.items():
        if router.is_everywhere(token):
            router.store.forget(principal, token)
    return [*found.values(), *([after] if after else ())]


def is_read_only() -> bool:
    """No server takes writes just now, and a replica is there to be read."""
    router = current()
    return router is not None and router.is_read_only


def in_passing(write: Callable[..., object], *args: object) -> None:
    """A write that nobody waits to see, and not worth failing for: left out while none is possible."""
    router = current()
    if router is None or not router.readers:
        write(*args)
        return
    if router.is_read_only:
        return
    g.routing_in_passing = True
    try:
        write(*args)
    except (OperationalError, InterfaceError) as error:
        if not is_read_only():
            raise
        log.info("left out: %s", said(error))
    finally:
        g.pop("routing_in_passing", None)


def observe(engine: Engine) -> None:
    """Which tables the units on the writer's connections write."""

    def began(connection: Connection) -> None:
        connection.info.pop(WRITTEN, None)

    def executing(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if statements.is_write(statement):
            table = statements.table_of(statement) or UNKNOWN_TABLE
            connection.info.setdefault(WRITTEN, set()).add(table)

    event.listen(engine, "begin", began)
    event.listen(engine, "before_cursor_execute", executing)


def before_commit(session: Session) -> None:
    """After the commit no statement may go through the session: keep its connection."""
    unit = unit_at_work()
    if unit is not None and has_router():
        session.info[COMMITTING] = unit.connection


def after_commit(session: Session) -> None:
    connection: Connection | None = session.info.pop(COMMITTING, None)
    written: set[str] = connection.info.pop(WRITTEN, set()) if connection else set()
    router = current() if written else None
    if router is None or connection is None or "routing_in_passing" in g:
        return
    principals = [*g.get("routing_principals", ())]
    if UNKNOWN_TABLE in written or written & router.shared_tables:
        principals.append(EVERYBODY)
    if principals or "routing_principals" in g:  # a job of nobody's has nobody to see it
        token = token_of(connection)
        g.routing_token = token
        if router.store and principals:
            router.store.remember(principals, token)


def token_of(connection: Connection) -> Token:
    """One round trip. Where the server gives no position, the moment has to do."""
    try:
        cursor = connection.connection.cursor()
        cursor.execute(capabilities.of(connection).commit_token)
        row = cursor.fetchone()
        cursor.close()
        return Token.now(str(row[0] or "") if row else "")
    except Exception as error:
        log.warning("committed, at a position that is not known: %s", said(error))
        return Token.now("")


def has_router() -> bool:
    router = current()
    return router is not None and bool(router.readers)
