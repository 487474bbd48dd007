import uuid
from datetime import datetime

from sqlalchemy import BigInteger, Double, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reminder_app.database.base import TABLE_OPTIONS, Uuid
from reminder_app.database.engine import Model

OPEN, DISMISSED, APPLIED = "open", "dismissed", "applied"


class IndexAdvice(Model):
    """An index that a query lacks; and once there is one, what became of that query's times."""

    __tablename__ = "index_advice"
    __table_args__ = (
        UniqueConstraint("table_name", "columns"),
        Index(None, "seen_at"),
        TABLE_OPTIONS,
    )

    table_name: Mapped[str] = mapped_column(String(64))
    columns: Mapped[str] = mapped_column(String(260))  # parted by commas, in their order
    why: Mapped[str] = mapped_column(String(200))
    proof: Mapped[str] = mapped_column(String(300))
    share: Mapped[float] = mapped_column(Double)  # of the work that is left
    replaces: Mapped[str] = mapped_column(String(260))  # indexes that it makes superfluous
    fingerprint_id: Mapped[uuid.UUID] = mapped_column(Uuid())  # the query that gains most
    state: Mapped[str] = mapped_column(String(10), default=OPEN)  # open | dismissed | applied
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # when it was last found, or looked after
    applied_at: Mapped[datetime | None]  # when the index was first seen
    many_before: Mapped[int | None] = mapped_column(BigInteger)
    p95_before: Mapped[float | None] = mapped_column(Double)  # seconds
    many_after: Mapped[int | None] = mapped_column(BigInteger)
    p95_after: Mapped[float | None] = mapped_column(Double)
    # Seconds, and rows given, of all those calls together.
    seconds_before: Mapped[float | None] = mapped_column(Double)
    seconds_after: Mapped[float | None] = mapped_column(Double)
    rows_before: Mapped[int | None] = mapped_column(BigInteger)
    rows_after: Mapped[int | None] = mapped_column(BigInteger)
    paid_off: Mapped[bool | None]  # None: not known yet

    @property
    def named(self) -> tuple[str, ...]:
        return tuple(self.columns.split(","))
