"""What goes past the unit of work: bulk, Core and written-out statements.

Rows are looked up (and locked) before the statement and again after it. Where they are too many or
cannot be told, the statement is written down, with how many rows it changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Select, TextClause, Update, select

from reminder_app.database import capabilities
from reminder_app.database.audit import entries, written_out
from reminder_app.database.audit.cascades import MOST, gone_with
from reminder_app.database.audit.entries import Entry
from reminder_app.database.audit.flushes import stored
from reminder_app.database.audit.watching import UNAUDITED, Trail, Watch

PENDING, RAW = "audit_pending", "audit_raw"
Row = dict[str, Any]
Seen = list[Row] | None  # None: too many, or not to be told


class AppendOnly(Exception):
    """The log is written once: nothing in it is changed or removed but by its retention."""


class Statements:
    def __init__(self, trail: Trail) -> None:
        self.trail = trail

    def before_execute(
        self, connection: Connection, element: Any, several: Any, params: Any, options: Any
    ) -> None:
        if not isinstance(element, Update | Delete):
            return
        name = getattr(element.table, "name", "")
        if is_off(connection, options):
            return
        refuse_changes(name)
        watch = self.watch_of(name)
        if watch is None:
            return
        given = several or ([params] if params else [{}])
        if isinstance(element, Update) and is_quiet(watch, assigned(connection, element, given)):
            return
        rows = looked_up(connection, watch, element, given)
        connection.info[PENDING] = (
            element,
            watch,
            rows,
            self.gone(connection, watch, element, rows),
        )

    def after_execute(
        self,
        connection: Connection,
        element: Any,
        _several: Any,
        _params: Any,
        options: Any,
        result: Any,
    ) -> None:
        if isinstance(element, Insert):
            if (watch := self.watch_of(element.table.name)) and not is_off(connection, options):
                entries.write(connection, self.trail, inserted(watch, element, result))
            return
        pending = (
            connection.info.pop(PENDING, None) if isinstance(element, Update | Delete) else None
        )
        if pending and pending[0] is element:
            _, watch, rows, went = pending
            text = str(element)
            entries.write(
                connection,
                self.trail,
                [*changes(connection, watch, element, rows, text, result.rowcount), *went],
            )

    def before_cursor(
        self,
        connection: Connection,
        _cursor: Any,
        sql: str,
        parameters: Any,
        context: Any,
        many: bool,
    ) -> None:
        if not is_written_out(context):
            return
        begun = written_out.head(sql)
        if begun is None or is_off(connection, context.execution_options):
            return
        verb, name = begun
        if verb != "INSERT":
            refuse_changes(name)
        watch = self.trail.tables.get(name)
        if watch is None or (verb == "UPDATE" and not written_out.may_set(sql) & watch.names):
            return
        written = written_out.read(sql)
        if written is None or is_quiet(watch, written.assigned):
            return
        rows = None if many else rows_of(connection, watch, written, parameters)
        went = self.gone(connection, watch, verb, rows)
        connection.info[RAW] = (sql, watch, verb, rows, went)

    def after_cursor(
        self,
        connection: Connection,
        cursor: Any,
        sql: str,
        _parameters: Any,
        context: Any,
        _many: bool,
    ) -> None:
        pending = connection.info.pop(RAW, None) if is_written_out(context) else None
        if pending is None or pending[0] != sql:
            return
        _, watch, verb, rows, went = pending
        text = written_out.without_values(sql)
        found = changes(connection, watch, verb, rows, text, cursor.rowcount)
        entries.write(connection, self.trail, [*found, *went])

    def watch_of(self, name: str) -> Watch | None:
        """None also for what the unit of work is writing: that is listened to elsewhere."""
        watch = self.trail.tables.get(name)
        return None if watch is None or self.trail.is_flushing() else watch

    def gone(self, connection: Connection, watch: Watch, element: Any, rows: Seen) -> list[Entry]:
        if not is_delete(element) or not rows or len(watch.keys) != 1:
            return []
        keys = [row[watch.keys[0].name] for row in rows]
        return list(gone_with(connection, self.trail, watch.table, keys))


def is_off(connection: Connection, options: Mapping[str, Any]) -> bool:
    return bool(options.get(UNAUDITED) or connection.get_execution_options().get(UNAUDITED))


def refuse_changes(name: str) -> None:
    if name in ("audit_log", "audit_seals"):
        raise AppendOnly(f"{name} is written once: what is in it is neither changed nor removed.")


def is_quiet(watch: Watch, names: frozenset[str]) -> bool:
    return bool(names) and not names & watch.names


def is_delete(element: Any) -> bool:
    return element == "DELETE" if isinstance(element, str) else isinstance(element, Delete)


def assigned(
    connection: Connection, element: Update, given: Sequence[Mapping[str, Any]]
) -> frozenset[str]:
    """The columns that it sets, as the statement says them."""
    names = [name for name in given[0] if name in element.table.columns] or None
    written = written_out.read(str(element.compile(connection, column_keys=names)))
    return written.assigned if written else frozenset()


def looked_up(
    connection: Connection,
    watch: Watch,
    element: Update | Delete,
    given: Sequence[Mapping[str, Any]],
) -> Seen:
    query = select(*watch.read)
    if element.whereclause is not None:
        query = query.where(element.whereclause)
    return read_each(connection, query.limit(MOST + 1).with_for_update(), given)


def read_each(
    connection: Connection, query: Select[Any], given: Sequence[Mapping[str, Any]]
) -> Seen:
    found: list[Row] = []
    for params in given:
        found += [dict(row) for row in connection.execute(query, dict(params)).mappings()]
        if len(found) > MOST:
            return None
    return found


def is_written_out(context: Any) -> bool:
    """Without an element that could be asked: exec_driver_sql(), text()."""
    compiled = getattr(context, "compiled", None)
    return compiled is None or isinstance(compiled.statement, TextClause)


def rows_of(
    connection: Connection, watch: Watch, written: written_out.Written, parameters: Any
) -> Seen:
    """By asking with the statement's own condition. Only where it is one table's and plain.

    Locked, as the statement will do: another one's commit in between would make the `before` a wrong one.
    """
    if written.condition is None or len(watch.keys) != 1:
        return None
    key, quote = watch.keys[0], connection.dialect.identifier_preparer.quote
    sql = f"SELECT {quote(key.name)} FROM {quote(watch.table.name)}"  # noqa: S608 - names of our own
    sql += f" WHERE {written.condition}" if written.condition else ""
    if capabilities.of(connection).is_server:  # a file has one writer at a time
        sql += "\nFOR UPDATE"
    rest = parameters if isinstance(parameters, dict) else tuple(parameters)[written.skipped :]
    cursor = connection.exec_driver_sql(sql, rest) if rest else connection.exec_driver_sql(sql)
    raw = [row[0] for row in cursor.fetchmany(MOST + 1)]
    cursor.close()
    if len(raw) > MOST:
        return None
    process = key.type.dialect_impl(connection.dialect).result_processor(connection.dialect, None)
    keys = [(process(one) if process else one,) for one in raw]
    return list(stored(connection, watch, keys).values())


def inserted(watch: Watch, element: Insert, result: Any) -> Iterator[Entry]:
    rows: Sequence[Row] = result.context.compiled_parameters
    names = {column.name for column in watch.keys}
    if element.select is not None or not rows or not names <= rows[0].keys():
        yield entries.statement(watch, str(element), max(result.rowcount, 0))
        return
    yield from (entries.created(watch, row) for row in rows)


def changes(
    connection: Connection, watch: Watch, element: Any, rows: Seen, text: str, many: int
) -> Iterator[Entry]:
    if rows is None:
        if many:  # -1: not told
            yield entries.statement(watch, text, max(many, 0))
        return
    if is_delete(element):
        yield from (entries.deleted(watch, row) for row in rows)
        return
    keys = [tuple(row[column.name] for column in watch.keys) for row in rows]
    now = stored(connection, watch, keys)
    for key, row in zip(keys, rows, strict=True):
        if found := entries.updated(watch, row, row, now.get(key, row)):
            yield found
