from marshmallow import Schema, fields
from marshmallow.validate import Length

from reminder_app.calendars.feeds import LONGEST_NAME
from reminder_app.reminders.draft import LONGEST_LABEL
from reminder_app.web.api import about
from reminder_app.web.instant import Instant


class FeedSchema(Schema):
    id = fields.UUID(dump_only=True)
    name = fields.String(
        load_default="Reminders",
        validate=Length(1, LONGEST_NAME),
        metadata=about("What the calendar is called.", "Reminders"),
    )
    label = fields.String(
        load_default="",
        validate=Length(max=LONGEST_LABEL),
        metadata=about("Only reminders with this label."),
    )
    is_mine = fields.Boolean(load_default=False, metadata=about("Only reminders that remind you."))
    workspace_id = fields.UUID(
        dump_only=True, allow_none=True, metadata=about("Null: all workspaces that you are in.")
    )
    created_at = Instant(dump_only=True)
    used_at = Instant(
        dump_only=True,
        allow_none=True,
        metadata=about("When a program last asked, to five minutes."),
    )


class NewFeedSchema(FeedSchema):
    url = fields.String(
        dump_only=True, metadata=about("Shown this once. Who has it may read these reminders.")
    )


class FeedFormSchema(Schema):
    name = fields.String(load_default="", validate=Length(max=LONGEST_NAME))
    place = fields.String(load_default="", validate=Length(max=36))
    label = fields.String(load_default="", validate=Length(max=LONGEST_LABEL))
    is_mine = fields.Boolean(load_default=False)
