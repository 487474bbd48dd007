"""A clock, people, and a parse in one line of text, as the tables of phrases have it."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from reminder_app import quick_add
from reminder_app.quick_add import Parse, Person

ZONE = "Europe/Berlin"
WEDNESDAY = datetime(2026, 3, 4, 10, tzinfo=ZoneInfo(ZONE))
PEOPLE = (
    Person("me", "Alice"),
    Person("anna", "Anna Berg"),
    Person("tom", "Tom Stein"),
    Person("hanna", "Hanna"),
    Person("chris-a", "Chris Adler"),
    Person("chris-b", "Chris Braun"),
)
LABELS = ("Home",)
OF_THE_DAY = ("when", "time")  # their choices hang on the clock alone

parse = partial(quick_add.parse, now_local=WEDNESDAY, zone=ZONE, people=PEOPLE, labels=LABELS)


def told(found: Parse) -> str:
    """title | first time | rule, notices in minutes, priority, labels, people, ?question: its choices"""
    at = f"{found.starts_at:%Y-%m-%d %H:%M}" if found.starts_at else "-"
    rest = (
        found.rule or "",
        "" if found.month_end == "clamp" else found.month_end,
        *(f"{minutes}m" for minutes in found.advance_notices),
        "" if found.priority == "normal" else f"!{found.priority}",
        *(f"#{label}" for label in found.labels),
        *(f"@{person}" for person in found.people),
        *(asked(question) for question in found.questions),
    )
    return " | ".join((found.title, at, " ".join(filter(None, rest)))).rstrip(" |")


def asked(question: quick_add.Question) -> str:
    if question.topic in OF_THE_DAY:
        return f"?{question.topic}"
    keys = [choice.key for choice in question.choices if choice.key != "title"]
    return f"?{question.topic}: {', '.join(keys)}".rstrip(": ")
