"""A table walked along its key, some rows at a time: one look into the index for each, never a count."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, text


class Stretch(NamedTuple):
    """Rows after one key up to another. `within` is the condition, `bounds` its values."""

    table: str
    key: str
    after: Any  # None: from the first row on
    end: Any

    def within(self, connection: Connection, alias: str = "") -> str:
        name = alias + connection.dialect.identifier_preparer.quote(self.key)
        low = "" if self.after is None else f"{name} > :stretch_after AND "
        return f"{low}{name} <= :stretch_end"

    @property
    def bounds(self) -> dict[str, Any]:
        low = {} if self.after is None else {"stretch_after": self.after}
        return {**low, "stretch_end": self.end}


def following(
    connection: Connection, table: str, key: str, after: Any, rows: int
) -> Stretch | None:
    """None where no row follows."""
    quote = connection.dialect.identifier_preparer.quote
    name, of = quote(key), quote(table)
    where = "" if after is None else f"WHERE {name} > :after"
    bounds = {} if after is None else {"after": after}
    full = f"SELECT {name} FROM {of} {where} ORDER BY {name} LIMIT 1 OFFSET {rows - 1}"  # noqa: S608
    end = connection.execute(text(full), bounds).scalar()
    if end is None:  # fewer are left
        last = f"SELECT MAX({name}) FROM {of} {where}"  # noqa: S608
        end = connection.execute(text(last), bounds).scalar()
    return None if end is None else Stretch(table, key, after, end)
