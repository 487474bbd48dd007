"""The three calls of whoever writes queries."""

from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from hashlib import blake2b
from types import CodeType
from typing import Any, ParamSpec, TypeVar

from flask import current_app
from sqlalchemy import Engine, Table, text

from reminder_app.database.cache import plain
from reminder_app.database.cache.reading import Cache, Query
from reminder_app.database.cache.statements import EVERYTHING, effect, tables_read
from reminder_app.database.cache.watch import WRITTEN
from reminder_app.database.engine import db

P = ParamSpec("P")
R = TypeVar("R")
EXTENSION = "database.cache"
MOST_STATEMENTS = 200
Tables = Sequence[str | Table | type]


def cached_query(
    ttl: float = 300, tables: Tables | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """What the function gives is kept until one of its tables is written, or for `ttl` seconds.

    Its arguments are the key: it may depend on nothing else, and neither they nor what it gives are
    objects of a session (NotPlain). Without `tables` they are learned from what it reads. Costs 0.2 ms
    a hit with Redis: nothing for a look-up by key.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        query = Query(f"{function.__module__}.{function.__qualname__}", ttl, names_of(tables))
        what = (query.name, code_of(function), sorted(query.tables or ()))

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            cache = current()
            if cache is None:
                result: R = plain.unpacked(plain.packed(function(*args, **kwargs)))
                return result
            key = plain.key_of(place(), what, args, sorted(kwargs.items()))
            found: R = cache.read(query, key, lambda: function(*args, **kwargs))
            return found

        return call

    return decorate


def cached_db_query(
    sql: str,
    params: dict[str, Any] | None = None,
    ttl: float = 300,
    tables: Tables | None = None,
) -> list[dict[str, Any]]:
    """The rows of a SELECT, as dicts. Name the `tables` where it reads a view.

    Raises ValueError for a statement that changes something.
    """
    values = params or {}
    query = statement(sql, ttl, names_of(tables))

    def run() -> list[dict[str, Any]]:
        return [dict(row) for row in db.session.execute(text(sql), values).mappings()]

    cache = current()
    if cache is None:
        rows: list[dict[str, Any]] = plain.unpacked(plain.packed(run()))
        return rows
    found: list[dict[str, Any]]
    found = cache.read(query, plain.key_of(place(), sql, sorted(values.items())), run)
    return found


@lru_cache(maxsize=MOST_STATEMENTS)
def statement(sql: str, ttl: float, tables: frozenset[str] | None) -> Query:
    if effect(sql) is not None or not sql.lstrip(" \t\r\n(").upper().startswith(("SELECT", "WITH")):
        raise ValueError("Only a SELECT can be cached: this one changes something, or may.")
    query = Query(" ".join(sql.split())[:80], ttl, tables)
    cache = current()
    if tables is None and cache is not None:
        query.learned, _ = cache.references.sorted_out(tables_read(sql))
    return query


def invalidate_table_cache(*tables: str | Table | type) -> None:
    """What was read from these is read anew: for writes that nobody here sees (LOAD DATA by hand, a
    trigger). Inside a transaction also once more when it commits."""
    cache = current()
    if cache is None:
        return
    names = names_of(tables) or frozenset()
    cache.store.bump(names, "")
    if db.session().in_transaction():
        info = db.session.connection().info
        info[WRITTEN] = info.get(WRITTEN, frozenset()) | names


def invalidate_everything() -> None:
    """After a restore, or when rows were changed past this application."""
    invalidate_table_cache(EVERYTHING)


def current() -> Cache | None:
    """None: the cache is off."""
    found: Cache | None = current_app.extensions.get(EXTENSION)
    return found


def names_of(tables: Tables | None) -> frozenset[str] | None:
    return None if tables is None else frozenset(map(name_of, tables))


def name_of(table: Any) -> str:
    if isinstance(table, str):
        return table.lower()
    found: str = table.name if isinstance(table, Table) else table.__tablename__
    return found.lower()


@lru_cache(maxsize=8)
def digest(engine: Engine, tables: int) -> str:
    """Of the database and its shape: other columns, other values. Versions are common to all."""
    shape = [
        f"{table.name}({','.join(f'{column.name} {column.type!r}' for column in table.columns)})"
        for table in db.metadata.sorted_tables[:tables]
    ]
    return blake2b("\n".join([str(engine.url), *shape]).encode(), digest_size=8).hexdigest()


def place() -> str:
    return digest(db.engine, len(db.metadata.tables))


def code_of(function: Callable[..., object]) -> str:
    """Another release may give something else under the same name."""
    return blake2b(repr(parts_of(function.__code__)).encode(), digest_size=8).hexdigest()


def parts_of(code: CodeType) -> tuple[object, ...]:
    """Steps, names and values, without what differs between two processes: places, and order in a set."""
    return code.co_code, code.co_names, [constant(one) for one in code.co_consts]


def constant(value: object) -> object:
    if isinstance(value, CodeType):
        return parts_of(value)
    return sorted(map(repr, value)) if isinstance(value, frozenset) else value
