"""Plain words in, and what was understood of them out."""

from marshmallow import Schema, fields
from marshmallow.validate import Length

from reminder_app.reminders.fields import LocalTime
from reminder_app.reminders.quick_fields import LONGEST
from reminder_app.web.api import about

MOST = 50  # of parts that are off, and of answers
ANSWER = fields.String(validate=Length(max=LONGEST))


class OffSchema(Schema):
    kind = fields.String(required=True, validate=Length(max=20))
    text = fields.String(required=True, validate=Length(max=LONGEST))


class PlainWordsSchema(Schema):
    text = fields.String(
        required=True,
        validate=Length(1, LONGEST),
        metadata=about("One line.", "Pay the rent every last day of the month at 9 #home"),
    )
    language = fields.String(
        load_default="",
        validate=Length(max=20),
        metadata=about("A tag; without it, your own. English where it is not known.", "en-GB"),
    )
    off = fields.List(
        fields.Nested(OffSchema),
        load_default=list,
        validate=Length(max=MOST),
        metadata=about("Parts that are words of the title again."),
    )
    answers = fields.Dict(
        keys=ANSWER,
        values=ANSWER,
        load_default=dict,
        validate=Length(max=MOST),
        metadata=about("The name of a question: the key of one of its choices."),
    )


class PartSchema(Schema):
    kind = fields.String(
        metadata=about(
            "date, time, repeat, after_done, notice, end, priority, label or person; opening and joint "
            "say nothing."
        )
    )
    start = fields.Integer(metadata=about("In `text`, from 0 on."))
    end = fields.Integer(metadata=about("The character after it."))
    text = fields.String()
    words = fields.String(metadata=about("What it means.", "every last day of the month"))
    is_open = fields.Boolean(metadata=about("A question is about it."))


class ChoiceSchema(Schema):
    key = fields.String()
    words = fields.String()


class QuestionSchema(Schema):
    name = fields.String(metadata=about("Stays the same while the words do.", "half:at 7"))
    topic = fields.String(metadata=about("What kind of doubt it is.", "half"))
    words = fields.String()
    choices = fields.List(fields.Nested(ChoiceSchema))
    answer = fields.String(metadata=about("The key that was chosen; empty as long as it is open."))


class ParseSchema(Schema):
    text = fields.String(metadata=about("As it was read: NFC."))
    title = fields.String(metadata=about("What is left without the parts."))
    parts = fields.List(fields.Nested(PartSchema))
    off = fields.List(fields.Nested(PartSchema))
    questions = fields.List(fields.Nested(QuestionSchema), metadata=about("To be answered."))
    answered = fields.List(fields.Nested(QuestionSchema))
    is_clear = fields.Boolean(metadata=about("quick-add takes it as it is."))
    starts_at = LocalTime(
        allow_none=True,
        metadata=about("On your clock; null while there are questions.", type="string"),
    )
    is_time_said = fields.Boolean(metadata=about("Else starts_at has a usual time."))
    rule = fields.String(allow_none=True, metadata=about("RFC 5545 RRULE; null: once."))
    repeat_after = fields.String(
        allow_none=True, metadata=about("Instead of a rule: so long after it was done.")
    )
    times_per = fields.String(
        allow_none=True, metadata=about("On so many of the rule's days.", "3/week")
    )
    month_end = fields.String()
    advance_notices = fields.List(fields.Integer())
    priority = fields.String()
    labels = fields.List(fields.String())
    people = fields.List(
        fields.String(), metadata=about("me, member:<id> or contact:<id>; empty: you alone.")
    )
