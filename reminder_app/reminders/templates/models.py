import uuid
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reminder_app.database import Model, TimestampMixin
from reminder_app.reminders.file_models import TemplateFile


class ReminderTemplate(Model, TimestampMixin):
    """A reminder without its day: `fields` as service.checked() gives them."""

    __tablename__ = "reminder_templates"
    __table_args__ = (Index(None, "workspace_id", "name", "id"), Model.__table_args__)

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    # No foreign keys: they may be gone.
    created_by: Mapped[uuid.UUID | None]
    changed_by: Mapped[uuid.UUID | None]
    name: Mapped[str] = mapped_column(String(80))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)

    files: Mapped[list[TemplateFile]] = relationship(
        back_populates="template",
        cascade="all, delete-orphan",
        passive_deletes=True,
        lazy="selectin",
        order_by=TemplateFile.id,
    )
