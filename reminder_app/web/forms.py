"""HTML forms on the same marshmallow schemas as the API: one set of limits for both."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Range
from werkzeug.datastructures import MultiDict

from reminder_app.errors import Conflict, Invalid, TooMany, Unavailable
from reminder_app.translations import N_, kept, lazy_gettext

R = TypeVar("R")
# What libraries say: looked up by flat().
fields.Field.default_error_messages["required"] = N_("Please fill this in.")
fields.Field.default_error_messages["null"] = N_("Please fill this in.")
OF_LIBRARIES = (
    N_("Invalid JSON body."),
    N_("Invalid input type."),
    N_("Invalid type."),
    N_("Invalid value."),
    N_("Unknown field."),
    N_("Not a valid boolean."),
    N_("Not a valid date."),
    N_("Not a valid datetime."),
    N_("Not a valid integer."),
    N_("Not a valid list."),
    N_("Not a valid mapping type."),
    N_("Not a valid number."),
    N_("Not a valid string."),
    N_("Not a valid time."),
    N_("Not a valid UUID."),
    N_("Number too large."),
    N_("Special numeric values (nan or infinity) are not permitted."),
)
Length.message_min = lazy_gettext("Shorter than minimum length {min}.")
Length.message_max = lazy_gettext("Longer than maximum length {max}.")
Length.message_all = lazy_gettext("Length must be between {min} and {max}.")
Length.message_equal = lazy_gettext("Length must be {equal}.")
OneOf.default_message = lazy_gettext("Must be one of: {choices}.")
# Put together as each is made: looked up as it is said.
OF_RANGES = (
    N_("Must be greater than or equal to {min}."),
    N_("Must be less than or equal to {max}."),
    N_("Must be greater than or equal to {min} and less than or equal to {max}."),
)
format_of_range = Range._format_error
Range._format_error = lambda self, value, message: format_of_range(self, value, kept(str(message)))  # type: ignore[method-assign]


class Form:
    """What was typed (`values`), what is wrong with it (`errors`: a list per field), and a message.

    Nothing typed is lost: a page is rendered again from `values`.
    """

    def __init__(
        self,
        schema: type[Schema],
        typed: MultiDict[str, str] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.schema = schema()
        self.values: dict[str, Any] = dict(initial or {})
        self.errors: dict[str, list[str]] = {}
        self.message = ""
        self.data: dict[str, Any] = {}
        self._given: dict[str, Any] = {}
        if typed is not None:
            self._read(typed)

    def _read(self, typed: MultiDict[str, str]) -> None:
        for name, field in self.schema.load_fields.items():
            key = field.data_key or name
            if isinstance(field, fields.List):
                self.values[key] = typed.getlist(key)
                self._given[key] = [value for value in typed.getlist(key) if value != ""]
            elif isinstance(field, fields.Boolean):
                self.values[key] = self._given[key] = key in typed
            else:
                self.values[key] = typed.get(key, "")
                # A browser sends an empty input as ""; an empty input means "not given".
                if self.values[key] != "":
                    self._given[key] = self.values[key]

    @property
    def failed(self) -> bool:
        return bool(self.errors or self.message)

    def is_valid(self) -> bool:
        try:
            self.data = self.schema.load(self._given)
        except ValidationError as error:
            self.data = dict(error.valid_data or {})
            self.fail("", flat(error.messages))
        return not self.failed

    def submit(self, action: Callable[[dict[str, Any]], R]) -> R | None:
        """Run `action` with the valid data; what it refuses lands beside its field."""
        if not self.is_valid():
            return None
        try:
            return action(self.data)
        except (Invalid, Conflict, TooMany, Unavailable) as error:
            self.fail(error.message, error.fields)
            return None

    def leave_out(self, names: Iterable[str]) -> None:
        """Keep what was typed there, and do not look at it."""
        for name in names:
            self._given.pop(name, None)

    def fail(self, message: str, wrong: Mapping[str, str]) -> None:
        """Each thing once, at its field: recipients.0.id is said at recipients."""
        self.message = message
        for name, why in wrong.items():
            said = self.errors.setdefault(name.partition(".")[0], [])
            if why not in said:
                said.append(why)


def as_typed(values: dict[str, Any]) -> MultiDict[str, str]:
    """A form's values as a browser would send them."""
    pairs = (
        (name, str(one))
        for name, value in values.items()
        for one in (value if isinstance(value, list) else [value])
    )
    return MultiDict((name, one) for name, one in pairs if one != "None")


def flat(messages: Any, prefix: str = "") -> dict[str, str]:
    """Marshmallow's nested messages as {"recipients.0.id": "…"}; webargs' locations are left out."""
    if isinstance(messages, list):
        return {prefix or "body": " ".join(kept(str(message)) for message in messages)}
    if not isinstance(messages, Mapping):
        return {prefix or "body": kept(str(messages))}
    found: dict[str, str] = {}
    for name, inner in messages.items():
        outer = not prefix and name in ("json", "query", "form", "files", "headers", "_schema")
        found |= flat(inner, prefix if outer else f"{prefix}.{name}" if prefix else str(name))
    return found
