"""Wall-clock times and amounts as the API takes and gives them."""

import re
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from reminder_app.translations import lazy_gettext
from reminder_app.web.instant import LOCAL, OFFSET, written

CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
NOT_CLOCK = lazy_gettext("Write a time of day such as 08:00.")
NOT_LOCAL = lazy_gettext("Write a local time such as 2027-01-31T09:00.")
HAS_OFFSET = lazy_gettext("Leave out the offset: the zone stands in time_zone.")


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


class Clock(fields.Time):
    """A time of day as it is kept: text. What comes in is checked."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return f"{value:%H:%M}" if isinstance(value, time) else value

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> time:
        if not isinstance(value, str) or not re.fullmatch(CLOCK, value, re.ASCII):
            raise ValidationError(NOT_CLOCK)
        return time.fromisoformat(value)


class LocalWithOffset(fields.AwareDateTime):
    def _serialize(self, value: datetime | None, *_: Any, **__: Any) -> str | None:
        return value.isoformat() if value else None


class AmountField(fields.String):
    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> Any:
        """A number too: what is not exact to the cent is refused as any text would be."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return super()._deserialize(
            f"{Decimal(str(value)):f}" if is_number else value, *rest, **more
        )

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else f"{value:.2f}"
