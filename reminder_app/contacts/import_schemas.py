"""Files of contacts, as JSON tells of them."""

from flask_smorest.fields import Upload
from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from reminder_app.contacts.columns import MEANINGS
from reminder_app.contacts.schemas import ContactArgs
from reminder_app.contacts.taking import EXISTING
from reminder_app.web.api import about
from reminder_app.web.instant import Instant

STATES = ("new", "running", "done", "cancelled", "failed")


class ContactFileSchema(Schema):
    file = Upload(
        required=True, metadata=about("CSV or vCard, up to 20 MB and 200,000 rows.", "contacts.csv")
    )


class ImportChoicesSchema(Schema):
    mapping = fields.List(
        fields.String(validate=Length(max=20)),
        metadata=about(
            f"What each column is: {', '.join(MEANINGS)}. A dash leaves it out.",
            ["name", "email", "-"],
        ),
    )
    has_header = fields.Boolean(metadata=about("The first row names the columns."))
    existing = fields.String(
        validate=OneOf(EXISTING),
        metadata=about(
            "With those who are here: skip, update (fill in what they lack), overwrite."
        ),
    )
    tags = fields.List(fields.String(), metadata=about("All of them get these.", ["client"]))


class ContactImportSchema(ImportChoicesSchema):
    id = fields.UUID()
    file_name = fields.String()
    kind = fields.String(metadata=about("csv or vcard"))
    encoding = fields.String(metadata=about("It came in; guessed."))
    state = fields.String(validate=OneOf(STATES))
    reason = fields.String(metadata=about("Why it stopped, where it did."))
    size = fields.Integer(metadata=about("In bytes."))
    position = fields.Integer(metadata=about("So many of them are done with."))
    created_count = fields.Integer()
    updated_count = fields.Integer()
    skipped_count = fields.Integer(metadata=about("Here already."))
    failed_count = fields.Integer(metadata=about("Not taken: see the failures."))
    created_at = Instant()
    started_at = Instant(allow_none=True)
    finished_at = Instant(allow_none=True)


class PreviewedSchema(Schema):
    line = fields.Integer()
    values = fields.Dict(metadata=about("As a contact would have them."))
    trouble = fields.String(metadata=about("Why it would not be taken; empty when it would."))
    there = fields.String(metadata=about("Who has its address already."))


class ImportPreviewSchema(Schema):
    columns = fields.List(fields.String(), metadata=about("What the first row says of each."))
    items = fields.List(fields.Nested(PreviewedSchema))


class ImportFailureSchema(Schema):
    line = fields.Integer()
    reason = fields.String()
    content = fields.String()


class ExportArgs(ContactArgs):
    class Meta:
        exclude = ("cursor", "limit")

    format = fields.String(load_default="csv", validate=OneOf(["csv", "vcard"]))
