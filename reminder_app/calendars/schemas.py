from flask_smorest.fields import Upload
from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from reminder_app.calendars.feeds import LONGEST_NAME
from reminder_app.calendars.items import MOST
from reminder_app.reminders.draft import LONGEST_LABEL
from reminder_app.reminders.fields import LocalWithOffset
from reminder_app.web.api import about
from reminder_app.web.instant import Day, Instant


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


class DaysArgs(Schema):
    start = Day(required=True, metadata=about("The first day, in your zone.", "2027-01-01"))
    end = Day(
        required=True,
        metadata=about("The last day; six weeks at most from the first on.", "2027-01-31"),
    )
    label = fields.String(load_default="", validate=Length(max=LONGEST_LABEL))


class DueSchema(Schema):
    at = Instant(metadata=about("When it comes up: when it is due, or to when it was put off."))
    due_at = Instant()
    local = LocalWithOffset(metadata=about("`at` on your clock.", "2027-01-31T09:00:00+01:00"))
    state = fields.String(validate=OneOf(("coming", "open", "done", "skipped", "missed")))
    reminder_id = fields.UUID()
    title = fields.String()
    priority = fields.String()


class DaysSchema(Schema):
    items = fields.List(fields.Nested(DueSchema))
    is_cut = fields.Boolean(metadata=about("There is more: ask for fewer days, or for a label."))


class FeedFormSchema(Schema):
    name = fields.String(load_default="", validate=Length(max=LONGEST_NAME))
    place = fields.String(load_default="", validate=Length(max=36))
    label = fields.String(load_default="", validate=Length(max=LONGEST_LABEL))
    is_mine = fields.Boolean(load_default=False)


class ReminderFileSchema(Schema):
    file = Upload(
        required=True,
        metadata=about(".ics, a table (CSV) or an export of Todoist, up to 5 MB.", "calendar.ics"),
    )


class LookArgs(Schema):
    page = fields.Integer(load_default=1, validate=Range(1, MOST))


class ItemSchema(Schema):
    number = fields.Integer(metadata=about("By which it is taken."))
    title = fields.String()
    notes = fields.String()
    starts_at = fields.String(
        metadata=about("On the wall clock of `zone`; empty where it has none.")
    )
    zone = fields.String()
    rule = fields.String(allow_none=True)
    labels = fields.List(fields.String())
    priority = fields.String()
    notices = fields.List(fields.Integer(), metadata=about("Minutes before."))
    why = fields.String(metadata=about("Why it cannot be taken; empty when it can."))
    remarks = fields.List(fields.String(), metadata=about("What of it is read otherwise, or left."))


class EntrySchema(Schema):
    item = fields.Nested(ItemSchema)
    reminder_id = fields.UUID(allow_none=True, metadata=about("It is here already, as this one."))
    can_be_taken = fields.Boolean()


class ReminderImportSchema(Schema):
    id = fields.UUID()
    file_name = fields.String()
    count = fields.Integer(metadata=about("How many entries there are."))
    good = fields.Integer(metadata=about("Of these can be taken, or were."))
    here = fields.Integer(metadata=about("Of these are reminders already."))
    left = fields.Integer(metadata=about("Of these can still be taken."))
    rows = fields.List(fields.Nested(EntrySchema), data_key="items")
    page = fields.Integer()
    pages = fields.Integer()


class TakeSchema(Schema):
    numbers = fields.List(
        fields.Integer(),
        load_default=None,
        allow_none=True,
        validate=Length(max=MOST),
        metadata=about("Of entries; without them, all that can be taken."),
    )


class TakenSchema(Schema):
    made = fields.Integer()
    here = fields.Integer(metadata=about("Were reminders already."))
    failed = fields.Integer(metadata=about("Cannot be taken."))
    is_cut = fields.Boolean(metadata=about("There is more: ask again."))
