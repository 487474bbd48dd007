import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Double,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reminder_app.database import BINARY_TEXT, DIGEST, Model, TimestampMixin, now
from reminder_app.delivery import states
from reminder_app.delivery.letters import in_order

KEY = String(191).with_variant(String(191, collation=BINARY_TEXT), "mysql")
REMINDER = "reminder"
# A sort of all that waits would lock it all, and other workers would find nothing.
BY_BULK = "FORCE INDEX (ix__deliveries__state_account_is_bulk_not_before)"


class Delivery(Model, TimestampMixin):
    """The ledger: one message, to one address, through one channel, once."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(None, "state", "account", "is_bulk", "not_before"),  # claim
        Index(None, "state", "not_before", "account"),  # what waits, and since when
        Index(None, "workspace_id", "due_at", "id"),
        Index(None, "workspace_id", "state", "due_at", "id"),
        # Of a channel that few messages go through: 2 ms instead of 2.3 s among a million.
        Index(None, "workspace_id", "channel", "due_at", "id"),
        Index(None, "source_kind", "source_id", "due_at"),
        Index(None, "contact_id", "due_at", "id"),  # what a client was told
        Index(None, "is_secret", "payload_since"),  # what is to be forgotten
        Model.__table_args__,
    )

    workspace_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("workspaces.id", ondelete="SET NULL")
    )
    key: Mapped[str] = mapped_column(KEY, unique=True)  # the natural key
    source_kind: Mapped[str] = mapped_column(String(20))  # reminder | invitation | account | late
    source_id: Mapped[uuid.UUID | None]
    part_id: Mapped[uuid.UUID | None] = mapped_column(index=True)  # a reminder's occurrence
    contact_id: Mapped[uuid.UUID | None]  # whom it is to, where that is a contact
    channel: Mapped[str] = mapped_column(String(10), default="email")
    # Through what it goes: email, push, or one of a workspace, such as email.<hex>.
    account: Mapped[str] = mapped_column(String(60), default="email", server_default="email")
    address: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120), default="")
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    # In whose name; empty: the account's own. See senders/.
    from_name: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    from_address: Mapped[str] = mapped_column(String(254), default="", server_default=text("''"))
    subject: Mapped[str] = mapped_column(String(255), default="")  # stays when the payload goes
    template: Mapped[str] = mapped_column(String(40))
    # Big, and read by the worker alone; gone when it was a secret, or is old.
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    # NULL once it is forgotten: those rows are never looked at again.
    payload_since: Mapped[datetime | None] = mapped_column(default=now)
    content_hash: Mapped[bytes | None] = mapped_column(DIGEST)  # of the first rendering
    # By the attachment's id in hex: name, type, size, sha256, and whether it is attached or linked.
    # The proof of what went along; it stays when the payload goes.
    files: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    state: Mapped[str] = mapped_column(String(16), default="pending")  # see states.py
    reason: Mapped[str] = mapped_column(String(255), default="")
    is_late: Mapped[bool] = mapped_column(default=False)
    sent_again: Mapped[bool] = mapped_column(default=True)  # a doubt is sent again, not parked
    is_secret: Mapped[bool] = mapped_column(default=False)  # the payload goes once it is sent
    # One of many: those of others go first. text(): `false` never compares equal to what MySQL has.
    is_bulk: Mapped[bool] = mapped_column(default=False, server_default=text("0"))

    due_at: Mapped[datetime]  # what was promised
    not_before: Mapped[datetime]  # when it may go next
    deadline_at: Mapped[datetime | None]  # after that it is missed
    # Called off. On what is on the wire right now it means: whatever comes of it, not once more.
    cancelled_at: Mapped[datetime | None]

    fence: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)  # failed ones since somebody asked for it
    message_id: Mapped[str] = mapped_column(String(255), default="")
    handed_over_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]

    history: Mapped[list["Attempt"]] = relationship(
        back_populates="delivery",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="Attempt.number",
    )

    # What is known of its account; it belongs to no row.
    through: Mapped["SendingAccount | None"] = relationship(
        primaryjoin="foreign(Delivery.account) == SendingAccount.name", viewonly=True
    )

    @property
    def next_look_at(self) -> datetime | None:
        """When it may go by itself; None: it does not, or not before somebody resumes its account."""
        if self.state not in states.WAITING:
            return None
        known, at = self.through, self.not_before
        if known and known.paused_at and at <= now():
            return None
        return max(at, known.retry_at) if known and known.retry_at else at

    @property
    def put_back(self) -> int:
        """How often a worker took it up, and did not hand it over: no try of its own."""
        return max(self.fence - self.attempts - (self.state == states.HANDING_OVER), 0)

    @property
    def lateness_ms(self) -> int | None:
        """From the promised time to the server's yes."""
        return (self.sent_at - self.due_at) // timedelta(milliseconds=1) if self.sent_at else None

    @property
    def reminder_id(self) -> uuid.UUID | None:
        return self.source_id if self.source_kind == REMINDER else None

    @property
    def with_files(self) -> list[dict[str, Any]]:
        return in_order(self.files)

    @property
    def is_settled(self) -> bool:
        """Nothing happens to it by itself any more."""
        return self.state in states.FINAL

    @property
    def can_be_sent_again(self) -> bool:
        return self.state in states.SENT_AGAIN and not self.is_forgotten

    @property
    def is_forgotten(self) -> bool:
        """What it said is gone, and with it the chance to say it again."""
        return self.payload is None or (self.is_secret and self.is_settled)


class Attempt(Model):
    __tablename__ = "delivery_attempts"
    __table_args__ = (Index(None, "delivery_id", "number"), Model.__table_args__)

    delivery_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    number: Mapped[int]
    worker: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12))  # sent | transient | permanent | unknown
    reason: Mapped[str] = mapped_column(String(12), default="")  # recipient | account | …
    answer: Mapped[str] = mapped_column(String(255), default="")  # the server's words

    delivery: Mapped[Delivery] = relationship(back_populates="history")


class DeliveryPlan(Model):
    """How many messages one planning asked for: what the books are balanced against."""

    __tablename__ = "delivery_plans"
    __table_args__ = (
        Index(None, "source_kind", "source_id"),
        Model.__table_args__,
    )

    workspace_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("workspaces.id", ondelete="SET NULL"), index=True
    )
    source_kind: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[uuid.UUID | None]
    audience: Mapped[int]
    planned_at: Mapped[datetime]


class SendingAccount(Model, TimestampMixin):
    """What all workers know of an account they send through. No row: nothing is known, all is well."""

    __tablename__ = "sending_accounts"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    owner_id: Mapped[uuid.UUID | None] = mapped_column(index=True)  # a workspace; None: the site
    title: Mapped[str] = mapped_column(  # for people
        String(80), default="", server_default=text("''")
    )
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[str] = mapped_column(String(120), default="")  # a person's name
    broken_since: Mapped[datetime | None]
    broken_words: Mapped[str] = mapped_column(String(255), default="")
    retry_at: Mapped[datetime | None]  # when somebody looks whether it works again
    failures: Mapped[int] = mapped_column(default=0)  # in a row


class Tally(Model):
    """How many tries ended how within ten seconds: of one workspace, or of all of them together."""

    __tablename__ = "delivery_tallies"
    __table_args__ = (Index(None, "scope_id", "at"), Index(None, "at"), Model.__table_args__)

    scope_id: Mapped[uuid.UUID]  # a workspace, or tally.EVERYBODY; it outlives neither by much
    at: Mapped[datetime]  # when the ten seconds began
    channel: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(12))  # as an attempt's
    within_ms: Mapped[int]  # of what was sent: a bound of its lateness; see lateness_bounds.py
    many: Mapped[int]
    seconds: Mapped[float] = mapped_column(Double)  # of lateness, together


class TallyTotal(Model):
    """The same, over all time: it only grows, as those who read it by its growth want it."""

    __tablename__ = "delivery_totals"
    __table_args__ = (UniqueConstraint("channel", "outcome", "within_ms"), Model.__table_args__)

    channel: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(12))
    within_ms: Mapped[int]
    many: Mapped[int] = mapped_column(BigInteger)
    seconds: Mapped[float] = mapped_column(Double)


class TallyMark(Model):
    """How far was counted. Whoever counts holds this row."""

    __tablename__ = "delivery_tally_marks"

    name: Mapped[str] = mapped_column(String(20), unique=True)
    counted_until: Mapped[datetime]  # before it nothing changes any more
    counted_at: Mapped[datetime]
