"""Amounts as people type them, and as their readers are used to see them."""

import re
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_territory_currencies, is_currency

from reminder_app.languages import language
from reminder_app.translations import lazy_gettext

TYPED = re.compile(r"\d{1,10}([.,]\d{1,2})?", re.ASCII)
AN_AMOUNT = lazy_gettext("Write an amount like 1234.50: above zero, with at most two places.")
A_CURRENCY = lazy_gettext("Choose a currency by its three letters, like EUR.")
# Offered first; any other of ISO 4217 may be typed.
USUAL = (
    *("EUR", "USD", "GBP", "CHF", "AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "HUF", "IDR", "ILS", "INR"),
    *("JPY", "KRW", "MXN", "NOK", "NZD", "PLN", "RON", "SEK", "SGD", "TRY", "UAH", "ZAR"),
)  # fmt: skip


def amount(given: str | Decimal | None) -> Decimal | None:
    """1234.50 or 1234,50, also with spaces between. Raises ValueError saying what to do."""
    typed = "" if given is None else re.sub(r"[\s']", "", str(given))
    if not typed:
        return None
    if not TYPED.fullmatch(typed):
        raise ValueError(AN_AMOUNT)
    found = Decimal(typed.replace(",", ".")).quantize(Decimal("0.01"))
    if not found:
        raise ValueError(AN_AMOUNT)
    return found


def currency(code: str) -> str:
    """Empty, or a code of ISO 4217. Raises ValueError saying what to do."""
    code = code.strip().upper()
    if code and not (len(code) == 3 and is_currency(code)):
        raise ValueError(A_CURRENCY)
    return code


# A thousand reminders of one amount are the same few texts.
@lru_cache(maxsize=4096)
def shown(amount: Decimal, currency: str, locale: str) -> str:
    """1.234,50 € or €1,234.50"""
    text = format_currency(amount, currency, locale=language(locale))
    return text.replace("\u202f", " ").replace("\xa0", " ")  # which some mail programs box


def of_place(locale: str) -> str:
    """What one pays with where this locale is at home; EUR where it names no place."""
    territory = language(locale).territory
    found = get_territory_currencies(territory) if territory else []
    return str(found[-1]) if found else "EUR"
