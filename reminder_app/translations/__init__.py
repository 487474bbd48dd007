"""What people read, in their language."""

from reminder_app.translations.speech import (
    LANGUAGES,
    N_,
    catalogue,
    gettext,
    kept,
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
    "N_",
    "catalogue",
    "gettext",
    "kept",
    "language",
    "lazy_gettext",
    "ngettext",
    "of",
    "pgettext",
    "speak",
    "speaking",
]
