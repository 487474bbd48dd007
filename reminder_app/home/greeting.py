"""How the day begins, for whoever looks. No I/O."""

from datetime import datetime

from reminder_app.translations import gettext as _


def greeting(here: datetime, name: str) -> str:
    """`here`: the time on the person's own clock."""
    first = name.split()[0] if name.split() else ""
    words = words_at(here.hour)
    return f"{words}, {first}" if first else words


def words_at(hour: int) -> str:
    if hour < 5:
        return _("Hello")
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 18 else _("Good evening")
