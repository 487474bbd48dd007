"""How much room something takes, in the words and numbers of its reader."""

from babel import Locale
from babel.numbers import format_decimal

from reminder_app.languages import language
from reminder_app.translations.speech import language as spoken
from reminder_app.translations.speech import ngettext

UNITS = ("kB", "MB", "GB", "TB")
NOT_KNOWN = "–"


def size_in_words(size: float | None, locale: Locale | None = None) -> str:
    """24.4 kB, 1,5 GB: of 1024 each. `locale`: without it, that of the language spoken."""
    if size is None:
        return NOT_KNOWN
    locale = locale or language(spoken())
    if abs(size) < 1024:
        many = round(size)
        return ngettext(
            "%(size)s byte", "%(size)s bytes", many, size=format_decimal(many, locale=locale)
        )
    size, units = size / 1024, [*UNITS]
    while abs(size) >= 1023.5 and units[1:]:  # which would read 1,024
        size /= 1024
        units.pop(0)
    digits = 1 if abs(size) < 99.95 else 0
    return f"{format_decimal(round(size, digits), locale=locale)} {units[0]}"
