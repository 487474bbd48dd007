from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from reminder_app.database import Model


class Heartbeat(Model):
    """When beat and a worker were last seen alive; health reads it."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(40), unique=True)  # beat | worker | pump
    seen_at: Mapped[datetime]
