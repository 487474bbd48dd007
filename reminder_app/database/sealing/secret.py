"""A secret in a row: sealed when it is made, opened only where somebody says so."""

from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

from reminder_app.database.engine import settings_of
from reminder_app.database.sealing.errors import KeyLost, NoKey
from reminder_app.database.sealing.keys import Keys

__all__ = ["KeyLost", "NoKey", "Sealed", "Secret"]


def keys() -> Keys:
    return Keys(settings_of().data_keys)


@dataclass(frozen=True)
class Secret:
    """Printed, logged or put into JSON it tells nothing."""

    token: str = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Self:
        """Raises NoKey."""
        return cls(keys().seal(text))

    def reveal(self) -> str:
        """Raises KeyLost."""
        return keys().open(self.token)

    @property
    def is_readable(self) -> bool:
        try:
            self.reveal()
        except KeyLost:
            return False
        return True


class Sealed(TypeDecorator[Secret]):
    """A column of secrets: `Mapped[Secret] = mapped_column(Sealed)`. `flask secrets rotate` finds it."""

    impl = String(2000)
    cache_ok = True

    def process_bind_param(self, value: Secret | None, dialect: Dialect) -> Any:
        return None if value is None else value.token

    def process_result_value(self, value: Any, dialect: Dialect) -> Secret | None:
        return None if value is None else Secret(value)
