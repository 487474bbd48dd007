import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reminder_app.database import DIGEST, Model, TimestampMixin
from reminder_app.database.sealing import Sealed, Secret
from reminder_app.delivery.endpoints import kinds


class Endpoint(Model, TimestampMixin):
    """Where a person can be reached beside email: a browser, a server of theirs, another service."""

    __tablename__ = "endpoints"
    __table_args__ = (UniqueConstraint("user_id", "address_hash"), Model.__table_args__)

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))  # push | webhook
    name: Mapped[str] = mapped_column(String(80))
    host: Mapped[str] = mapped_column(String(253))  # all that is shown of its address
    # What it is: JSON, whole, as a part of a push address or a webhook's path is a secret already.
    address: Mapped[Secret] = mapped_column(Sealed)
    address_hash: Mapped[bytes] = mapped_column(DIGEST, index=True)
    # Of a webhook: what its messages are signed with, and with what they still are as well.
    secret: Mapped[Secret | None] = mapped_column(Sealed)
    former_secret: Mapped[Secret | None] = mapped_column(Sealed)
    former_until: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(8), default=kinds.NEW)  # new|works|failing|gone
    words: Mapped[str] = mapped_column(String(255), default="")  # of what came last
    used_at: Mapped[datetime | None]  # the last message that it took
    failed_at: Mapped[datetime | None]

    @property
    def account(self) -> str:
        return kinds.account_of(self.kind, self.id)

    @property
    def is_gone(self) -> bool:
        return self.state == kinds.GONE


class Gateway(Model, TimestampMixin):
    """Through what a workspace's clients get SMS or WhatsApp: an Apprise URL with {to} for the number."""

    __tablename__ = "gateways"
    __table_args__ = (UniqueConstraint("workspace_id", "channel"), Model.__table_args__)

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(10))  # sms | whatsapp
    host: Mapped[str] = mapped_column(String(253))  # all that is shown of its address
    address: Mapped[Secret] = mapped_column(Sealed)
    state: Mapped[str] = mapped_column(String(8), default=kinds.NEW)  # new|works|failing
    words: Mapped[str] = mapped_column(String(255), default="")  # of what came last
    used_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]

    @property
    def account(self) -> str:
        return kinds.account_of(self.channel, self.id)

    @property
    def title(self) -> str:
        return kinds.GATEWAYS[self.channel]


class ChannelOrder(Model, TimestampMixin):
    """Through what a person is reminded first, and through what as well where that was not seen."""

    __tablename__ = "channel_orders"

    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), unique=True
    )
    first: Mapped[str] = mapped_column(String(10), default=kinds.EMAIL)
    afterwards: Mapped[str] = mapped_column(String(10), default="")  # empty: nothing follows
    after_minutes: Mapped[int] = mapped_column(default=0)


class PushKey(Model, TimestampMixin):
    """The site's own: browsers take pushes from nobody else (RFC 8292). Made once and kept."""

    __tablename__ = "push_keys"

    name: Mapped[str] = mapped_column(String(10), unique=True)
    public: Mapped[str] = mapped_column(String(100))
    private: Mapped[Secret] = mapped_column(Sealed)
