from datetime import UTC

from marshmallow import Schema, fields, validate

from reminder_app.web.api import PageArgs, about
from reminder_app.web.instant import Day, Instant


class HistoryArgs(PageArgs):
    since = Instant(default_timezone=UTC, load_default=None)
    until = Instant(default_timezone=UTC, load_default=None)


class HistoryFileArgs(Schema):
    format = fields.String(load_default="pdf", validate=validate.OneOf(["pdf", "csv"]))
    since = Day(load_default=None, metadata=about("A day in the workspace's time zone."))
    until = Day(load_default=None, metadata=about("The last day."))


class WentAlongSchema(Schema):
    name = fields.String()
    size = fields.Integer(metadata=about("In bytes."))
    sha256 = fields.String()
    sent = fields.String(metadata=about("attached, or linked"))


class LineSchema(Schema):
    id = fields.UUID(metadata=about("Of the delivery."))
    due_at = Instant(metadata=about("What was promised."))
    subject = fields.String()
    from_name = fields.String(metadata=about("In whose name."))
    from_address = fields.String(metadata=about("Empty: it is no mail."))
    address = fields.String()
    channel = fields.String()
    state = fields.String()
    reason = fields.String()
    handed_over_at = Instant(allow_none=True)
    sent_at = Instant(allow_none=True, metadata=about("When the server took it."))
    answer = fields.String(metadata=about("The server's words."))
    message_id = fields.String()
    files = fields.List(
        fields.Nested(WentAlongSchema), metadata=about("What goes, or went, with it.")
    )
    digest = fields.String(metadata=about("SHA-256 of what it said; empty before it was sent."))
