"""Plain words to a reminder, in English and German: pure, knows nothing of who writes or where it is kept."""

from reminder_app.quick_add.meaning import MOMENTS, Person
from reminder_app.quick_add.tongues import known as known_language
from reminder_app.quick_add.understanding import Choice, Parse, Part, Question, names, parse

__all__ = [
    "MOMENTS",
    "Choice",
    "Parse",
    "Part",
    "Person",
    "Question",
    "known_language",
    "names",
    "parse",
]
