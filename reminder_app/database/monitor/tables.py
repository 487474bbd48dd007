"""What all processes write their figures into, so that every one of them sees those of all."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Double, Index, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from reminder_app.database.base import TABLE_OPTIONS, UtcDateTime, Uuid
from reminder_app.database.engine import Model
from reminder_app.database.histogram import BUCKETS

OPTIONS: dict[str, Any] = TABLE_OPTIONS
BUCKET_NAMES = tuple(f"b{number:02}" for number in range(BUCKETS))


class QueryFingerprint(Model):
    """A statement without its values: written once, by whoever asks it first."""

    __tablename__ = "query_fingerprints"

    text: Mapped[str] = mapped_column(Text())
    verb: Mapped[str] = mapped_column(String(20))
    tables: Mapped[str] = mapped_column(String(200))  # parted by commas
    first_seen_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)


# No class: nobody loads one row of it, all is sums. No references, and the id begins with `at`: it can
# be parted by months.
SAMPLES = Table(
    "query_samples",
    Model.metadata,
    Column("id", Uuid(), primary_key=True),
    Column("at", UtcDateTime(), nullable=False),  # where its minute or hour begins
    Column("grain", Integer, nullable=False),  # seconds: 60 of one process, 3600 of all
    Column("fingerprint_id", Uuid(), nullable=False),
    Column("work", String(120), nullable=False),
    Column("place", String(200), nullable=False),
    Column("many", Integer, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("longest", Double, nullable=False),
    Column("row_count", BigInteger, nullable=False),
    Column("errors", Integer, nullable=False),
    *(Column(name, Integer, nullable=False) for name in BUCKET_NAMES),
    Index("ix__query_samples__fingerprint_id", "fingerprint_id"),
    **OPTIONS,
)


class QueryFinding(Model):
    """One that was slow, or that one request asked again and again."""

    __tablename__ = "query_findings"
    __table_args__ = (Index("ix__query_findings__fingerprint_id", "fingerprint_id"), TABLE_OPTIONS)

    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(10))  # slow | repeat
    fingerprint_id: Mapped[uuid.UUID]
    work: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(200))
    seconds: Mapped[float] = mapped_column(Double)
    times: Mapped[int]
    row_count: Mapped[int] = mapped_column(BigInteger)


class ServerDigest(Model):
    """What the server itself has counted of a statement, ever, when it was asked; the next one's
    difference to it is what happened in between."""

    __tablename__ = "server_digests"

    at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text())
    many: Mapped[int] = mapped_column(BigInteger)
    seconds: Mapped[float] = mapped_column(Double)
    rows_examined: Mapped[int] = mapped_column(BigInteger)
    rows_sent: Mapped[int] = mapped_column(BigInteger)
    without_index: Mapped[int] = mapped_column(BigInteger)
    disk_tables: Mapped[int] = mapped_column(BigInteger)


class DatabaseProcess(Model):
    """Each process that works on the database: its pool, as it told itself last."""

    __tablename__ = "database_processes"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    seen_at: Mapped[datetime]
    figures: Mapped[str] = mapped_column(Text())  # JSON
