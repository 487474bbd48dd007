import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Double, Index, LargeBinary, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column

from reminder_app.database.base import BINARY_TEXT, DIGEST
from reminder_app.database.engine import Model

# Keys of any table, as text: compared letter by letter.
KEY = String(64).with_variant(String(64, collation=BINARY_TEXT), "mysql")
# Up to a thousand entries of 48 bytes.
LISTED = LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql")


class AuditEntry(Model):
    """What happened to one row, or to the many of one statement. Written once, never changed.

    The id begins with the time (see ids.py): what is before a moment is below an id, and so the months
    are the table's partitions.
    """

    __tablename__ = "audit_log"
    __table_args__ = (
        Index(None, "object_key", "id"),  # the history of one thing
        Index(None, "actor_key", "id"),
        Index(None, "scope_key", "id"),
        Index(None, "table_name", "id"),
        Model.__table_args__,
    )

    at: Mapped[datetime]
    actor_key: Mapped[str] = mapped_column(KEY, default="")
    actor: Mapped[str] = mapped_column(String(120), default="")
    source: Mapped[str] = mapped_column(
        String(120), default=""
    )  # the route, the job or the command
    request_id: Mapped[str] = mapped_column(String(40), default="")
    action: Mapped[str] = mapped_column(String(10))  # create | update | delete | statement | event
    table_name: Mapped[str] = mapped_column(KEY)
    row_key: Mapped[str] = mapped_column(KEY, default="")
    object_key: Mapped[str] = mapped_column(KEY, default="")  # what the row is a part of, or itself
    scope_key: Mapped[str] = mapped_column(KEY, default="")  # whose it is: a tenant
    many: Mapped[int] = mapped_column(default=1)  # rows of the statement
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    note: Mapped[str] = mapped_column(Text, default="")


class AuditSeal(Model):
    """A link of the chain: the digests of some entries, and of the seal before."""

    __tablename__ = "audit_seals"

    number: Mapped[int] = mapped_column(
        unique=True
    )  # 1, 2, 3, …: the unique key lets one sealer win
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(8))  # entries | retired
    until: Mapped[uuid.UUID]  # sealed (or retired) is what is below
    many: Mapped[int]
    listed: Mapped[bytes] = mapped_column(LISTED)  # each entry's id and digest, one after the other
    key_id: Mapped[str] = mapped_column(String(16))
    previous: Mapped[bytes] = mapped_column(DIGEST)
    digest: Mapped[bytes] = mapped_column(DIGEST)


class AuditCheck(Model):
    """A look through the chain and what it found."""

    __tablename__ = "audit_checks"

    at: Mapped[datetime] = mapped_column(index=True)
    seals: Mapped[int]
    entries: Mapped[int]
    problems: Mapped[int]
    told: Mapped[list[str]] = mapped_column(JSON)  # the first of them, in words
    seconds: Mapped[float] = mapped_column(Double)
