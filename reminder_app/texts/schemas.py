from marshmallow import Schema, fields
from marshmallow.validate import Length

from reminder_app.texts.merging import LONGEST_BODY, LONGEST_SUBJECT, MEANING
from reminder_app.texts.service import LONGEST_NAME
from reminder_app.web.api import about
from reminder_app.web.instant import Instant

FIELDS = " ".join(f"{{{{ {name} }}}}: {words}." for name, words in MEANING.items())

OWN = (
    "A field of their own as {{ client.<its name> }}: `Betrag offen` is {{ client.betrag_offen }}."
)


class WordsSchema(Schema):
    subject = fields.String(
        required=True,
        validate=Length(1, LONGEST_SUBJECT),
        metadata=about("One line, with fields.", "{{ title }}: {{ amount }}"),
    )
    body = fields.String(
        required=True,
        validate=Length(1, LONGEST_BODY),
        metadata=about(
            f'Plain text with fields. {FIELDS} {OWN} Where one may be empty: {{{{ amount | or: "it" }}}}.',
            'Dear {{ client.first_name | or: "client" }},',
        ),
    )


class TextSchema(WordsSchema):
    id = fields.UUID(dump_only=True)
    name = fields.String(
        required=True,
        validate=Length(1, LONGEST_NAME),
        metadata=about("What you call it.", "First reminder of an invoice"),
    )
    created_by = fields.UUID(dump_only=True, allow_none=True)
    changed_by = fields.UUID(dump_only=True, allow_none=True)
    created_at = Instant(dump_only=True)
    updated_at = Instant(dump_only=True)


class TextChangesSchema(TextSchema):
    """The same, all of it optional: a name of its own in the OpenAPI document."""


class TextPreviewSchema(WordsSchema):
    contact_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata=about("Whom it is to; without it, somebody made up."),
    )


class SaidSchema(Schema):
    subject = fields.String()
    text = fields.String()


class TextFormSchema(Schema):
    name = fields.String(required=True, validate=Length(max=LONGEST_NAME))
    subject = fields.String(required=True, validate=Length(max=LONGEST_SUBJECT))
    body = fields.String(required=True, validate=Length(max=LONGEST_BODY + 1000))
    contact_id = fields.UUID(load_default=None)
