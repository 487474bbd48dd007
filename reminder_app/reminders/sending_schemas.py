"""Whom a reminder reaches, and sending it now."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length

from reminder_app.reminders.act_schemas import instant
from reminder_app.reminders.audience import MOST, MOST_EXPLAINED, MOST_NAMED
from reminder_app.reminders.schemas import RecipientSchema, shown
from reminder_app.web.api import about
from reminder_app.web.gate import current


class OneRecipientSchema(RecipientSchema):
    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        return [shown(one, current()) for one in obj] if many else shown(obj, current())


class WhomSchema(Schema):
    contacts = fields.List(
        fields.UUID(),
        load_default=list,
        validate=Length(max=MOST),
        metadata=about("Ids of contacts; those of other workspaces are not looked for."),
    )
    members = fields.List(
        fields.UUID(),
        load_default=list,
        validate=Length(max=500),
        metadata=about("Ids of members."),
    )
    addresses = fields.List(
        fields.String(validate=Length(max=254)),
        load_default=list,
        validate=Length(max=MOST),
        metadata=about("Of contacts.", ["ann@example.org"]),
    )
    tag = fields.String(
        load_default="", validate=Length(max=40), metadata=about("All contacts with it.", "client")
    )
    q = fields.String(
        load_default="",
        validate=Length(max=200),
        metadata=about("All contacts with these words; with a tag, those of them that have it."),
    )


class UnreachableSchema(Schema):
    id = fields.UUID()
    name = fields.String()
    reason = fields.String(metadata=about("In the language of the request.", "no email address"))


class AddedSchema(Schema):
    added = fields.Integer()
    known = fields.Integer(metadata=about("Were among them already."))
    unreachable = fields.Integer(metadata=about("Archived, or without an address."))
    not_found = fields.List(
        fields.String(),
        metadata=about(f"Addresses that no contact has: the first {MOST_NAMED}."),
    )
    total = fields.Integer(metadata=about("How many it reaches now."))
    unreachable_contacts = fields.List(
        fields.Nested(UnreachableSchema),
        metadata=about(f"Those who are unreachable, and why: the first {MOST_EXPLAINED}."),
    )


class RemovedSchema(Schema):
    removed = fields.Integer()
    total = fields.Integer(metadata=about("How many it reaches now."))


class SendNowSchema(Schema):
    occurrence_at = instant(
        "The due time that is told early; without it, the one that is open or comes next.",
        load_default=None,
        allow_none=True,
    )


class ToldSchema(Schema):
    planned = fields.Integer(metadata=about("How many messages go out now."))
    occurrence_at = instant("The due time that is told with this.")


class WhomFormSchema(Schema):
    q = fields.String(load_default="", validate=Length(max=200))
    tag = fields.String(load_default="", validate=Length(max=40))
    addresses = fields.String(load_default="", validate=Length(max=500_000))
