from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from reminder_app.contacts.details import LONGEST
from reminder_app.contacts.merging import FIELDS, MOST, WAYS
from reminder_app.contacts.schemas import ContactSchema
from reminder_app.web.api import about


class DuplicatesArgs(Schema):
    by = fields.String(load_default="email", validate=OneOf(list(WAYS)))
    cursor = fields.String(
        load_default="",
        validate=Length(max=LONGEST["name"]),
        metadata=about("The next_cursor of the page before."),
    )


class DuplicateGroupSchema(Schema):
    key = fields.String(metadata=about("What they share.", "annlee"))
    many = fields.Integer(data_key="count")
    contacts = fields.List(fields.Nested(ContactSchema))


class DuplicatesSchema(Schema):
    items = fields.List(fields.Nested(DuplicateGroupSchema))
    next_cursor = fields.String(allow_none=True)


class MergeSchema(Schema):
    others = fields.List(fields.UUID(), required=True, validate=Length(1, MOST - 1))
    pick = fields.Dict(
        keys=fields.String(validate=OneOf(FIELDS)),
        values=fields.UUID(),
        load_default=dict,
        metadata=about("Fields, and the contact whose they shall be."),
    )


class ChosenSchema(Schema):
    ids = fields.List(fields.UUID(), required=True, validate=Length(2, MOST))
    kept = fields.UUID(required=True)


# Whose email, whose phone, …
MergeFormSchema: Any = ChosenSchema.from_dict(
    {f"pick_{name}": fields.UUID(load_default=None, allow_none=True) for name in FIELDS},
    name="MergeFormSchema",
)
