"""Types and the model class every table is made of."""

import uuid
from datetime import UTC, datetime
from typing import Any

import uuid_utils.compat
from sqlalchemy import BINARY, DateTime, Dialect, LargeBinary, MetaData
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator, TypeEngine

from reminder_app.database import clock

NAMES = {
    "ix": "ix__%(table_name)s__%(column_0_N_name)s",
    "uq": "uq__%(table_name)s__%(column_0_N_name)s",
    "ck": "ck__%(table_name)s__%(constraint_name)s",
    "fk": "fk__%(table_name)s__%(column_0_name)s__%(referred_table_name)s",
    "pk": "pk__%(table_name)s",
}
TABLE_OPTIONS = {
    "mysql_engine": "InnoDB",
    "mysql_default_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_unicode_520_ci",
}
# For keys and hashes: `a` and `á` are two values, and so are `a` and `A`.
BINARY_TEXT = "utf8mb4_bin"
# A SHA-256.
DIGEST = BINARY(32).with_variant(LargeBinary(32), "sqlite")


def new_id() -> uuid.UUID:
    """UUIDv7: in order of time, so that new rows land at the end of the index."""
    return uuid_utils.compat.uuid7()


def with_microseconds(dialect: Dialect) -> TypeEngine[datetime]:
    if dialect.name in ("mysql", "mariadb"):
        return dialect.type_descriptor(mysql.DATETIME(fsp=6))
    return dialect.type_descriptor(DateTime())


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python, naive UTC with microseconds in the database (MySQL stores no zone)."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        return with_microseconds(dialect)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: pass an aware one")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


def stored(instant: datetime | None) -> str | None:
    """As UtcDateTime has it on every database: for statements that are written out."""
    if instant is None:
        return None
    if instant.tzinfo is None:
        raise ValueError("naive datetime: pass an aware one")
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class LocalDateTime(TypeDecorator[datetime]):
    """A wall-clock time that means something only together with a zone: naive on both sides."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        return with_microseconds(dialect)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError("aware datetime: a wall-clock time has no zone of its own")
        return value


class Uuid(TypeDecorator[uuid.UUID]):
    """16 bytes on every database: half of CHAR(32), and dumps are alike."""

    impl = BINARY(16).with_variant(LargeBinary(16), "sqlite")
    cache_ok = True

    def process_bind_param(self, value: uuid.UUID | None, dialect: Dialect) -> bytes | None:
        return None if value is None else value.bytes

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> uuid.UUID | None:
        return None if value is None else uuid.UUID(bytes=bytes(value))


class Model(DeclarativeBase):
    # A registry, not a type_annotation_map: Flask-SQLAlchemy 3.1 copies this class body.
    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: UtcDateTime, uuid.UUID: Uuid},
    )
    __table_args__: Any = TABLE_OPTIONS

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


class TimestampMixin:
    created_at: Mapped[datetime] = mapped_column(default=clock.now, sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(
        default=clock.now, onupdate=clock.now, sort_order=91
    )
