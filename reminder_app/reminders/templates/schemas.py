from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from reminder_app.reminders import attaching, draft
from reminder_app.reminders.fields import AmountField, Clock
from reminder_app.reminders.page_schemas import A_DAY, ReminderFormSchema
from reminder_app.reminders.schemas import NewReminderSchema, RecipientSchema
from reminder_app.reminders.templates.service import LONGEST_NAME
from reminder_app.web.api import about
from reminder_app.web.instant import Day, Instant

WHO = ("fixed", "later")


class WhoSchema(RecipientSchema):
    """As it is kept: no names."""

    class Meta(RecipientSchema.Meta):
        exclude = ("name", "address")


def recipients(description: str) -> fields.List:
    return fields.List(
        fields.Nested(WhoSchema),
        load_default=None,
        allow_none=True,
        validate=Length(1, draft.MOST_RECIPIENTS),
        metadata=about(description),
    )


class KeptAmount(AmountField):
    """Kept as text."""

    def _serialize(self, value, *rest, **more):
        return value


class TemplateFieldsSchema(NewReminderSchema):
    class Meta:
        exclude = ("starts_at", "time_zone")

    time = Clock(load_default="09:00", metadata=about("The time of day, HH:MM.", "09:00"))
    recipients = recipients(  # type: ignore[assignment]  # rows there, what was said here
        "Who is reminded; me: whoever uses it. Left out or null: the template leaves it open, it "
        "is not you, and whoever uses it has to say it."
    )
    amount = KeptAmount(
        load_default=None,
        allow_none=True,
        validate=Length(max=30),
        metadata=about("Of a payment.", "1234.50"),
    )


class NewTemplateSchema(TemplateFieldsSchema):
    class Meta(TemplateFieldsSchema.Meta):
        pass

    name = fields.String(
        required=True, validate=Length(1, LONGEST_NAME), metadata=about("What you call it.", "Rent")
    )
    with_files = fields.List(
        fields.UUID(),
        validate=Length(max=attaching.MOST),
        metadata=about(
            "Files of reminders or templates here that it brings along, by their ids: all of them."
        ),
    )


class TemplateFileSchema(Schema):
    id = fields.UUID()
    name = fields.String()
    size = fields.Integer(metadata=about("In bytes."))


class TemplateSchema(Schema):
    id = fields.UUID()
    name = fields.String()
    fields_ = fields.Nested(
        TemplateFieldsSchema,
        attribute="fields",
        data_key="fields",
        metadata=about("Those of a reminder, without its day."),
    )
    files = fields.List(
        fields.Nested(TemplateFileSchema), metadata=about("They go with what is made from it.")
    )
    created_by = fields.UUID(allow_none=True)
    changed_by = fields.UUID(allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class StarterSchema(Schema):
    key = fields.String(metadata=about("What it is created by.", "rent"))
    fields_ = fields.Nested(
        TemplateFieldsSchema,
        attribute="fields",
        data_key="fields",
        metadata=about("Those of a reminder, without its day."),
    )


class StartersSchema(Schema):
    items = fields.List(fields.Nested(StarterSchema))


class TemplateChangesSchema(NewTemplateSchema):
    """The same, all of it optional: a name of its own in the OpenAPI document."""


class UseSchema(Schema):
    date = Day(
        required=True,
        metadata=about("Its first day; a rule may name a later one.", "2027-01-31"),
    )
    time = Clock(metadata=about("Instead of the template's.", "09:00"))
    time_zone = fields.String(
        validate=Length(1, 64), metadata=about("IANA name; without it, your own.", "Europe/Berlin")
    )
    title = fields.String(validate=Length(1, draft.LONGEST_TITLE))
    notes = fields.String(validate=Length(max=draft.LONGEST_NOTES))
    amount = AmountField(validate=Length(max=30))
    currency = fields.String(validate=Length(max=3))
    link = fields.String(validate=Length(max=draft.LONGEST_LINK))
    reference = fields.String(validate=Length(max=draft.LONGEST_REFERENCE))
    recipients = fields.List(
        fields.Nested(WhoSchema),
        validate=Length(1, draft.MOST_RECIPIENTS),
        metadata=about("Needed where the template leaves it open.", [{"kind": "me"}]),
    )


class TemplateFormSchema(ReminderFormSchema):
    name = fields.String(required=True, validate=Length(max=LONGEST_NAME))
    date = Day(load_default=None, error_messages=A_DAY)
    time_zone = fields.String(load_default="UTC", validate=Length(max=64))
    who_when = fields.String(load_default="fixed", validate=OneOf(WHO))
