from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from reminder_app.delivery.endpoints import kinds, service
from reminder_app.delivery.endpoints.addresses import LONGEST
from reminder_app.delivery.endpoints.apprise_forms import Service
from reminder_app.delivery.endpoints.orders import LONGEST_WAIT
from reminder_app.web.api import about
from reminder_app.web.instant import Instant

CHOICES = (kinds.EMAIL, *kinds.KINDS)
NAME = Length(max=service.LONGEST_NAME)


class WebhookSchema(Schema):
    name = fields.String(
        load_default="", validate=NAME, metadata=about("What you call it.", "Home")
    )
    url = fields.String(
        required=True,
        validate=Length(1, LONGEST),
        metadata=about("https only. Not shown again.", "https://hooks.example.org/reminders"),
    )


class AppriseSchema(Schema):
    name = fields.String(
        load_default="", validate=NAME, metadata=about("What you call it.", "Family chat")
    )
    url = fields.String(
        required=True,
        validate=Length(1, LONGEST),
        metadata=about("As Apprise writes it. Not shown again.", "ntfys://ntfy.sh/a-secret-topic"),
    )


class PastedSchema(Schema):
    apprise = fields.String(required=True, validate=Length(1, LONGEST))


def service_schema(service: Service) -> type[Schema]:
    """What its form asks for; what has to be there, the service says."""
    wanted = {
        one.name: fields.String(load_default="", validate=Length(max=LONGEST))
        for one in service.fields
    }
    named = {"name": fields.String(load_default="", validate=NAME)}
    return Schema.from_dict({**wanted, **named}, name="ServiceSchema")


class PushSchema(Schema):
    name = fields.String(load_default="", validate=NAME)
    url = fields.String(required=True, validate=Length(1, LONGEST))
    p256dh = fields.String(required=True, validate=Length(1, 200))
    auth = fields.String(required=True, validate=Length(1, 100))


class NameSchema(Schema):
    name = fields.String(required=True, validate=Length(1, service.LONGEST_NAME))


class ChannelSchema(Schema):
    id = fields.UUID()
    kind = fields.String(validate=OneOf(kinds.KINDS))
    name = fields.String()
    host = fields.String(metadata=about("Of its address, which is kept secret."))
    state = fields.String(
        validate=OneOf(kinds.STATES), metadata=about("gone: it takes no messages any more.")
    )
    words = fields.String(metadata=about("What came of its last message."))
    used_at = Instant(allow_none=True, metadata=about("When it took a message last."))
    failed_at = Instant(allow_none=True)
    created_at = Instant()


class SecretSchema(ChannelSchema):
    secret = fields.String(metadata=about("Its messages are signed with it. Shown this once."))


class GatewaySchema(Schema):
    channel = fields.String(dump_only=True, validate=OneOf(kinds.GATEWAYS))
    url = fields.String(
        required=True,
        load_only=True,
        validate=Length(1, LONGEST),
        metadata=about(
            "As Apprise writes it, with {to} for the number. Not shown again.",
            "clicksend://user:key@{to}",
        ),
    )
    host = fields.String(
        dump_only=True, metadata=about("The service, and of its address what is no secret.")
    )
    state = fields.String(dump_only=True, validate=OneOf(kinds.STATES))
    words = fields.String(dump_only=True, metadata=about("What came of its last message."))
    used_at = Instant(dump_only=True, allow_none=True)
    failed_at = Instant(dump_only=True, allow_none=True)


class NumberSchema(Schema):
    to = fields.String(
        required=True,
        validate=Length(1, 32),
        metadata=about("Whom the test goes to.", "+49 151 12345678"),
    )


class OrderSchema(Schema):
    first = fields.String(required=True, validate=OneOf(CHOICES))
    afterwards = fields.String(
        load_default="",
        validate=OneOf(("", *CHOICES)),
        metadata=about("As well, unless the reminder was seen or done by then."),
    )
    after_minutes = fields.Integer(load_default=15, validate=Range(1, LONGEST_WAIT))


class ChannelTestSchema(Schema):
    """A test message, as the ledger has it."""

    __test__ = False
    id = fields.UUID()
    state = fields.String()
    reason = fields.String()
    due_at = Instant()
    sent_at = Instant(allow_none=True)
