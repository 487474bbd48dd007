from typing import Any

from marshmallow import EXCLUDE, Schema, fields
from marshmallow.validate import Length, OneOf, Range

from reminder_app.recurrence.rrule import MAX_LENGTH
from reminder_app.recurrence.schedule_check import MONTH_ENDS
from reminder_app.reminders import draft
from reminder_app.reminders.act_schemas import (
    EscalationSchema,
    NagSchema,
    OccurrenceSchema,
    instant,
)
from reminder_app.reminders.fields import AmountField, LocalTime, LocalWithOffset
from reminder_app.reminders.models import Recipient
from reminder_app.reminders.recipients import CHANNELS, KINDS
from reminder_app.reminders.service import VIEWS
from reminder_app.web.api import PageArgs, about, page_schema
from reminder_app.web.gate import Actor, current
from reminder_app.web.instant import LOCAL

STATUSES = ("active", "paused", "finished")


class RecipientSchema(Schema):
    class Meta:
        unknown = EXCLUDE  # what was given out may be sent back as it is

    kind = fields.String(
        required=True,
        validate=OneOf(KINDS),
        metadata=about("me: who asks. member: somebody of the workspace. contact: one of its."),
    )
    id = fields.UUID(
        load_default=None, allow_none=True, metadata=about("Of the member or the contact.")
    )
    channel = fields.String(
        load_default=None,
        validate=OneOf(CHANNELS),
        metadata=about(
            "own: as the person has set it. Where it is left out, it stays, and is own for somebody new. "
            "A contact's is email."
        ),
    )
    name = fields.String(dump_only=True)
    address = fields.String(
        dump_only=True,
        allow_none=True,
        metadata=about(
            "Your own; a member's only with members:read, a contact's with contacts:read, else null."
        ),
    )


class Recipients(fields.List):
    """Rows as the one who asks sees them: `me`, members and contacts."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> list[dict[str, Any]]:
        return [shown(one, current()) for one in value]


NEEDED = {"contact": "contacts:read", "member": "members:read"}  # to see an address


def shown(one: Recipient, actor: Actor) -> dict[str, Any]:
    who: Any = one.user or one.contact
    kind = "contact" if one.contact_id else "me" if one.user_id == actor.user_id else "member"
    may_see = kind == "me" or NEEDED[kind] in actor.permissions
    return {
        "kind": kind,
        "id": str(who.id),
        "channel": one.channel,
        "name": who.name,
        "address": who.email if may_see else None,
    }


class ScheduleSchema(Schema):
    starts_at = LocalTime(
        required=True,
        metadata=about(
            "Wall-clock time in time_zone, without an offset. The rule has to fire at it.",
            "2027-01-31T09:00",
            type="string",
            pattern=f"^{LOCAL}$",
        ),
    )
    time_zone = fields.String(
        validate=Length(1, 64),
        metadata=about("IANA name; without it, your own zone.", "Europe/Berlin"),
    )
    zone_mode = fields.String(
        load_default="fixed",
        validate=OneOf(draft.ZONE_MODES),
        metadata=about("fixed: 9:00 in time_zone. floating: 9:00 wherever you are."),
    )
    rule = fields.String(
        load_default=None,
        allow_none=True,
        validate=Length(1, MAX_LENGTH),
        metadata=about("RFC 5545 RRULE; null: once.", "FREQ=MONTHLY;BYMONTHDAY=31"),
    )
    month_end = fields.String(
        load_default="clamp",
        validate=OneOf(MONTH_ENDS),
        metadata=about("The 31st in a shorter month: clamp to its last day, or skip it."),
    )
    repeat_after = fields.String(
        load_default=None,
        allow_none=True,
        validate=Length(max=8),
        metadata=about(
            "Instead of a rule: it comes back so long after it was done or skipped. Days, weeks or "
            "months, as `P3D`."
        ),
    )
    times_per = fields.String(
        load_default=None,
        allow_none=True,
        validate=Length(max=10),
        metadata=about(
            "So many times a week or month, on any of the days of a daily or weekly rule: done so often, "
            "it comes again in the next. Weeks begin on Monday. As `3/week`."
        ),
    )


class NewReminderSchema(ScheduleSchema):
    nag = fields.Nested(
        NagSchema,
        load_default=None,
        allow_none=True,
        metadata=about("Remind again until it is done, skipped or snoozed; null: once."),
    )
    escalation = fields.Nested(
        EscalationSchema,
        load_default=None,
        allow_none=True,
        metadata=about("Whom to tell when nobody has answered; null: nobody."),
    )
    title = fields.String(
        required=True,
        validate=Length(1, draft.LONGEST_TITLE),
        metadata=about("One line.", "Pay the rent"),
    )
    notes = fields.String(load_default="", validate=Length(max=draft.LONGEST_NOTES))
    advance_notices = fields.List(
        fields.Integer(strict=True, validate=Range(1, draft.A_YEAR)),
        load_default=list,
        validate=Length(max=draft.MOST_NOTICES),
        metadata=about("Minutes before the due time at which to remind as well.", [1440, 60]),
    )
    recipients = Recipients(
        fields.Nested(RecipientSchema),
        validate=Length(1, draft.MOST_RECIPIENTS),
        metadata=about("Who is reminded; without it, you."),
    )
    priority = fields.String(load_default="normal", validate=OneOf(draft.PRIORITIES))
    labels = fields.List(
        fields.String(validate=Length(1, draft.LONGEST_LABEL)),
        load_default=list,
        validate=Length(max=draft.MOST_LABELS),
        metadata=about("Words to find it by.", ["home"]),
    )
    kind = fields.String(
        load_default="personal",
        validate=OneOf(draft.KINDS),
        metadata=about(
            "Whether it is about something to pay, a deadline, a notice, or your own.", "payment"
        ),
    )
    amount = AmountField(
        load_default=None,
        allow_none=True,
        validate=Length(max=30),
        metadata=about(
            "Of a payment; a number is taken too. Said in the way of each reader's country.",
            "1234.50",
        ),
    )
    currency = fields.String(
        load_default="",
        validate=Length(max=3),
        metadata=about("ISO 4217; needed with an amount.", "EUR"),
    )
    link = fields.String(
        load_default="",
        validate=Length(max=draft.LONGEST_LINK),
        metadata=about("Where to pay, or the document: https only.", "https://pay.example.org/42"),
    )
    reference = fields.String(
        load_default="",
        validate=Length(max=draft.LONGEST_REFERENCE),
        metadata=about("What the payer writes beside it.", "Invoice 2027-0042"),
    )
    sender_identity_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata=about("In whose name it goes out; null: the workspace's default, or the site's."),
    )
    text_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata=about("The text that clients get; without it, the usual mail."),
    )


class ReminderSchema(NewReminderSchema):
    id = fields.UUID()
    labels = fields.List(fields.String(), attribute="label_names")
    is_active = fields.Boolean(metadata=about("False: paused."))
    done_in_period = fields.Integer(
        allow_none=True, metadata=about("With times_per: how often in this week or month.")
    )
    pause_until = instant("When a paused one goes on by itself.", allow_none=True)
    status = fields.String(validate=OneOf(STATUSES))
    next_at = instant("When it comes up next; null when paused or finished.", allow_none=True)
    due_at = instant("The due time of what comes up at next_at.", allow_none=True)
    snoozed_until = instant("Until when that is snoozed.", allow_none=True)
    trouble = fields.String(metadata=about("Why it could not be planned; empty when all is well."))
    version = fields.Integer(metadata=about("Send it with a change, and nobody's is overwritten."))
    created_by = fields.UUID(allow_none=True)
    changed_by = fields.UUID(allow_none=True)
    recipients = Recipients(
        fields.Nested(RecipientSchema),
        attribute="shown_recipients",
        metadata=about("Empty where is_for_many: GET …/recipients has them page by page."),
    )
    is_for_many = fields.Boolean(metadata=about(f"More than {draft.MOST_RECIPIENTS} are reminded."))
    file_count = fields.Integer(metadata=about("How many files go with it."))
    created_at = instant("When it was made.")
    updated_at = instant("When it was last changed.")


class ReminderChangesSchema(NewReminderSchema):
    """Any of a reminder's fields; what is left out stays."""

    version = fields.Integer(
        strict=True,
        validate=Range(1, 2**31 - 1),
        metadata=about("The version you saw: 409 when it has changed since."),
    )
    scope = fields.String(
        validate=OneOf(("all", "this", "following")),
        metadata=about("The series, one occurrence, or that one and all that follow."),
    )
    occurrence_at = instant("The due time of the occurrence meant; without it, the next one.")


class ReminderArgs(PageArgs):
    view = fields.String(
        load_default="all",
        validate=OneOf(VIEWS),
        metadata=about("In order of when they come up; all: what is paused or over at the end."),
    )
    q = fields.String(
        load_default="", validate=Length(max=200), metadata=about("In the title or the notes.")
    )
    label = fields.String(load_default="", validate=Length(max=draft.LONGEST_LABEL))
    priority = fields.String(load_default="", validate=OneOf(("", *draft.PRIORITIES)))
    kind = fields.String(load_default="", validate=OneOf(("", *draft.KINDS)))
    recipient = fields.UUID(load_default=None, metadata=about("A contact or a member."))
    sender_identity_id = fields.UUID(load_default=None)


class PreviewSchema(ScheduleSchema):
    count = fields.Integer(
        strict=True, load_default=5, validate=Range(1, 100), metadata=about("How many times.")
    )
    since = instant("Begin here instead of at the start.", load_default=None, allow_none=True)


class TimeSchema(Schema):
    at = instant("In UTC.")
    local = LocalWithOffset(metadata=about("On the reminder's clock.", "2027-01-31T09:00:00+01:00"))


class TimesSchema(Schema):
    occurrences = fields.List(fields.Nested(TimeSchema))


class OccurrencesSchema(page_schema(OccurrenceSchema)):  # type: ignore[misc]  # made from a schema
    coming = fields.List(
        fields.Nested(TimeSchema), metadata=about("The next five still to be done.")
    )


class LabelSchema(Schema):
    name = fields.String()
    count = fields.Integer(metadata=about("Reminders with this label."))


class LabelsSchema(Schema):
    items = fields.List(fields.Nested(LabelSchema))
