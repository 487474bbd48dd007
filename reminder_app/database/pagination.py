"""Keyset pages: the cost of page 1,000 is the cost of page 1, and new rows shift nothing."""

import base64
import binascii
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from reminder_app.database.base import UtcDateTime
from reminder_app.database.engine import db, settings_of

T = TypeVar("T")
UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError)
BAD_CURSOR = "This page marker is not one of ours: leave it out to start from the first page."


@dataclass(frozen=True)
class Page(Generic[T]):
    items: Sequence[T]
    next_cursor: str | None


def keyset_page(
    query: Select[T],
    columns: tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]],
    *,
    cursor: str | None,
    limit: int,
    descending: bool = False,
) -> Page[T]:
    """Order by (column, id) and give `limit` rows after `cursor`; one query.

    Raises the settings' `invalid` for a cursor that is none.
    Never a row constructor: `(a, b) > (x, y)` scans on MySQL (1516 ms against 0.35).
    """
    first, last = columns
    if cursor:
        query = query.where(beyond(first, last, decode(cursor, first.type), descending))
    order = [first.desc(), last.desc()] if descending else [first.asc(), last.asc()]
    found = db.session.scalars(query.order_by(*order).limit(limit + 1)).unique()
    rows = cast(list[T], list(found))
    if len(rows) <= limit:
        return Page(rows, None)
    edge: Any = rows[limit - 1]
    return Page(rows[:limit], encode(getattr(edge, first.key), getattr(edge, last.key)))


def beyond(
    first: InstrumentedAttribute[Any],
    last: InstrumentedAttribute[Any],
    edge: tuple[Any, uuid.UUID],
    descending: bool,
) -> ColumnElement[bool]:
    value, row_id = edge
    if first.key == last.key:
        return last < row_id if descending else last > row_id
    if descending:
        return and_(first <= value, or_(first < value, last < row_id))
    return and_(first >= value, or_(first > value, last > row_id))


def encode(value: object, row_id: uuid.UUID) -> str:
    kind, text = "s", str(value)
    if isinstance(value, datetime):
        kind, text = "d", value.isoformat()
    raw = json.dumps([kind, text, row_id.hex]).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(cursor: str, column: TypeEngine[Any]) -> tuple[Any, uuid.UUID]:
    """Anybody may have written it: the value fits the column it is compared with, or is refused."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        kind, text, row_id = json.loads(raw)
        if (kind == "d") != isinstance(column, UtcDateTime):
            raise ValueError
        return (instant(text) if kind == "d" else plain(text)), uuid.UUID(hex=row_id)
    except (*UNREADABLE, binascii.Error, RecursionError) as error:
        raise settings_of().invalid(BAD_CURSOR, cursor=BAD_CURSOR) from error


def instant(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError
    return value.astimezone(UTC)  # at the ends of the calendar an offset leads out of it


def plain(text: object) -> str:
    str(text).encode()  # half a character cannot be sent to the database
    return str(text)
