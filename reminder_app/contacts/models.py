import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reminder_app.database import BINARY_TEXT, Model, TimestampMixin

# In order of the alphabet whatever the case: MySQL does so by itself.
NAME = String(120).with_variant(String(120, collation="NOCASE"), "sqlite")
# Lower case already; compared letter by letter, as `é` and `e` are two tags.
TAG = String(40).with_variant(String(40, collation=BINARY_TEXT), "mysql", "mariadb")


class Contact(Model, TimestampMixin):
    __tablename__ = "contacts"
    __table_args__ = (
        # An archived contact keeps its address: a new one with the same is refused with a way back.
        UniqueConstraint("workspace_id", "email"),
        Index(None, "workspace_id", "name", "id"),
        Model.__table_args__,
    )

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(NAME)
    email: Mapped[str | None] = mapped_column(String(254))  # lower case
    phone: Mapped[str] = mapped_column(String(32), default="")
    phone_secondary: Mapped[str] = mapped_column(String(32), default="")
    phone_whatsapp: Mapped[str] = mapped_column(String(32), default="")
    time_zone: Mapped[str | None] = mapped_column(String(64))
    notes: Mapped[str] = mapped_column(Text, default="")
    archived_at: Mapped[datetime | None]

    tags: Mapped[list["ContactTag"]] = relationship(
        back_populates="contact",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="ContactTag.name",
        lazy="selectin",
    )


class ContactTag(Model):
    __tablename__ = "contact_tags"
    __table_args__ = (
        UniqueConstraint("contact_id", "name"),
        Index(None, "workspace_id", "name"),
        Model.__table_args__,
    )

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    contact_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(TAG)

    contact: Mapped[Contact] = relationship(back_populates="tags")
