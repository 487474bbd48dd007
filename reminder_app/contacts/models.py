import uuid
from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
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
    # email | sms | whatsapp, or none said: a wish, kept where no gateway can do it.
    preferred_channel: Mapped[str] = mapped_column(
        String(10), default="", server_default=text("''")
    )
    locale: Mapped[str | None] = mapped_column(String(20))
    postal_address: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    notes: Mapped[str] = mapped_column(Text, default="")
    attributes: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    consent: Mapped[str] = mapped_column(String(10), default="", server_default=text("''"))
    consent_note: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    consent_at: Mapped[datetime | None]  # when it was written down
    archived_at: Mapped[datetime | None]
    # Who goes on in its place. No foreign key: contacts go with their workspace alone.
    merged_into_id: Mapped[uuid.UUID | None]

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


class ContactImport(Model, TimestampMixin):
    """A file of contacts, and how far it was read: each chunk commits with its place in the file."""

    __tablename__ = "contact_imports"
    __table_args__ = (
        Index(None, "workspace_id", "id"),
        Index(None, "state", "updated_at"),  # what a worker goes on with
        Index(None, "updated_at"),
        Model.__table_args__,
    )

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    created_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    file_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(6))  # csv | vcard
    encoding: Mapped[str] = mapped_column(String(20))  # it came in; it is kept in UTF-8
    delimiter: Mapped[str] = mapped_column(String(1), default="")
    has_header: Mapped[bool] = mapped_column(default=False)
    mapping: Mapped[list[str]] = mapped_column(JSON, default=list)  # a field for each column, or ""
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)  # all of them get these
    existing: Mapped[str] = mapped_column(String(10), default="skip")  # skip | update | overwrite
    state: Mapped[str] = mapped_column(String(10), default="new")  # see importing.py
    reason: Mapped[str] = mapped_column(String(255), default="")
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    position: Mapped[int] = mapped_column(BigInteger, default=0)  # bytes that are done with
    line: Mapped[int] = mapped_column(default=1)  # that comes next
    created_count: Mapped[int] = mapped_column(default=0)
    updated_count: Mapped[int] = mapped_column(default=0)
    skipped_count: Mapped[int] = mapped_column(default=0)
    failed_count: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    failures: Mapped[list["ContactImportFailure"]] = relationship(
        back_populates="contact_import",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="ContactImportFailure.line",
    )


class ContactImportFailure(Model):
    """A line that was not taken, and why."""

    __tablename__ = "contact_import_failures"
    __table_args__ = (Index(None, "import_id", "line", "id"), Model.__table_args__)

    import_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("contact_imports.id", ondelete="CASCADE")
    )
    line: Mapped[int]
    reason: Mapped[str] = mapped_column(String(255))
    content: Mapped[str] = mapped_column(Text)

    contact_import: Mapped[ContactImport] = relationship(back_populates="failures")
