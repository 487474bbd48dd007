import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reminder_app.database import DIGEST, Model, TimestampMixin
from reminder_app.database.sealing import Sealed, Secret
from reminder_app.delivery.senders.account import account_of

EMAIL, PHONE = "email", "phone"
TYPES = (EMAIL, PHONE)


class EmailConfiguration(Model, TimestampMixin):
    """A workspace's own mail server."""

    __tablename__ = "email_configurations"
    __table_args__ = (UniqueConstraint("workspace_id", "name"), Model.__table_args__)

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    smtp_host: Mapped[str] = mapped_column(String(253))
    smtp_port: Mapped[int]
    smtp_security: Mapped[str] = mapped_column(String(8))  # none | starttls | tls
    smtp_user: Mapped[str] = mapped_column(String(254), default="")  # empty: nobody signs in
    smtp_password: Mapped[Secret | None] = mapped_column(Sealed)
    from_address: Mapped[str] = mapped_column(String(254))  # of the envelope: bounces come here
    is_active: Mapped[bool] = mapped_column(default=True)
    mails_per_minute: Mapped[int | None]
    # The last test of these very settings; nothing when they have changed since.
    tested_at: Mapped[datetime | None]
    test_passed: Mapped[bool | None]
    test_words: Mapped[str] = mapped_column(String(500), default="")

    # RESTRICT or CASCADE would stand in the way of a workspace that goes with both.
    identities: Mapped[list["SenderIdentity"]] = relationship(
        back_populates="configuration", passive_deletes=True, order_by="SenderIdentity.address"
    )

    @property
    def account(self) -> str:
        return account_of(self.id)


class SenderIdentity(Model, TimestampMixin):
    """In whose name messages go out."""

    __tablename__ = "sender_identities"
    __table_args__ = (
        UniqueConstraint("workspace_id", "type", "address"),
        # NULL where it is no default: of the others there is one of each type.
        UniqueConstraint("workspace_id", "default_for"),
        Model.__table_args__,
    )

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(5))  # email | phone
    address: Mapped[str] = mapped_column(String(254))  # lower case; or +49301234567
    display_name: Mapped[str] = mapped_column(String(120), default="")
    # Through what; None: the site's own server. Of an email alone.
    configuration_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("email_configurations.id", ondelete="SET NULL"), index=True
    )
    default_for: Mapped[str | None] = mapped_column(String(5))
    verified_at: Mapped[datetime | None]
    code_hash: Mapped[bytes | None] = mapped_column(DIGEST)
    code_until: Mapped[datetime | None]
    code_tries: Mapped[int] = mapped_column(default=0)

    configuration: Mapped[EmailConfiguration | None] = relationship(back_populates="identities")

    @property
    def is_default(self) -> bool:
        return self.default_for is not None

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def title(self) -> str:
        return f"{self.display_name} <{self.address}>" if self.display_name else self.address
