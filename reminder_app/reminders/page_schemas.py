"""The form of a reminder as a browser sends it."""

from typing import Any, get_args

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from reminder_app.recurrence import completion, per_period
from reminder_app.recurrence.repeat import NTH, Kind
from reminder_app.recurrence.rrule import MAX_LENGTH, WEEKDAYS
from reminder_app.recurrence.rrule_check import MAX_COUNT
from reminder_app.reminders import attaching, draft
from reminder_app.reminders.form_choices import UNITS
from reminder_app.reminders.pressed import ACTS
from reminder_app.reminders.recipients import CHANNELS
from reminder_app.translations import lazy_gettext
from reminder_app.web.instant import Day, Instant

UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
A_DAY: dict[str, Any] = {
    "invalid": lazy_gettext("Choose a day."),
    "required": lazy_gettext("Choose a day."),
}
A_TIME: dict[str, Any] = {
    "invalid": lazy_gettext("Choose a time, like 09:00."),
    "required": lazy_gettext("Choose a time, like 09:00."),
}
A_NUMBER: dict[str, Any] = {"invalid": lazy_gettext("Write a whole number.")}


class ScheduleFormSchema(Schema):
    """What the next five due times hang on."""

    date = Day(required=True, error_messages=A_DAY)
    time = fields.Time(required=True, error_messages=A_TIME)
    time_zone = fields.String(required=True, validate=Length(max=64))
    zone_mode = fields.String(load_default="fixed", validate=OneOf(draft.ZONE_MODES))
    repeat = fields.String(load_default="never", validate=OneOf(get_args(Kind)))
    every = fields.Integer(load_default=1, error_messages=A_NUMBER)
    days = fields.List(fields.String(validate=OneOf(WEEKDAYS)), load_default=list)
    day = fields.Integer(load_default=None, error_messages=A_NUMBER)
    nth = fields.Integer(load_default=None, validate=OneOf(NTH), error_messages=A_NUMBER)
    weekday = fields.String(load_default=None, validate=OneOf(WEEKDAYS))
    ends = fields.String(load_default="never", validate=OneOf(("never", "until", "count")))
    until = Day(load_default=None, error_messages=A_DAY)
    count = fields.Integer(load_default=None, validate=Range(1, MAX_COUNT), error_messages=A_NUMBER)
    rule = fields.String(load_default=None, validate=Length(max=MAX_LENGTH))
    after_unit = fields.String(load_default="D", validate=OneOf(list(completion.MOST)))
    times = fields.Integer(load_default=3, error_messages=A_NUMBER)
    times_unit = fields.String(load_default="week", validate=OneOf(list(per_period.MOST)))
    nag_every = fields.Integer(load_default=None, error_messages=A_NUMBER)
    nag_most = fields.Integer(load_default=None, error_messages=A_NUMBER)
    nag_start = fields.Time(load_default=None, error_messages=A_TIME)
    nag_end = fields.Time(load_default=None, error_messages=A_TIME)
    month_end = fields.String(load_default="clamp", validate=OneOf(("clamp", "skip")))


class ReminderFormSchema(ScheduleFormSchema):
    title = fields.String(
        required=True,
        error_messages={"required": lazy_gettext("Say what it is about.")},
        validate=Length(max=draft.LONGEST_TITLE),
    )
    notes = fields.String(load_default="", validate=Length(max=draft.LONGEST_NOTES))
    advance_notices = fields.List(fields.Integer(error_messages=A_NUMBER), load_default=list)
    own_amount = fields.Integer(
        load_default=None, validate=Range(1, draft.A_YEAR), error_messages=A_NUMBER
    )
    own_unit = fields.String(load_default="hours", validate=OneOf(UNITS))
    recipients = fields.List(
        fields.String(validate=Regexp(f"^(me|(member|contact):{UUID})$")), load_default=list
    )
    channels = fields.List(
        fields.String(validate=Regexp(f"^(me|member:{UUID})=({'|'.join(CHANNELS)})$")),
        load_default=list,
    )
    priority = fields.String(load_default="normal", validate=OneOf(draft.PRIORITIES))
    labels = fields.String(load_default="", validate=Length(max=1000))
    escalate_after = fields.Integer(load_default=None, error_messages=A_NUMBER)
    escalate_to = fields.String(
        load_default=None, validate=Regexp(f"^(me|(member|contact):{UUID})$")
    )
    kind = fields.String(load_default="personal", validate=OneOf(draft.KINDS))
    amount = fields.String(load_default=None, validate=Length(max=30))
    currency = fields.String(load_default="", validate=Length(max=10))
    link = fields.String(load_default="", validate=Length(max=draft.LONGEST_LINK))
    text_id = fields.UUID(load_default=None)
    sender_identity_id = fields.UUID(load_default=None)
    reference = fields.String(load_default="", validate=Length(max=draft.LONGEST_REFERENCE))
    with_files = fields.List(fields.UUID(), load_default=list, validate=Length(max=attaching.MOST))
    # Kept while the form is shown again, not part of the reminder.
    who = fields.String(load_default="", validate=Length(max=200))
    version = fields.Integer(load_default=None)


class PauseFormSchema(Schema):
    until = Day(required=True, error_messages=A_DAY)


class SkipFormSchema(Schema):
    count = fields.Integer(load_default=None, error_messages=A_NUMBER)
    until = Day(load_default=None, error_messages=A_DAY)


class SnoozeFormSchema(Schema):
    date = Day(required=True, error_messages=A_DAY)
    time = fields.Time(required=True, error_messages=A_TIME)


class PressedSchema(Schema):
    """What static/outbox.js kept of one press."""

    reminder_id = fields.UUID(required=True)
    occurrence_at = Instant(required=True, data_key="at")
    what = fields.String(required=True, validate=OneOf(ACTS), data_key="act")
    choice = fields.String(load_default="", validate=Length(max=20), data_key="for")
    pressed_at = Instant(required=True)
    is_undo = fields.Boolean(load_default=False, data_key="undo")
