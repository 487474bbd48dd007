"""What people read, in their language."""

from reminder_app.translations.speech import (
    LANGUAGES,
    catalogue,
    gettext,
    language,
    lazy_gettext,
    ngettext,
    of,
    pgettext,
    speak,
    speaking,
)

__all__ = [
    "LANGUAGES",
    "catalogue",
    "gettext",
    "language",
    "lazy_gettext",
    "ngettext",
    "of",
    "pgettext",
    "speak",
    "speaking",
]
