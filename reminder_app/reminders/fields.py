"""Times as the API takes and gives them."""

import re
from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields

from reminder_app.recurrence.rrule import YEARS

LOCAL = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
OFFSET = r"(Z|z|[+-]\d{2}(:?\d{2})?)"
NOT_LOCAL = "Write a local time such as 2027-01-31T09:00."
HAS_OFFSET = "Leave out the offset: the zone stands in time_zone."
NOT_INSTANT = "Write a time with its offset, such as 2027-01-31T08:00:00Z."


class LocalTime(fields.Field[datetime]):
    """A wall-clock time: no offset, no Z."""

    def _serialize(self, value: datetime | None, *_: Any, **__: Any) -> str | None:
        return value.isoformat() if value else None

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        if not isinstance(value, str):
            raise ValidationError(NOT_LOCAL)
        if re.fullmatch(LOCAL + OFFSET, value, re.ASCII):
            raise ValidationError(HAS_OFFSET)
        return written(LOCAL, value, NOT_LOCAL)


class Instant(fields.AwareDateTime):
    """A moment: taken with any offset, given in UTC."""

    def _serialize(self, value: datetime | None, *_: Any, **__: Any) -> str | None:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else None

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        if not isinstance(value, str):
            raise ValidationError(NOT_INSTANT)
        return written(LOCAL + OFFSET, value, NOT_INSTANT).astimezone(UTC)


class LocalWithOffset(fields.AwareDateTime):
    def _serialize(self, value: datetime | None, *_: Any, **__: Any) -> str | None:
        return value.isoformat() if value else None


def written(pattern: str, text: str, refusal: str) -> datetime:
    try:
        found = datetime.fromisoformat(text) if re.fullmatch(pattern, text, re.ASCII) else None
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(refusal)
    # At the ends of the calendar an offset leads out of it.
    if found.year not in YEARS:
        raise ValidationError(f"Choose a year from {YEARS[0]} to {YEARS[-1]}.")
    return found
