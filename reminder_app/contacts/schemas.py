from collections.abc import Sequence
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf

from reminder_app.contacts.details import CHANNELS, CONSENTS, LONGEST, MOST_ATTRIBUTES, MOST_TAGS
from reminder_app.contacts.taking import EXISTING, SKIP
from reminder_app.translations import gettext as _
from reminder_app.web.api import PageArgs, about
from reminder_app.web.forms import flat
from reminder_app.web.instant import Instant


def text(name: str, **options: Any) -> fields.String:
    options.setdefault("load_default", "")
    return fields.String(validate=Length(max=LONGEST[name]), **options)


class Tags(fields.List):
    """Rows of tags as their names."""

    def _serialize(self, value: Any, *_args: Any, **_kwargs: Any) -> list[str]:
        return [tag.name for tag in value]


class Attributes(fields.Dict):
    """None where there are none."""

    def _serialize(self, value: Any, *_args: Any, **_kwargs: Any) -> dict[str, str]:
        return dict(value or {})


class ContactSchema(Schema):
    id = fields.UUID(dump_only=True)
    name = fields.String(
        required=True,
        validate=Length(1, LONGEST["name"]),
        metadata=about("What you call them.", "Ann Lee"),
    )
    email = text(
        "email",
        load_default=None,
        allow_none=True,
        metadata=about("One contact of a workspace has it. Kept in lower case.", "ann@example.org"),
    )
    phone = text("phone", metadata=about("Digits, +, spaces, ( ) . / -", "+49 30 123456"))
    phone_secondary = text("phone_secondary")
    phone_whatsapp = text("phone_whatsapp")
    time_zone = text(
        "time_zone",
        load_default=None,
        allow_none=True,
        metadata=about("IANA name.", "Europe/Berlin"),
    )
    preferred_channel = fields.String(
        load_default="",
        validate=OneOf(["", *CHANNELS]),
        metadata=about(
            "How they want to be reached: by email, where there is no gateway for it.", "email"
        ),
    )
    locale = text("locale", load_default=None, allow_none=True, metadata=about("BCP 47.", "de-AT"))
    postal_address = text("postal_address")
    notes = text("notes")
    attributes = Attributes(
        keys=fields.String(validate=Length(1, LONGEST["attribute_name"])),
        values=fields.String(validate=Length(max=LONGEST["attribute"])),
        load_default=dict,
        validate=Length(max=MOST_ATTRIBUTES),
        metadata=about("Fields of your own, with text in them.", {"client_number": "1042"}),
    )
    consent = fields.String(
        load_default="",
        validate=OneOf(["", *CONSENTS]),
        metadata=about("Whether they agreed to be written to."),
    )
    consent_note = text("consent_note", metadata=about("How and when they said so."))
    consent_at = Instant(
        dump_only=True, allow_none=True, metadata=about("When it was written down here.")
    )
    tags = Tags(
        fields.String(validate=Length(max=LONGEST["tag"])),
        load_default=list,
        validate=Length(max=MOST_TAGS),
        metadata=about("Kept in lower case.", ["client"]),
    )
    archived_at = Instant(dump_only=True, allow_none=True)
    merged_into_id = fields.UUID(
        dump_only=True, allow_none=True, metadata=about("Who goes on in its place.")
    )
    created_at = Instant(dump_only=True)
    updated_at = Instant(dump_only=True)


class ContactChangesSchema(ContactSchema):
    """The same, all of it optional: a name of its own in the OpenAPI document."""


class StatisticsSchema(Schema):
    reminders = fields.Integer(metadata=about("That name this contact."))
    active_reminders = fields.Integer(metadata=about("Of these, with something still to come."))
    messages = fields.Integer()
    messages_sent = fields.Integer()
    messages_failed = fields.Integer()
    last_sent_at = Instant(allow_none=True)


class ContactDetailsSchema(ContactSchema):
    statistics = fields.Nested(StatisticsSchema, dump_only=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Of a contact and its figures, side by side."""
        return super().get_attribute(obj if attr == "statistics" else obj["contact"], attr, default)


MOST_AT_ONCE = 1000


class ContactArgs(PageArgs):
    q = fields.String(
        load_default="",
        validate=Length(max=200),
        metadata=about("Words that are in the name, the address, a phone number or a tag."),
    )
    tag = fields.String(load_default="", validate=Length(max=LONGEST["tag"]))
    archived = fields.Boolean(load_default=False, metadata=about("Only the archived ones."))


class TagLine(fields.Field):
    """Tags as one types them: with commas between."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[str]:
        return str(value).split(",")


class AttributeLines(fields.Field):
    """A line for each, with a colon between name and value."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> dict[str, str]:
        lines = [line for line in str(value).splitlines() if line.strip()]
        if any(":" not in line for line in lines):
            raise ValidationError(_("Write each as a line: a name, a colon, and what it is."))
        return {
            name.strip(): text.strip() for name, _, text in (one.partition(":") for one in lines)
        }


class ContactFormSchema(ContactSchema):
    tags = TagLine(load_default=list)  # type: ignore[assignment]
    attributes = AttributeLines(load_default=dict)  # type: ignore[assignment]


class BulkContactSchema(Schema):
    """As POST /contacts takes one; looked at one by one."""

    class Meta:
        unknown = INCLUDE

    name = fields.Raw(metadata=about("And the other fields of a contact.", "Ann Lee"))
    email = fields.Raw(
        allow_none=True, metadata=about("One contact of a workspace has it.", "ann@example.org")
    )


class BulkArgs(Schema):
    existing = fields.String(
        load_default=SKIP,
        validate=OneOf(EXISTING),
        metadata=about(
            "With those who are here: skip, update (fill in what they lack), overwrite."
        ),
    )


class BulkFailureSchema(Schema):
    index = fields.Integer(metadata=about("Its place in the list, from 0."))
    reason = fields.String()


class BulkResultSchema(Schema):
    imported_count = fields.Integer(metadata=about("Created and updated."))
    created_count = fields.Integer()
    updated_count = fields.Integer()
    skipped_count = fields.Integer(metadata=about("Here already."))
    skipped = fields.List(fields.Integer(), metadata=about("Their places in the list."))
    failed_count = fields.Integer()
    failed = fields.List(fields.Nested(BulkFailureSchema))


def loaded(given: Sequence[Any]) -> tuple[dict[int, dict[str, Any]], dict[int, str]]:
    """By their places: those that can be read, and why the others cannot."""
    good: dict[int, dict[str, Any]] = {}
    wrong: dict[int, str] = {}
    schema = ContactSchema()
    for place, one in enumerate(given):
        try:
            good[place] = schema.load(one)
        except ValidationError as error:
            wrong[place] = " ".join(f"{name}: {why}" for name, why in flat(error.messages).items())
    return good, wrong


class UploadFormSchema(Schema):
    """The file comes beside it."""


class ImportFormSchema(Schema):
    mapping = fields.List(fields.String(validate=Length(max=20)), load_default=list)
    has_header = fields.Boolean(load_default=False)
    existing = fields.String(load_default="skip", validate=OneOf(EXISTING))
    tags = TagLine(load_default=list)
