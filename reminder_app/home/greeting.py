"""How the day begins, for whoever looks. No I/O."""

from datetime import datetime


def greeting(here: datetime, name: str) -> str:
    """`here`: the time on the person's own clock."""
    first = name.split()[0] if name.split() else ""
    words = words_at(here.hour)
    return f"{words}, {first}" if first else words


def words_at(hour: int) -> str:
    if hour < 5:
        return "Hello"
    if hour < 12:
        return "Good morning"
    return "Good afternoon" if hour < 18 else "Good evening"
