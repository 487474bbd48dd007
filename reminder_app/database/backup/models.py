from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, Double, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from reminder_app.database.base import TABLE_OPTIONS
from reminder_app.database.engine import Model

RUNNING, DONE, FAILED = "running", "done", "failed"
WORDS = 500
# Of the newest good one: its age from which on somebody is told, and from which on it is as good as none.
LATE, LOST = timedelta(hours=26), timedelta(days=3)


class Backup(Model):
    """What pages and health know of the backups: the folder itself may be on another machine."""

    __tablename__ = "backups"
    __table_args__ = (Index(None, "started_at"), TABLE_OPTIONS)

    name: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[str] = mapped_column(String(10))  # running | done | failed
    started_at: Mapped[datetime]
    seconds: Mapped[float | None] = mapped_column(Double)
    bytes: Mapped[int | None] = mapped_column(BigInteger)  # sealed
    plain_bytes: Mapped[int | None] = mapped_column(BigInteger)
    row_count: Mapped[int | None] = mapped_column(BigInteger)
    # That went along; none: they were not backed up.
    file_count: Mapped[int | None] = mapped_column(BigInteger)
    file_bytes: Mapped[int | None] = mapped_column(BigInteger)
    files_damaged: Mapped[int | None] = mapped_column(BigInteger)  # on the disk: they did not
    server: Mapped[str] = mapped_column(String(60), default="")
    revision: Mapped[str] = mapped_column(String(80), default="")
    log_position: Mapped[str] = mapped_column(String(120), default="")  # none: no later moment
    logs_until: Mapped[datetime | None]  # any moment from the backup up to this one can be had
    stays: Mapped[str] = mapped_column(String(60), default="")  # newest, daily, weekly, monthly
    words: Mapped[str] = mapped_column(String(WORDS), default="")
    removed_at: Mapped[datetime | None]


class RestoreTest(Model):
    """A restore that was tried, and how long it took: that is the recovery time."""

    __tablename__ = "restore_tests"
    __table_args__ = (Index(None, "started_at"), TABLE_OPTIONS)

    backup_name: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    is_good: Mapped[bool]
    seconds: Mapped[float] = mapped_column(Double)
    steps: Mapped[dict[str, Any]] = mapped_column(JSON)  # step -> seconds
    row_count: Mapped[int] = mapped_column(BigInteger)
    bytes: Mapped[int] = mapped_column(BigInteger)
    restored_to: Mapped[datetime | None]  # the log was replayed up to here
    server: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(String(WORDS))
