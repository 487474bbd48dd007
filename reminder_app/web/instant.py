"""Moments in JSON: taken with any offset, always given in UTC and written with a Z. And days."""

import re
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from marshmallow import ValidationError, fields

from reminder_app.translations import lazy_gettext

D = TypeVar("D", bound=date)
YEARS = range(1900, 2200)
LOCAL = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
OFFSET = r"(Z|z|[+-]\d{2}(:?\d{2})?)"
LOST_PLUS = re.compile(r"(:.+) (\d\d:?\d\d)$", re.ASCII)
NOT_INSTANT = lazy_gettext("Write a time with its offset, such as 2027-01-31T08:00:00Z.")
NOT_NEAR = lazy_gettext("Choose a year from %(first)s to %(last)s.", first=YEARS[0], last=YEARS[-1])


class Instant(fields.AwareDateTime):
    """A `+` that became a space in an address is one again. With `default_timezone` anything that is
    a time or a day of ISO 8601 will do."""

    def _serialize(self, value: datetime | None, *_: Any, **__: Any) -> str | None:
        return in_utc(value)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        if not isinstance(value, str):
            raise ValidationError(NOT_INSTANT)
        pattern = ".+" if self.default_timezone else LOCAL + OFFSET
        found = written(pattern, LOST_PLUS.sub(r"\1+\2", value.strip()), NOT_INSTANT)
        return (found if found.tzinfo else found.replace(tzinfo=self.default_timezone)).astimezone(
            UTC
        )


class Day(fields.Date):
    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> date:
        return near(super()._deserialize(value, *rest, **more))


def in_utc(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else None


def written(pattern: str, text: str, refusal: str) -> datetime:
    """Raises ValidationError with `refusal`."""
    try:
        found = datetime.fromisoformat(text) if re.fullmatch(pattern, text, re.ASCII) else None
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(refusal)
    return near(found)


def near(found: D) -> D:
    """At the ends of the calendar a zone leads out of it. Raises ValidationError."""
    if found.year not in YEARS:
        raise ValidationError(NOT_NEAR)
    return found
