from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from reminder_app.database import Model


class Heartbeat(Model):
    """When beat and a worker were last seen alive; health reads it."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(40), unique=True)  # beat | worker | pump
    seen_at: Mapped[datetime]


class WorkerSighting(Model):
    """Each process that sends: when it was last seen, and the journals on its machine."""

    __tablename__ = "worker_sightings"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    seen_at: Mapped[datetime]
    journals: Mapped[int]
    journal_bytes: Mapped[int] = mapped_column(BigInteger)
