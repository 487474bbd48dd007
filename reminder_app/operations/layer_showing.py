"""What the database layer says, in the language of whoever reads it.

The layer belongs to no product: it says everything in English, and so do its commands, its JSON and its
log. layer_texts has each of its sentences once more, with places for its values. A sentence is known by its
words, also one that was written down long ago, and is said again as the catalogue has it; what is not
known, such as a server's own words, stays as it is.
"""

from functools import cache, lru_cache

from babel.numbers import get_decimal_symbol, get_group_symbol

from reminder_app.operations.layer_texts import CHECKS, TEXTS
from reminder_app.translations import gettext
from reminder_app.translations.sentences import Known, Sentences
from reminder_app.web.formatting import locale

NUMBER = r"-?\d[\d,]*(?:\.\d+)?"
# What stands in a place; in all others anything.
KINDS = {
    "alias": r"\w+",
    "dotted": r"[\w.:-]+",
    "moment": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    "id": r"\d+",
    "number": r"\d+",
    "name": r".+",  # of somebody, or of a backup: never a word of ours
}
NUMBERS = {
    "before", "best", "days", "entries", "first", "free", "has", "hours", "last", "many", "megabytes", "most",
    "ms", "needed", "now", "peak", "reads", "rows", "seals", "seconds", "sending", "share", "used", "web",
    "writes",
}  # fmt: skip
JOINTS = ("; ", ", ")


def told(text: str | None, texts: tuple[str, ...] = TEXTS) -> str:
    """`text` in the language spoken."""
    if not text:
        return ""
    for joint in JOINTS:
        several = text.split(joint)
        if len(several) > 1 and all(found(one, texts) for one in several):
            return joint.join(told(one, texts) for one in several)
    known = found(text, texts)
    if known is None:
        return text
    template, values = known
    return gettext(template, **{name: value(name, one) for name, one in values.items()})


def check_name(check: str) -> str:
    name = told(check, CHECKS)
    return name[:1].upper() + name[1:]


def value(name: str, text: str) -> str:
    if name in NUMBERS:
        return number(text)
    return text if name in KINDS else told(text)


def number(text: str) -> str:
    """As the locale writes it, with as many digits as it has."""
    signs = {",": get_group_symbol(locale()), ".": get_decimal_symbol(locale())}
    return "".join(signs.get(letter, letter) for letter in text)


@lru_cache(2000)
def found(text: str, texts: tuple[str, ...] = TEXTS) -> Known | None:
    """The sentence that `text` is, and what stands in its places."""
    return sentences(texts).find(text)


@cache
def sentences(texts: tuple[str, ...]) -> Sentences:
    return Sentences(texts, {**KINDS, **dict.fromkeys(NUMBERS, NUMBER)})
