"""Values as bytes and back, exactly: what a hit gives is equal to what the query gave, types included.

JSON with a mark for what JSON has no word for. Never a pickle: whoever can write into Redis could run
code here with one.
"""

import base64
import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from hashlib import blake2b
from typing import Any
from uuid import UUID

from sqlalchemy import Row

MARK = "~"
ENCODER = json.JSONEncoder(separators=(",", ":"))
AS_THEY_ARE = (type(None), bool, int, float, str)


class NotPlain(TypeError):
    """Its message says what to give instead."""


def packed(value: object) -> bytes:
    """Raises NotPlain."""
    return ENCODER.encode(plain(value)).encode()


def unpacked(data: bytes) -> Any:
    return DECODER.decode(data.decode())


def key_of(*parts: object) -> str:
    """Equal parts have equal keys. Raises NotPlain for what is no value, such as a session."""
    return blake2b(packed(parts), digest_size=16).hexdigest()


def plain(value: Any) -> Any:
    kind = type(value)
    if kind in AS_THEY_ARE:
        return value
    write = WRITERS.get(kind)
    if write is None:
        raise NotPlain(
            f"{kind.__name__} is not a plain value: give rows of text, numbers, times, UUIDs or bytes, "
            "not objects of a session."
        )
    return write(value)


def of_list(value: list[Any]) -> Any:
    """Rows are marked once, not each."""
    if value and all(isinstance(item, tuple | Row) for item in value):
        return {"~r": [[plain(part) for part in row] for row in value]}
    return [plain(item) for item in value]


def of_dict(value: dict[Any, Any]) -> Any:
    if all(type(key) is str and not key.startswith(MARK) for key in value):
        return {key: plain(item) for key, item in value.items()}
    return {"~m": [[plain(key), plain(item)] for key, item in value.items()]}


def of_moment(value: datetime | time) -> Any:
    if value.tzinfo is not None and not isinstance(value.tzinfo, timezone):
        raise NotPlain("a time with a zone of its own: give it in UTC.")
    return {"~d" if isinstance(value, datetime) else "~T": value.isoformat()}


def of_span(value: timedelta) -> Any:
    return {"~s": [value.days, value.seconds, value.microseconds]}


def many(mark: str) -> Callable[[Any], Any]:
    return lambda value: {mark: [plain(item) for item in value]}


WRITERS: dict[type, Callable[[Any], Any]] = {
    list: of_list,
    dict: of_dict,
    tuple: many("~t"),
    Row: many("~t"),
    set: many("~S"),
    frozenset: many("~F"),
    datetime: of_moment,
    time: of_moment,
    date: lambda value: {"~D": value.isoformat()},
    timedelta: of_span,
    Decimal: lambda value: {"~n": str(value)},
    UUID: lambda value: {"~u": value.hex},
    bytes: lambda value: {"~b": base64.b85encode(value).decode()},
}
READERS: dict[str, Callable[[Any], Any]] = {
    "~r": lambda rows: list(map(tuple, rows)),
    "~m": dict,
    "~t": tuple,
    "~S": set,
    "~F": frozenset,
    "~d": datetime.fromisoformat,
    "~T": time.fromisoformat,
    "~D": date.fromisoformat,
    "~s": lambda parts: timedelta(*parts),
    "~n": Decimal,
    "~u": lambda digits: UUID(hex=digits),
    "~b": base64.b85decode,
}


def read(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        for mark, value in found.items():
            if reader := READERS.get(mark):
                return reader(value)
    return found


DECODER = json.JSONDecoder(object_hook=read)
