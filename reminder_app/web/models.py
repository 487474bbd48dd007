import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reminder_app.database import DIGEST, Model
from reminder_app.database.base import BINARY_TEXT

KEY = String(255).with_variant(String(255, collation=BINARY_TEXT), "mysql")


class IdempotencyKey(Model):
    """What a create answered, so that a repeated request gets the same answer and makes nothing."""

    __tablename__ = "idempotency_keys"
    # Owner and workspace are plain ids: web knows nothing of the product above it.
    __table_args__ = (
        UniqueConstraint("user_id", "workspace_id", "route", "key"),
        Model.__table_args__,
    )

    user_id: Mapped[uuid.UUID]
    workspace_id: Mapped[uuid.UUID]
    route: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(KEY)
    request_hash: Mapped[bytes] = mapped_column(DIGEST)
    status: Mapped[int]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(index=True)
