from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length

from reminder_app.contacts.details import LONGEST, MOST_TAGS
from reminder_app.web.api import PageArgs, about
from reminder_app.web.instant import Instant


def text(name: str, **options: Any) -> fields.String:
    options.setdefault("load_default", "")
    return fields.String(validate=Length(max=LONGEST[name]), **options)


class Tags(fields.List):
    """Rows of tags as their names."""

    def _serialize(self, value: Any, *_args: Any, **_kwargs: Any) -> list[str]:
        return [tag.name for tag in value]


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
    notes = text("notes")
    tags = Tags(
        fields.String(validate=Length(max=LONGEST["tag"])),
        load_default=list,
        validate=Length(max=MOST_TAGS),
        metadata=about("Kept in lower case.", ["client"]),
    )
    archived_at = Instant(dump_only=True, allow_none=True)
    created_at = Instant(dump_only=True)
    updated_at = Instant(dump_only=True)


class ContactChangesSchema(ContactSchema):
    """The same, all of it optional: a name of its own in the OpenAPI document."""


class ContactArgs(PageArgs):
    q = fields.String(
        load_default="",
        validate=Length(max=200),
        metadata=about("Words that are in the name, the address or a tag."),
    )
    tag = fields.String(load_default="", validate=Length(max=LONGEST["tag"]))
    archived = fields.Boolean(load_default=False, metadata=about("Only the archived ones."))


class TagLine(fields.Field):
    """Tags as one types them: with commas between."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[str]:
        return str(value).split(",")


class ContactFormSchema(ContactSchema):
    tags = TagLine(load_default=list)  # type: ignore[assignment]
