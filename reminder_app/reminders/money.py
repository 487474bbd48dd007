"""Amounts as people type them, and as their readers are used to see them."""

import re
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_symbol,
    get_territory_currencies,
    is_currency,
)

from reminder_app.languages import ENGLISH, language
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

TYPED = re.compile(r"\d{1,10}([.,]\d{1,2})?", re.ASCII)
BETWEEN = re.compile(r"[\s'’]")
SAMPLE = Decimal("1234.50")
A_CURRENCY = lazy_gettext("Choose a currency by its three letters, like EUR.")
# Offered first; any other of ISO 4217 may be typed.
USUAL = (
    *("EUR", "USD", "GBP", "CHF", "AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "HUF", "IDR", "ILS", "INR"),
    *("JPY", "KRW", "MXN", "NOK", "NZD", "PLN", "RON", "SEK", "SGD", "TRY", "UAH", "ZAR"),
)  # fmt: skip


def how(example: str = str(SAMPLE)) -> str:
    return _(
        "Write an amount like %(example)s: above zero, with at most two places.", example=example
    )


def amount(given: str | Decimal | None) -> Decimal | None:
    """1234.50 or 1234,50, also with spaces between. Raises ValueError saying what to do."""
    typed = "" if given is None else BETWEEN.sub("", str(given))
    if not typed:
        return None
    if not TYPED.fullmatch(typed):
        raise ValueError(how())
    found = Decimal(typed.replace(",", ".")).quantize(Decimal("0.01"))
    if not found:
        raise ValueError(how())
    return found


def read(typed: str, currency: str, locale: Locale) -> Decimal | None:
    """As `shown` writes it there, and as `amount` takes it. Raises ValueError saying what to do."""
    plain = BETWEEN.sub("", typed)
    for sign in signs(currency, locale):
        plain = plain.removeprefix(sign).removesuffix(sign)
    symbols = locale.number_symbols["latn"]
    group, decimal = symbols.get("currencyGroup", symbols["group"]), symbols["decimal"]
    last, before = locale.decimal_formats[None].grouping
    whole, point, places = plain.partition(decimal)
    mark = re.escape(group)
    if re.fullmatch(rf"\d{{1,{before}}}({mark}\d{{{before}}})*{mark}\d{{{last}}}", whole):
        plain = whole.replace(group, "") + point + places
    try:
        return amount(plain)
    except ValueError:
        raise ValueError(how(written(SAMPLE, locale))) from None


def signs(currency: str, locale: Locale) -> list[str]:
    """EUR and €, the longest first: US$ before $."""
    if not is_currency(currency):
        return []
    known = (currency, *(get_currency_symbol(currency, one) for one in (locale, ENGLISH)))
    return sorted((BETWEEN.sub("", one) for one in known), key=len, reverse=True)


def written(amount: Decimal, locale: Locale) -> str:
    """1234,50: as `read` takes it."""
    return format_decimal(amount, "0.00", locale=locale)


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
