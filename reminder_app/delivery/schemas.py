from datetime import UTC

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from reminder_app.delivery.ledger import MOST_COUNTED
from reminder_app.delivery.states import MEANING, STATES
from reminder_app.delivery.traffic import MOST
from reminder_app.web.api import PageArgs, about
from reminder_app.web.instant import Instant

LIMITED = f"{MOST + 1} means: more than {MOST}."


class AttemptSchema(Schema):
    number = fields.Integer()
    started_at = Instant()
    finished_at = Instant()
    outcome = fields.String(metadata=about("sent, transient, permanent or unknown"))
    reason = fields.String(metadata=about("recipient, account, provider, content or unknown"))
    answer = fields.String(metadata=about("The mail server's words, or ours."))


class SentFileSchema(Schema):
    name = fields.String()
    size = fields.Integer(metadata=about("In bytes."))
    sha256 = fields.String()
    sent = fields.String(metadata=about("attached, or linked"))


class DeliverySchema(Schema):
    id = fields.UUID(metadata=about("Also in the mail, as X-Delivery-Id."))
    key = fields.String(metadata=about("What makes it one message: planned twice, sent once."))
    state = fields.String(
        validate=OneOf(STATES),
        metadata=about(" ".join(f"{state}: {words}" for state, words in MEANING.items())),
    )
    channel = fields.String()
    address = fields.String()
    name = fields.String()
    from_name = fields.String(
        metadata=about("In whose name it goes out; empty: the account's own.")
    )
    from_address = fields.String()
    subject = fields.String()
    reminder_id = fields.UUID(allow_none=True)
    due_at = Instant(metadata=about("What was promised."))
    handed_over_at = Instant(allow_none=True)
    sent_at = Instant(allow_none=True)
    lateness_ms = fields.Integer(
        allow_none=True, metadata=about("From the promised time to the mail server's yes.")
    )
    files = fields.List(
        fields.Nested(SentFileSchema),
        attribute="with_files",
        metadata=about("What goes, or went, with it."),
    )
    attempts = fields.Integer()
    reason = fields.String(metadata=about("Why it is not sent: often the server's words."))
    is_late = fields.Boolean()
    message_id = fields.String(metadata=about("The same at every attempt; empty before the first."))
    created_at = Instant()


class DeliveryDetailSchema(DeliverySchema):
    history = fields.List(fields.Nested(AttemptSchema))
    put_back = fields.Integer(
        metadata=about(
            "How often a worker took it up and did not hand it over, as its account was in "
            "trouble: that is no attempt, and `reason` says why."
        )
    )
    next_look_at = Instant(
        allow_none=True,
        metadata=about("When it may go by itself; null: never, or once its account is resumed."),
    )


class AccountSchema(
    Schema.from_dict({state: fields.Integer() for state in STATES}, name="StateCounts")  # type: ignore[misc]
):
    source_kind = fields.String(metadata=about("reminder, invitation, late, …"))
    audience = fields.Integer(metadata=about("How many messages were asked for."))
    total = fields.Integer(metadata=about("How many there are, in all states together."))
    balanced = fields.Boolean()


class BalanceSchema(Schema):
    balanced = fields.Boolean()
    audience = fields.Integer()
    total = fields.Integer()
    sources = fields.List(fields.Nested(AccountSchema))


class LaneSchema(Schema):
    channel = fields.String()
    sent_last_minute = fields.Integer(attribute="sent")
    per_second = fields.Float()
    backlog = fields.Integer(metadata=about(f"Due, and waiting to go. {LIMITED}"))
    tried_later = fields.Integer(
        attribute="later", metadata=about("Refused for now, and tried again by itself.")
    )
    oldest_due_at = Instant(
        allow_none=True, metadata=about("What the oldest of the backlog was promised for.")
    )
    handing_over = fields.Integer()
    in_doubt = fields.Integer(metadata=about(f"In the state `unknown`. {LIMITED}"))
    failed = fields.Integer(metadata=about(f"Dead letters: they can be sent again. {LIMITED}"))


class SendingAccountSchema(Schema):
    name = fields.String()
    is_paused = fields.Boolean()
    paused_at = Instant(allow_none=True)
    paused_by = fields.String(metadata=about("`The operator`, or empty."))
    is_broken = fields.Boolean()
    broken_since = Instant(allow_none=True)
    broken_words = fields.String(
        metadata=about("What is wrong, with the number of the mail server's answer.")
    )
    retry_at = Instant(allow_none=True)


class SummarySchema(LaneSchema):
    class Meta:
        exclude = ("channel",)

    at = Instant()
    done_at = Instant(
        allow_none=True,
        metadata=about(
            "When the backlog is done if it goes on like this; null: none, or none goes, or what it "
            "goes through is paused or broken."
        ),
    )
    minutes = fields.List(
        fields.Integer(), metadata=about("Sent in each minute of the last hour, oldest first.")
    )
    channels = fields.List(fields.Nested(LaneSchema), attribute="lanes")
    accounts = fields.List(fields.Nested(SendingAccountSchema))


class LedgerArgs(Schema):
    reminder_id = fields.UUID(load_default=None)
    contact_id = fields.UUID(load_default=None, metadata=about("Whom it was to."))
    state = fields.String(load_default=None, validate=OneOf(STATES))
    since = Instant(
        default_timezone=UTC,
        load_default=None,
        metadata=about("Only what was due at this time or later.", "2027-01-31T08:00:00Z"),
    )
    until = Instant(
        default_timezone=UTC, load_default=None, metadata=about("Only what was due before.")
    )
    channel = fields.String(load_default=None, validate=Length(max=10))
    q = fields.String(
        load_default=None,
        validate=Length(max=200),
        metadata=about("A part of the address, the name or the subject."),
    )


class DeliveryArgs(PageArgs, LedgerArgs):
    """A page of the ledger."""


class CountSchema(Schema):
    count = fields.Integer(metadata=about(f"Up to {MOST_COUNTED + 1}, which means: more."))


class BulkArgs(LedgerArgs):
    """Which of the ledger: without any of these, all of the workspace."""

    class Meta:
        exclude = ("state",)


class BulkSchema(Schema):
    many = fields.Integer(metadata=about("At most 1,000 in one request."))
    has_more = fields.Boolean(metadata=about("There are more: ask again."))
