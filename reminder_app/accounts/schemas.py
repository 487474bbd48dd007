from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from reminder_app.accounts.details import LONGEST_EMAIL, LONGEST_LOCALE, LONGEST_NAME, LONGEST_ZONE
from reminder_app.accounts.hours import LISTS
from reminder_app.recurrence.quiet import LEVELS
from reminder_app.recurrence.rrule import WEEKDAYS
from reminder_app.translations import lazy_gettext
from reminder_app.web.instant import Instant

EMAIL = Length(max=LONGEST_EMAIL)
TOKEN_NAME = Length(1, 80)
MOST_SCOPES = 50
A_TIME: dict[str, Any] = {"invalid": lazy_gettext("Choose a time, like 22:00.")}
NEEDED = lazy_gettext("Please fill this in.")


class ClockField(fields.Time):
    """A time of day on one's own clock."""

    def __init__(self, example: str) -> None:
        about = {"description": "HH:MM on your own clock.", "example": example}
        super().__init__(
            format="%H:%M",
            metadata=about,
            error_messages=A_TIME,
            load_default=None,
            allow_none=True,
        )


class Password(fields.String):
    """Spaces count, also at the ends. Its length in bytes is the service's to check."""

    def __init__(self) -> None:
        super().__init__(required=True, validate=Length(1, 4096, error=NEEDED))


class SignInSchema(Schema):
    email = fields.String(required=True, validate=EMAIL)
    password = Password()
    next = fields.String(load_default="")


class AskSchema(Schema):
    email = fields.String(required=True, validate=EMAIL)


class ResetSchema(Schema):
    password = Password()


class ProfileSchema(Schema):
    name = fields.String(load_default="", validate=Length(max=LONGEST_NAME))
    time_zone = fields.String(required=True, validate=Length(max=LONGEST_ZONE))
    locale = fields.String(required=True, validate=Length(max=LONGEST_LOCALE))
    theme = fields.String(load_default="system")


class HoursSchema(Schema):
    """All of it at once: what is left out is switched off."""

    quiet_from = ClockField("22:00")
    quiet_until = ClockField("07:00")
    days_off = fields.List(
        fields.String(validate=OneOf(WEEKDAYS)),
        load_default=list,
        validate=Length(max=len(WEEKDAYS)),
        metadata={"description": "Whole days without reminders.", "example": ["SA", "SU"]},
    )
    lets_through = fields.String(
        load_default="urgent",
        validate=OneOf(list(LEVELS)),
        metadata={"description": "What comes at any time: urgent ones; high: those and high ones."},
    )
    digest_at = ClockField("07:30")
    digest_of = fields.String(
        load_default="all",
        validate=OneOf(LISTS),
        metadata={"description": "all workspaces, or the active one."},
    )


class MomentsSchema(Schema):
    """What these words mean in a line of plain words; null: as usual."""

    morning = ClockField("08:00")
    noon = ClockField("12:00")
    afternoon = ClockField("15:00")
    evening = ClockField("19:00")
    night = ClockField("22:00")


class PasswordSchema(Schema):
    current_password = Password()
    new_password = Password()


class EmailSchema(Schema):
    email = fields.String(required=True, validate=EMAIL)
    password = Password()


class TokenFormSchema(Schema):
    name = fields.String(required=True, validate=TOKEN_NAME)
    scopes = fields.List(fields.String(), load_default=list, validate=Length(max=MOST_SCOPES))
    days = fields.Integer(load_default=None, allow_none=True, validate=Range(1, 3650))


class TokenSchema(Schema):
    id = fields.UUID(dump_only=True)
    name = fields.String(
        required=True, validate=TOKEN_NAME, metadata={"description": "What uses it."}
    )
    prefix = fields.String(
        dump_only=True, metadata={"description": "Its first letters, to know it by."}
    )
    scopes = fields.List(
        fields.String(),
        required=True,
        validate=Length(1, MOST_SCOPES),
        metadata={"description": "Only what your own token may do.", "example": ["reminders:read"]},
    )
    expires_at = Instant(
        load_default=None,
        allow_none=True,
        metadata={"description": "With its offset; null: never."},
    )
    created_at = Instant(dump_only=True)
    used_at = Instant(
        dump_only=True,
        allow_none=True,
        metadata={"description": "To within five minutes."},
    )
    revoked_at = Instant(
        dump_only=True,
        allow_none=True,
        metadata={"description": "It works no longer, and leaves the list after 30 days."},
    )


class NewTokenSchema(TokenSchema):
    token = fields.String(
        dump_only=True, metadata={"description": "Shown this once: keep it somewhere safe."}
    )


class UserSchema(Schema):
    id = fields.UUID()
    email = fields.String()
    name = fields.String()
    time_zone = fields.String()
    locale = fields.String()


class WorkspaceSchema(Schema):
    id = fields.UUID()
    name = fields.String()
    kind = fields.String(metadata={"description": "personal, family or business"})


class MeSchema(Schema):
    user = fields.Nested(UserSchema)
    workspace = fields.Nested(WorkspaceSchema)
    role = fields.String(metadata={"description": "owner, admin, member, viewer or child"})
    scopes = fields.List(
        fields.String(), metadata={"description": "What this token may do right now."}
    )
