from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from reminder_app.accounts.details import (
    LONGEST_EMAIL,
    LONGEST_LOCALE,
    LONGEST_NAME,
    LONGEST_WORKSPACE,
    LONGEST_ZONE,
)
from reminder_app.translations import lazy_gettext
from reminder_app.web.instant import Instant
from reminder_app.workspaces import roles

NEEDED = lazy_gettext("Please fill this in.")
ROLE = OneOf(roles.ROLES, error=lazy_gettext("Choose a role from the list."))
NAME = Length(
    1,
    LONGEST_WORKSPACE,
    error=lazy_gettext("Keep this to %(most)s characters.", most=LONGEST_WORKSPACE),
)

TELLS_FAILURES = "Whether those who run it are told of messages to clients that failed."


class JoinSchema(Schema):
    name = fields.String(load_default="", validate=Length(max=LONGEST_NAME))
    password = fields.String(required=True, validate=Length(1, 4096, error=NEEDED))
    # What the browser says about itself, where it says anything.
    time_zone = fields.String(load_default="")
    locale = fields.String(load_default="")


class SignUpSchema(JoinSchema):
    email = fields.String(required=True, validate=Length(max=LONGEST_EMAIL))


class NewWorkspaceSchema(Schema):
    kind = fields.String(
        required=True,
        validate=OneOf(roles.SHARED, error=lazy_gettext("Choose family or business.")),
    )
    name = fields.String(required=True, validate=NAME)


class WorkspaceFormSchema(Schema):
    name = fields.String(required=True, validate=NAME)
    time_zone = fields.String(required=True, validate=Length(max=LONGEST_ZONE))
    locale = fields.String(required=True, validate=Length(max=LONGEST_LOCALE))


class WorkspaceDetailsSchema(Schema):
    id = fields.UUID()
    kind = fields.String(validate=OneOf(roles.KINDS))
    name = fields.String()
    time_zone = fields.String()
    locale = fields.String(
        metadata={"description": "Of mails to clients who have no language of their own."}
    )
    tells_failures = fields.Boolean(
        attribute="tells_of_failures", metadata={"description": TELLS_FAILURES}
    )


class WorkspaceChangesSchema(WorkspaceFormSchema):
    """What the pages of the settings change, all of it optional."""

    tells_failures = fields.Boolean(metadata={"description": TELLS_FAILURES})


class MemberSchema(Schema):
    id = fields.UUID(metadata={"description": "Of the membership."})
    user_id = fields.UUID(metadata={"description": "A recipient of kind member is named by it."})
    name = fields.String(attribute="user.name")
    email = fields.String(attribute="user.email")
    role = fields.String(validate=OneOf(roles.ROLES))
    created_at = Instant(metadata={"description": "Since when."})


class InvitationSchema(Schema):
    id = fields.UUID()
    email = fields.String()
    role = fields.String(validate=OneOf(roles.ROLES))
    expires_at = Instant()
    created_at = Instant()


class InvitationsSchema(Schema):
    items = fields.List(fields.Nested(InvitationSchema))


class SwitchSchema(Schema):
    workspace_id = fields.UUID(required=True)


class DeleteSchema(Schema):
    typed_name = fields.String(required=True)


class InviteSchema(Schema):
    email = fields.String(
        required=True,
        validate=Length(max=LONGEST_EMAIL),
        metadata={"example": "ben@example.org"},
    )
    role = fields.String(required=True, validate=ROLE, metadata={"example": "member"})


class RoleSchema(Schema):
    role = fields.String(required=True, validate=ROLE)


class TransferSchema(Schema):
    membership_id = fields.UUID(required=True)
