from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from reminder_app.delivery.senders.codes import DIGITS
from reminder_app.delivery.senders.details import LONGEST, MOST_A_MINUTE, SECURITIES
from reminder_app.delivery.senders.models import TYPES
from reminder_app.web.api import PageArgs, about
from reminder_app.web.instant import Instant

A_NUMBER: dict[str, Any] = {"invalid": "Write a whole number."}


def text(name: str, **options: Any) -> fields.String:
    return fields.String(validate=Length(max=LONGEST[name]), **options)


class ConfigurationSchema(Schema):
    id = fields.UUID(dump_only=True)
    name = text("name", required=True, metadata=about("What you call it.", "Office"))
    smtp_host = text(
        "smtp_host",
        required=True,
        metadata=about("As its certificate names it. A public one.", "smtp.example.org"),
    )
    smtp_port = fields.Integer(load_default=587, validate=Range(1, 65535), error_messages=A_NUMBER)
    smtp_security = fields.String(
        load_default="starttls",
        validate=OneOf(SECURITIES),
        metadata=about("starttls: usually port 587. tls: usually 465. none: nothing is encrypted."),
    )
    smtp_user = text("smtp_user", load_default="", metadata=about("Empty: nobody signs in."))
    smtp_password = text(
        "smtp_password",
        load_only=True,
        load_default="",
        metadata=about("Never given out. Left out or empty in a change: it stays as it is."),
    )
    has_password = fields.Function(lambda one: one.smtp_password is not None, dump_only=True)
    from_address = text(
        "from_address",
        required=True,
        metadata=about(
            "The envelope's sender: where mail that bounces goes.", "office@example.org"
        ),
    )
    is_active = fields.Boolean(
        load_default=True, metadata=about("False: what is to go out through it waits.")
    )
    mails_per_minute = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=Range(1, MOST_A_MINUTE),
        error_messages=A_NUMBER,
        metadata=about("How fast at most; null: as fast as it takes them."),
    )
    tested_at = Instant(
        dump_only=True,
        allow_none=True,
        metadata=about("The last test of these settings; null since they changed."),
    )
    test_passed = fields.Boolean(dump_only=True, allow_none=True)
    test_words = fields.String(dump_only=True, metadata=about("What came of it, and what to do."))
    created_at = Instant(dump_only=True)


class ConfigurationChangesSchema(ConfigurationSchema):
    """What is left out stays."""


class TestSchema(Schema):
    send = fields.Boolean(
        load_default=False, metadata=about("Also send a mail to your own address.")
    )


class DeleteArgs(Schema):
    move_to = fields.String(
        load_default="",
        validate=Length(max=36),
        metadata=about("The id of what takes its place, or `site`; needed while it is used."),
    )


class DeleteSenderArgs(Schema):
    move_to = fields.String(
        load_default="",
        validate=Length(max=36),
        metadata=about("The id of what takes its place, or `default`; needed while it is used."),
    )


class SenderEditSchema(Schema):
    display_name = text(
        "display_name", load_default="", metadata=about("The name that readers see.", "Lee & Sons")
    )
    configuration_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata=about("The mail server it goes out through; null: the site's own."),
    )


class SenderSchema(SenderEditSchema):
    id = fields.UUID(dump_only=True)
    type = fields.String(load_default="email", validate=OneOf(TYPES))
    address = text(
        "address",
        required=True,
        metadata=about("An address, or a number like +49301234567.", "office@example.org"),
    )
    is_default = fields.Boolean(dump_only=True)
    is_verified = fields.Boolean(dump_only=True)
    verified_at = Instant(dump_only=True, allow_none=True)
    created_at = Instant(dump_only=True)


class SendersArgs(PageArgs):
    type = fields.String(load_default=None, validate=OneOf(TYPES))


class CodeSchema(Schema):
    code = fields.String(
        required=True,
        validate=Length(1, 20),
        metadata=about(f"The {DIGITS} digits that were sent to the address.", "042137"),
    )


class DefaultSchema(Schema):
    is_default = fields.Boolean(load_default=True)


class ConfigurationFormSchema(ConfigurationSchema):
    """A box that is not ticked is not sent."""

    is_active = fields.Boolean(load_default=False)


class SenderFormSchema(SenderSchema):
    """As a browser sends it."""
