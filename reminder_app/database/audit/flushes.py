"""What the unit of work writes: the objects know what they were, and nothing is read twice."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, Connection, Table, and_, false, inspect, or_, select
from sqlalchemy.orm import Mapper, Session

from reminder_app.database.audit import entries
from reminder_app.database.audit.cascades import gone_with
from reminder_app.database.audit.entries import Entry
from reminder_app.database.audit.watching import UNAUDITED, Trail, Watch

STASH = "audit_before"
Row = dict[str, Any]
Trails = Callable[[], Trail | None]


class Flushes:
    """Listens to sessions. `trail_of` gives the trail of the application that is at work."""

    def __init__(self, trail_of: Trails) -> None:
        self.trail_of = trail_of

    def before(self, session: Session, *_: object) -> None:
        trail = self.trail(session)
        if trail is None:
            return
        stash = session.info[STASH] = Stash()
        modified = [
            (obj, watch)
            for obj, watch in watched(trail, session.dirty)
            if session.is_modified(obj, include_collections=False)
        ]
        missing = [(obj, watch, unknown(obj, watch)) for obj, watch in modified]
        missing += [(obj, one, unloaded(obj, one)) for obj, one in watched(trail, session.deleted)]
        stash.look_up(session, missing)
        for obj, watch in modified:
            stash.modified[inspect(obj)] = computed(obj, watch, stash.of(obj))
        for table, keys in keys_of(session.deleted).items():
            if table.name in trail.cascades:
                stash.went += gone_with(session.connection(), trail, table, keys)

    def after(self, session: Session, *_: object) -> None:
        trail = self.trail(session)
        stash: Stash | None = session.info.pop(STASH, None)
        if trail is None or stash is None:
            return
        found = [
            entries.created(watch, values(obj, watch)) for obj, watch in watched(trail, session.new)
        ]
        found += changes(session, trail, stash)
        found += [
            entries.deleted(watch, values(obj, watch) | stash.of(obj))
            for obj, watch in watched(trail, session.deleted)
        ]
        if found or stash.went:
            entries.write(session.connection(), trail, found + stash.went)

    def trail(self, session: Session) -> Trail | None:
        return None if session.info.get(UNAUDITED) else self.trail_of()


class Stash:
    """What objects that are about to change have not got in memory."""

    def __init__(self) -> None:
        self.known: dict[Any, Row] = {}
        self.modified: dict[Any, Row] = {}
        self.went: list[Entry] = []

    def look_up(self, session: Session, missing: Iterable[tuple[Any, Watch, set[str]]]) -> None:
        """One query a table, and none where all is known."""
        of_table: dict[str, list[tuple[Any, set[str]]]] = defaultdict(list)
        watches: dict[str, Watch] = {}
        for obj, watch, names in missing:
            if names:
                watches[watch.table.name] = watch
                of_table[watch.table.name].append((inspect(obj), names))
        for name, states in of_table.items():
            watch = watches[name]
            found = stored(session.connection(), watch, [state.identity for state, _ in states])
            for state, names in states:
                row = found.get(tuple(state.identity), {})
                self.known[state] = {name: row[name] for name in names if name in row}

    def of(self, obj: Any) -> Row:
        return self.known.get(inspect(obj), {})


def watched(trail: Trail, objects: Any) -> Iterator[tuple[Any, Watch]]:
    for obj in objects:
        watch = trail.tables.get(inspect(obj).mapper.local_table.name)
        if watch is not None:
            yield obj, watch


@cache
def attributes(mapper: Mapper[Any]) -> list[tuple[str, str]]:
    """(the attribute's name, its column's)"""
    return [
        (one.key, one.columns[0].name)
        for one in mapper.column_attrs
        if getattr(one.columns[0], "table", None) is mapper.local_table
    ]


def values(obj: Any, watch: Watch) -> Row:
    """As the object has it now; nothing is loaded for it."""
    state = inspect(obj)
    found = {name: state.dict[key] for key, name in attributes(state.mapper) if key in state.dict}
    if state.identity:
        found |= {column.name: one for column, one in zip(watch.keys, state.identity, strict=True)}
    return found


def unknown(obj: Any, watch: Watch) -> set[str]:
    """Columns that were set without having been read, and those that say whose it is."""
    state = inspect(obj)
    names = set()
    for key, name in attributes(state.mapper):
        history = state.attrs[key].history
        if (
            name in watch.names
            and history.added
            and not history.deleted
            or name in (watch.part_of, watch.scope)
            and key not in state.dict
        ):
            names.add(name)
    return names


def unloaded(obj: Any, watch: Watch) -> set[str]:
    state = inspect(obj)
    return {
        name
        for key, name in attributes(state.mapper)
        if name in watch.names and key not in state.dict
    }


def changes(session: Session, trail: Trail, stash: Stash) -> Iterator[Entry]:
    for obj, watch in watched(trail, session.dirty):
        if obj in session.deleted or inspect(obj) not in stash.modified:
            continue
        old, new = differences(obj, watch, stash)
        if computed := stash.modified[inspect(obj)]:
            identity = tuple(inspect(obj).identity)
            row = stored(session.connection(), watch, [identity]).get(identity, {})
            old |= {name: was for name, was in computed.items() if name not in old}
            new |= {name: row.get(name) for name in computed}
        found = entries.updated(watch, values(obj, watch) | stash.of(obj), old, new)
        if found:
            yield found


def computed(obj: Any, watch: Watch, stash_of: Row) -> Row:
    """What the database works out, with what it was: after the flush the object has forgotten both."""
    state, found = inspect(obj), dict[str, Any]()
    for key, name in attributes(state.mapper):
        history = state.attrs[key].history
        if name in watch.names and history.added and isinstance(history.added[0], ClauseElement):
            found[name] = history.deleted[0] if history.deleted else stash_of.get(name)
    return found


def differences(obj: Any, watch: Watch, stash: Stash) -> tuple[Row, Row]:
    state, old, new = inspect(obj), dict[str, Any](), dict[str, Any]()
    for key, name in attributes(state.mapper):
        history = state.attrs[key].history
        if name not in watch.names or not history.has_changes():
            continue
        new[name] = history.added[0] if history.added else None
        old[name] = history.deleted[0] if history.deleted else stash.of(obj).get(name)
    return old, new


def keys_of(objects: Any) -> dict[Table, list[Any]]:
    """Of tables whose key is one column: others cannot be pointed at by a single foreign key."""
    found: dict[Table, list[Any]] = defaultdict(list)
    for obj in objects:
        state = inspect(obj)
        if state.identity and len(state.identity) == 1:
            found[state.mapper.local_table].append(state.identity[0])
    return found


def stored(connection: Connection, watch: Watch, keys: Sequence[Any]) -> dict[Any, Row]:
    """Rows by their keys, as they are in the database."""
    found: dict[Any, Row] = {}
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        query = select(*watch.read).where(is_one_of(watch, some))
        for row in connection.execute(query).mappings():
            found[tuple(row[column.name] for column in watch.keys)] = dict(row)
    return found


def is_one_of(watch: Watch, keys: Sequence[Any]) -> Any:
    """Never a row constructor: it would scan."""
    if len(watch.keys) == 1:
        return watch.keys[0].in_([key[0] for key in keys])
    pairs = (zip(watch.keys, key, strict=True) for key in keys)
    return or_(false(), *(and_(*(column == one for column, one in pair)) for pair in pairs))
