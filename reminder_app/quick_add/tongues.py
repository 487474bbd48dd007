"""The languages that are understood."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

from reminder_app.quick_add import (
    clocks,
    days,
    english,
    english_words,
    german,
    german_words,
    wording_de,
    wording_en,
)
from reminder_app.quick_add.grammar import Grammar, Rules, compiled
from reminder_app.quick_add.lexers import BEGIN, LEXERS

# Rules without a word of any language.
WORDLESS: Mapping[str, Rules] = {
    "clock_in_list": (
        ("{clock}", days.same),
        ("{hour} {~alone}", clocks.said),
    ),
    "clock_or_hour": (
        ("{clock}", days.same),
        ("{hour}", clocks.said),
    ),
}


@dataclass(frozen=True)
class Tongue:
    """grammar: how it is read; words: how it is said; to: what an opening leaves behind."""

    grammar: Grammar
    words: ModuleType
    to: tuple[str, ...]


TONGUES = {
    "en": Tongue(
        compiled({**WORDLESS, **english.RULES}, english_words.WORDS, LEXERS, BEGIN),
        wording_en,
        english_words.TO,
    ),
    "de": Tongue(
        compiled({**WORDLESS, **german.RULES}, german_words.WORDS, LEXERS, BEGIN),
        wording_de,
        german_words.TO,
    ),
}


def tongue_of(language: str) -> Tongue:
    """`language`: a tag such as de-AT. English for one that is not known."""
    return TONGUES[known(language)]


def known(language: str) -> str:
    """The one of TONGUES in which this is read and answered."""
    plain = language.replace("_", "-").partition("-")[0].casefold()
    return plain if plain in TONGUES else "en"
