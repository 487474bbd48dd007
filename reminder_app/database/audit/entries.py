"""From values of a row to an entry of the log."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, insert

from reminder_app.database import clock
from reminder_app.database.audit.ids import of_moment
from reminder_app.database.audit.models import AuditEntry
from reminder_app.database.audit.watching import Trail, Watch
from reminder_app.database.audit.who import told

LOG = cast(Table, AuditEntry.__table__)
LONGEST = 10_000  # letters of one value
KEPT_SECRET = "(not kept)"  # noqa: S105 - stands where a secret would
BIGGEST = 1 << 63
Entry = dict[str, Any]
Values = Mapping[str, Any]


def created(watch: Watch, row: Values, note: str = "") -> Entry:
    return entry(watch, "create", row, after=shown(watch, row), note=note)


def deleted(watch: Watch, row: Values, note: str = "") -> Entry:
    return entry(watch, "delete", row, before=shown(watch, row), note=note)


def updated(watch: Watch, row: Values, before: Values, after: Values) -> Entry | None:
    """`row` says which and whose it is. None where nothing of what is written down has changed."""
    differing = [
        name
        for name in before.keys() & after.keys() & watch.names
        if plain(before[name]) != plain(after[name])
    ]
    if not differing:
        return None
    old = {name: before[name] for name in differing}
    new = {name: after[name] for name in differing}
    both = {"before": shown(watch, old, all_of_it=True), "after": shown(watch, new, all_of_it=True)}
    return entry(watch, "update", row, **both)


def statement(watch: Watch, text: str, many: int) -> Entry:
    """Where single rows are not known: what was asked, without its values, and of how many."""
    return entry(watch, "statement", {}, many=many, note=text[:LONGEST])


def entry(watch: Watch, action: str, row: Values, **more: Any) -> Entry:
    key = key_of(watch, row)
    return {
        "action": action,
        "table_name": watch.table.name,
        "row_key": key,
        "object_key": text_key(row.get(watch.part_of)) if watch.part_of else key,
        "scope_key": text_key(row.get(watch.scope)) if watch.scope else "",
        "many": 1,
        "before": None,
        "after": None,
        "note": "",
        **more,
    }


def key_of(watch: Watch, row: Values) -> str:
    return ",".join(text_key(row.get(column.name)) for column in watch.keys)[:64]


def text_key(value: Any) -> str:
    return "" if value is None else str(plain(value))


def shown(watch: Watch, values: Values, *, all_of_it: bool = False) -> dict[str, Any]:
    """As it is kept: secrets as a word, and what is not set left out of whole rows."""
    return {
        name: KEPT_SECRET if name in watch.secret and value is not None else plain(value)
        for name, value in sorted(values.items())
        if name in watch.names and (all_of_it or value is not None)
    }


def plain(value: Any) -> Any:
    """JSON that every database gives back as it went in: no floats, no huge numbers."""
    match value:
        case None | bool():
            return value
        case int():
            return value if abs(value) < BIGGEST else str(value)
        case str():
            return value if len(value) <= LONGEST else shortened(value)
        case datetime():
            return instant(value)
        case bytes():
            return f"{len(value)} bytes, SHA-256 {hashlib.sha256(value).hexdigest()[:16]}"
        case Mapping() | list() | tuple():
            return several(value)
    return str(value)


def several(values: Values | Sequence[Any]) -> Any:
    if isinstance(values, Mapping):
        return {str(key): plain(one) for key, one in values.items()}
    return [plain(one) for one in values]


def instant(value: datetime) -> str:
    return (value.astimezone(UTC) if value.tzinfo else value).isoformat(timespec="microseconds")


def shortened(text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{text[:LONGEST]}… ({len(text)} letters, SHA-256 {digest})"


def write(connection: Connection, trail: Trail, found: Iterable[Entry]) -> None:
    """Into the transaction that the change is part of: both are there, or neither."""
    rows: Sequence[Entry] = list(found)
    if not rows:
        return
    at, by = clock.now(), told(trail.who)
    numbered = [
        {"id": of_moment(at, place), "at": at, **by, **row} for place, row in enumerate(rows)
    ]
    connection.execute(insert(LOG), numbered)
