"""How far a long step has come: a row beside its chunks, in the same transaction as each of them.

The table is Alembic's neighbour, not a model: there while a step runs, gone when its revision is done.
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, inspect, text

TABLE = "alembic_progress"
CREATE = """
    CREATE TABLE IF NOT EXISTS alembic_progress (
        name VARCHAR(160) NOT NULL PRIMARY KEY, heads VARCHAR(255) NOT NULL,
        at_key VARCHAR(255) NOT NULL, done BIGINT NOT NULL, is_finished INTEGER NOT NULL)
"""
FIND = text("SELECT at_key, done, is_finished FROM alembic_progress WHERE name = :name")
ADD = text("INSERT INTO alembic_progress VALUES (:name, :heads, :at, :done, :end)")
KEEP = text(
    "UPDATE alembic_progress SET at_key = :at, done = :done, is_finished = :end WHERE name = :name"
)


@dataclass
class Progress:
    name: str
    at: Any = None  # the last key that is done
    done: int = 0
    is_finished: bool = False
    is_new: bool = True

    def save(self, connection: Connection, heads: str) -> None:
        """One more statement in the chunk's own transaction: both are there, or neither."""
        values = {"name": self.name, "at": to_text(self.at), "done": self.done}
        values |= {"end": int(self.is_finished)}
        if self.is_new:
            connection.execute(ADD, {**values, "heads": heads})
            self.is_new = False
        else:
            connection.execute(KEEP, values)


def begin(connection: Connection, name: str) -> Progress:
    connection.execute(text(CREATE))
    row = connection.execute(FIND, {"name": name}).first()
    if row is None:
        return Progress(name)
    return Progress(name, from_text(row[0]), row[1], bool(row[2]), is_new=False)


def forget(connection: Connection) -> None:
    """With the revision's number, in one transaction: a later run of it starts from nothing."""
    if is_there(connection):
        connection.execute(text("DELETE FROM alembic_progress"))


def forget_others(connection: Connection, heads: str) -> None:
    """What was left by a run that stopped at another revision than the one that is next now."""
    if is_there(connection):
        gone = text("DELETE FROM alembic_progress WHERE heads <> :heads")
        connection.execute(gone, {"heads": heads})


def clear_away(connection: Connection) -> None:
    if not is_there(connection):
        return
    if connection.execute(text("SELECT COUNT(*) FROM alembic_progress")).scalar_one() == 0:
        connection.execute(text("DROP TABLE alembic_progress"))


def is_there(connection: Connection) -> bool:
    return inspect(connection).has_table(TABLE)


def to_text(key: Any) -> str:
    return json.dumps({"bytes": bytes(key).hex()} if isinstance(key, bytes | bytearray) else key)


def from_text(text_: str) -> Any:
    found = json.loads(text_)
    return bytes.fromhex(found["bytes"]) if isinstance(found, dict) else found
