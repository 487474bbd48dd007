"""What is done about one due time, and what follows while nothing is done about it."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import OneOf, Range

from reminder_app.reminders import escalation, nagging, skipping
from reminder_app.reminders.fields import Clock
from reminder_app.reminders.recipients import KINDS
from reminder_app.web.api import about
from reminder_app.web.instant import Instant


def instant(description: str, **options: Any) -> Instant:
    return Instant(metadata=about(description, "2027-01-31T08:00:00Z"), **options)


class ActSchema(Schema):
    occurrence_at = instant(
        "The due time of the occurrence meant; without it, the one that is open or comes next.",
        load_default=None,
        allow_none=True,
    )


class SkipManySchema(ActSchema):
    count = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=Range(1, skipping.MOST),
        metadata=about("So many times.", 3),
    )
    until = Instant(
        load_default=None,
        allow_none=True,
        metadata=about("Or all that is due before this; one of the two."),
    )


class PauseSchema(Schema):
    until = instant(
        "When it goes on by itself; null: when you say so.", load_default=None, allow_none=True
    )


class SnoozeSchema(ActSchema):
    until = instant("When to remind again.", required=True)


class OccurrenceSchema(Schema):
    id = fields.UUID()
    due_at = instant("When it was, or is, due.")
    state = fields.String(validate=OneOf(("open", "done", "skipped", "missed")))
    snoozed_until = instant("Until when it is, or was, snoozed.", allow_none=True)
    acted_by = fields.UUID(allow_none=True, metadata=about("Who did, skipped or snoozed it."))
    acted_at = instant("When.", allow_none=True)
    nags = fields.Integer(metadata=about("How often it was asked again."))
    escalated_at = instant("When somebody else was told.", allow_none=True)
    taken_at = instant("When they took it over.", allow_none=True)
    taken_name = fields.String(allow_none=True, metadata=about("Who did."))
    handed_back_at = instant("When they handed it back.", allow_none=True)


class SkippedSchema(Schema):
    items = fields.List(fields.Nested(OccurrenceSchema))


class NagSchema(Schema):
    every = fields.Integer(
        required=True,
        strict=True,
        validate=Range(nagging.SHORTEST, nagging.LONGEST),
        metadata=about("Minutes between one time and the next.", 15),
    )
    most = fields.Integer(
        load_default=nagging.USUAL,
        strict=True,
        validate=Range(1, nagging.MOST),
        metadata=about("How many times at most."),
    )
    start = Clock(load_default=None, allow_none=True, metadata=about("Not before, HH:MM.", "08:00"))
    end = Clock(load_default=None, allow_none=True, metadata=about("Nor from then on.", "20:00"))


class SecondSchema(Schema):
    kind = fields.String(required=True, validate=OneOf(KINDS))
    id = fields.UUID(load_default=None, allow_none=True)


class EscalationSchema(Schema):
    after = fields.Integer(
        required=True,
        strict=True,
        validate=Range(escalation.SHORTEST, escalation.LONGEST),
        metadata=about("Minutes after it was said, without an answer.", 60),
    )
    to = fields.Nested(
        SecondSchema, required=True, metadata=about("A member or a contact; told once.")
    )
