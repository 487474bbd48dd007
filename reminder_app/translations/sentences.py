"""English sentences known again by their words, with what stands in their places."""

import re
from collections.abc import Iterable, Iterator, Mapping

PLACE = re.compile(r"%\((\w+)\)s")
ANYTHING = ".+?"

Known = tuple[str, dict[str, str]]  # a template, and the values of its places


class Sentences:
    """`kinds` are the patterns of what stands in a place of that name; in all others anything may.

    A text that fits two templates is the one with more words of its own.
    """

    def __init__(self, templates: Iterable[str], kinds: Mapping[str, str] | None = None) -> None:
        ordered = sorted(templates, key=letters, reverse=True)
        self._patterns = [(one, own_words(one), pattern(one, kinds or {})) for one in ordered]

    def find(self, text: str) -> Known | None:
        for template, words, known in self._patterns:
            if stand_in(words, text) and (match := known.fullmatch(text)):
                return template, match.groupdict()
        return None


def own_words(template: str) -> list[str]:
    return [part.replace("%%", "%") for part in PLACE.split(template)[::2]]


def stand_in(words: list[str], text: str) -> bool:
    """One after the other, with something between them. Where they do not, a pattern with many
    places would try all ways to part the text, for hours."""
    first, *others = words
    if not others:
        return text == first
    *middle, last = others
    if not (text.startswith(first) and text.endswith(last)):
        return False
    at = len(first)
    for one in middle:
        at = text.find(one, at + 1)
        if at < 0:
            return False
        at += len(one)
    return at < len(text) - len(last)


def letters(template: str) -> int:
    """How many are the template's own."""
    return len(PLACE.sub("", template))


def pattern(template: str, kinds: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("".join(_parts(template, kinds)), re.DOTALL)


def _parts(template: str, kinds: Mapping[str, str]) -> Iterator[str]:
    seen = set()
    for at, part in enumerate(PLACE.split(template)):
        if at % 2 == 0:
            yield re.escape(part.replace("%%", "%"))
        else:
            yield f"(?P={part})" if part in seen else f"(?P<{part}>{kinds.get(part, ANYTHING)})"
            seen.add(part)
