from datetime import datetime

from sqlalchemy import BigInteger, Double, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from reminder_app.database.base import TABLE_OPTIONS
from reminder_app.database.engine import Model

WORDS = 500


class TableSize(Model):
    """How large a table was on one day."""

    __tablename__ = "table_sizes"
    __table_args__ = (Index(None, "at", "table_name"), TABLE_OPTIONS)

    at: Mapped[datetime]
    table_name: Mapped[str] = mapped_column(String(64))
    row_count: Mapped[int] = mapped_column(BigInteger)  # a server's is an estimate
    data_bytes: Mapped[int] = mapped_column(BigInteger)
    index_bytes: Mapped[int] = mapped_column(BigInteger)
    free_bytes: Mapped[int] = mapped_column(BigInteger)  # in its file, and used by nothing


class MaintenanceRun(Model):
    """What was done, by whom it was asked, and how long it took."""

    __tablename__ = "maintenance_runs"
    __table_args__ = (Index(None, "started_at"), TABLE_OPTIONS)

    task: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    seconds: Mapped[float] = mapped_column(Double)
    is_good: Mapped[bool]
    words: Mapped[str] = mapped_column(String(WORDS))
