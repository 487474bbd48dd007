from decimal import Decimal
from typing import Any

from sqlalchemy import Dialect, Numeric, String
from sqlalchemy.types import TypeDecorator

DIGITS, PLACES = 12, 2


class Amount(TypeDecorator[Decimal]):
    """Money to the cent. SQLite knows no decimals: there it is text."""

    impl = Numeric(DIGITS, PLACES).with_variant(String(DIGITS + 1), "sqlite")
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return None if value is None else f"{value:.{PLACES}f}"

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(str(value))
