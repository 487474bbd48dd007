import uuid
from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    cast,
    func,
    literal,
    text,
    type_coerce,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reminder_app.accounts.models import User
from reminder_app.contacts.models import Contact
from reminder_app.database import BINARY_TEXT, LocalDateTime, Model, TimestampMixin, now
from reminder_app.database.base import UtcDateTime
from reminder_app.recurrence import per_period
from reminder_app.recurrence.schedule import Schedule
from reminder_app.reminders.amounts import Amount
from reminder_app.texts.models import ReminderText
from reminder_app.workspaces.models import Workspace

OPEN, DONE, SKIPPED, MISSED = "open", "done", "skipped", "missed"
LAST = datetime(9999, 12, 31, tzinfo=UTC)
AS_STORED = String(26).with_variant(mysql.DATETIME(fsp=6), "mysql")  # how UtcDateTime is kept
# Labels differ as they are written; the server's idea of equal letters would refuse some pairs.
LABEL = String(40).with_variant(String(40, collation=BINARY_TEXT), "mysql")


class Reminder(Model, TimestampMixin):
    __tablename__ = "reminders"
    __table_args__ = (
        # What the planner looks for; plan_at is NULL when there is nothing to plan.
        Index(None, "plan_at", "workspace_id"),
        Index(None, "workspace_id", "next_at", "id"),
        Index(None, "workspace_id", "created_at", "id"),
        Model.__table_args__,
    )

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    created_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    changed_by: Mapped[uuid.UUID | None]  # no foreign key: they may be gone
    # The reminder that this one was a single time of. No foreign key: it may be gone.
    series_id: Mapped[uuid.UUID | None]
    title: Mapped[str] = mapped_column(String(200))
    notes: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime] = mapped_column(LocalDateTime)  # wall clock in time_zone
    time_zone: Mapped[str] = mapped_column(String(64))
    zone_mode: Mapped[str] = mapped_column(String(8), default="fixed")  # fixed | floating
    rule: Mapped[str | None] = mapped_column(String(500))  # RFC 5545 RRULE
    month_end: Mapped[str] = mapped_column(String(5), default="clamp")  # clamp | skip
    advance_notices: Mapped[list[int]] = mapped_column(JSON)  # minutes before
    priority: Mapped[str] = mapped_column(String(8), default="normal")  # low | normal | high
    # personal | payment | deadline | notice; of a payment: how much, in an ISO 4217 currency
    kind: Mapped[str] = mapped_column(String(10), default="personal", server_default="personal")
    amount: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3), default="", server_default=text("''"))
    link: Mapped[str] = mapped_column(String(1000), default="", server_default=text("''"))  # https
    reference: Mapped[str] = mapped_column(String(140), default="", server_default=text("''"))
    text_id: Mapped[uuid.UUID | None] = mapped_column(index=True)  # none goes while it is used
    repeat_after: Mapped[str | None] = mapped_column(String(8))  # P3D: days after it is done
    times_per: Mapped[str | None] = mapped_column(String(10))  # 3/week: on so many days of the rule
    # What follows while nobody has done it: nagging.Nag as JSON; minutes until somebody else is told.
    nag: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    escalate_after: Mapped[int | None]
    escalate_user_id: Mapped[uuid.UUID | None]  # no foreign keys: who is gone is not told
    escalate_contact_id: Mapped[uuid.UUID | None]
    is_for_many: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    file_count: Mapped[int] = mapped_column(default=0, server_default="0")
    is_active: Mapped[bool] = mapped_column(default=True)  # False: paused
    # In whose name it goes out; None: the workspace's default, or the site's. No foreign key: one that
    # is gone stands for the default.
    sender_identity_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    pause_until: Mapped[datetime | None]  # of a paused one: then it goes on by itself
    version: Mapped[int] = mapped_column(default=1)
    # When it comes up next: a due time still to be done, or the end of its snooze. NULL when paused,
    # deleted or finished, and so is plan_at: the next notice to plan; all before it are planned.
    next_at: Mapped[datetime | None]
    plan_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    planned_until: Mapped[datetime | None]  # of a deleted one: from there its undo goes on
    # A failure while planning sets the row aside instead of stopping its neighbours.
    trouble: Mapped[str] = mapped_column(String(255), default="")

    __mapper_args__ = {"version_id_col": version}

    recipients: Mapped[list["Recipient"]] = relationship(
        back_populates="reminder",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="Recipient.id",
    )
    labels: Mapped[list["ReminderLabel"]] = relationship(
        back_populates="reminder",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="ReminderLabel.name",
    )
    occurrences: Mapped[list["Occurrence"]] = relationship(
        back_populates="reminder", cascade="all, delete-orphan", passive_deletes=True
    )
    files: Mapped[list[Any]] = relationship(
        "ReminderFile",
        viewonly=True,
        order_by="ReminderFile.id",
        primaryjoin="foreign(ReminderFile.reminder_id) == Reminder.id",
    )
    # What waits for somebody: the one that is due, and those that a notice has announced.
    open_occurrences: Mapped[list["Occurrence"]] = relationship(
        viewonly=True,
        order_by="Occurrence.due_at",
        primaryjoin="and_(Occurrence.reminder_id == Reminder.id, Occurrence.state == 'open')",
    )
    # One-way: accounts and workspaces lie below.
    creator: Mapped[User | None] = relationship(foreign_keys=[created_by])
    words: Mapped[ReminderText | None] = relationship(
        viewonly=True, primaryjoin="foreign(Reminder.text_id) == ReminderText.id"
    )
    changer: Mapped[User | None] = relationship(
        viewonly=True, primaryjoin="foreign(Reminder.changed_by) == User.id"
    )
    workspace: Mapped[Workspace] = relationship()
    escalate_user: Mapped[User | None] = relationship(
        viewonly=True, primaryjoin="foreign(Reminder.escalate_user_id) == User.id"
    )
    escalate_contact: Mapped[Contact | None] = relationship(
        viewonly=True, primaryjoin="foreign(Reminder.escalate_contact_id) == Contact.id"
    )

    @property
    def schedule(self) -> Schedule:
        return Schedule(
            *(self.starts_at, self.time_zone, self.rule, self.month_end),
            *(self.repeat_after, self.times_per),
        )

    # When it was done lately, where that is counted: repository.load_done() says it.
    done_dues: ClassVar[Collection[datetime]] = ()

    @property
    def done_in_period(self) -> int | None:
        """How often in this week or month, of those in `times_per`."""
        if self.times_per is None:
            return None
        start, end = per_period.bounds(now(), self.time_zone, per_period.parts(self.times_per)[1])
        return sum(start <= at < end for at in self.done_dues)

    @property
    def escalation(self) -> dict[str, Any] | None:
        who = self.escalate_user_id or self.escalate_contact_id
        if who is None or self.escalate_after is None:
            return None
        kind = "member" if self.escalate_user_id else "contact"
        return {"after": self.escalate_after, "to": {"kind": kind, "id": who}}

    @property
    def status(self) -> str:
        if not self.is_active:
            return "paused"
        return "finished" if self.next_at is None else "active"

    @property
    def due_at(self) -> datetime | None:
        """The due time of the occurrence that comes up at `next_at`; earlier where it is snoozed."""
        coming = (one.due_at for one in self.open_occurrences if one.comes_at == self.next_at)
        return next(coming, self.next_at)

    @property
    def acts_on(self) -> datetime | None:
        """The due time that Done means: of what comes up or, while it is paused, of what is open."""
        return self.due_at or next((one.due_at for one in self.open_occurrences), None)

    @hybrid_property
    def listed_at(self) -> datetime:
        """Its place among all: what is paused or over comes last."""
        return self.next_at or LAST

    @listed_at.inplace.expression
    @classmethod
    def _listed_at(cls) -> ColumnElement[datetime]:
        # Of a bare value the server would make it all text, and of its microseconds another time.
        last = cast(literal(LAST, UtcDateTime()), AS_STORED)
        return func.coalesce(cls.next_at, type_coerce(last, UtcDateTime()))

    @property
    def snoozed_until(self) -> datetime | None:
        return self.next_at if self.next_at != self.due_at else None

    @property
    def shown_recipients(self) -> list["Recipient"]:
        """Nobody, where they are too many to be shown with it."""
        return [] if self.is_for_many else self.recipients

    @property
    def label_names(self) -> list[str]:
        return [label.name for label in self.labels]


class Recipient(Model):
    """A user of the workspace or a contact of it, through one channel."""

    __tablename__ = "reminder_recipients"
    __table_args__ = (
        UniqueConstraint("reminder_id", "user_id", "channel"),
        UniqueConstraint("reminder_id", "contact_id", "channel"),
        Model.__table_args__,
    )

    reminder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("reminders.id", ondelete="CASCADE"))
    user_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE"), index=True
    )
    channel: Mapped[str] = mapped_column(String(10), default="email")

    reminder: Mapped[Reminder] = relationship(back_populates="recipients")
    # One-way: accounts and contacts lie below.
    user: Mapped[User | None] = relationship()
    contact: Mapped[Contact | None] = relationship()


class ReminderLabel(Model):
    __tablename__ = "reminder_labels"
    __table_args__ = (
        UniqueConstraint("reminder_id", "name"),
        Index(None, "workspace_id", "name"),
        Model.__table_args__,
    )

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    reminder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("reminders.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(LABEL)

    reminder: Mapped[Reminder] = relationship(back_populates="labels")


class Occurrence(Model, TimestampMixin):
    """One due time of a reminder, from its first notice on or from when somebody acted on it."""

    __tablename__ = "occurrences"
    __table_args__ = (
        UniqueConstraint("reminder_id", "due_at"),
        Index(None, "workspace_id", "acted_at", "id"),  # what was done today
        Index(None, "workspace_id", "due_at"),  # what a calendar shows
        Model.__table_args__,
    )

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    reminder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("reminders.id", ondelete="CASCADE"))
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default=OPEN)  # see above
    snoozed_until: Mapped[datetime | None]
    snoozes: Mapped[int] = mapped_column(default=0)
    acted_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    acted_at: Mapped[datetime | None]
    # Sent early by a person: its notices before it are not said any more. No foreign key: they may be gone.
    told_at: Mapped[datetime | None]
    told_by: Mapped[uuid.UUID | None]
    nags: Mapped[int] = mapped_column(default=0, server_default="0")  # so many were planned
    nag_at: Mapped[datetime | None]  # when the next one is
    escalate_at: Mapped[datetime | None]  # when somebody else is told, unless it is done before
    escalated_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    taken_name: Mapped[str | None] = mapped_column(String(120))
    handed_back_at: Mapped[datetime | None]

    reminder: Mapped[Reminder] = relationship(back_populates="occurrences")
    person: Mapped[User | None] = relationship()  # one-way: accounts lie below
    teller: Mapped[User | None] = relationship(
        viewonly=True, primaryjoin="foreign(Occurrence.told_by) == User.id"
    )

    @property
    def is_open(self) -> bool:
        return self.state == OPEN

    @property
    def comes_at(self) -> datetime:
        return self.snoozed_until or self.due_at
