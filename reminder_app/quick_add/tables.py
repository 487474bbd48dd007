"""Tables of words, written briefly."""

from collections.abc import Mapping
from typing import TypeVar

V = TypeVar("V")


def by_word(table: Mapping[V, str]) -> dict[str, V]:
    """Each word under a value -> that value."""
    return {word: value for value, words in table.items() for word in words.split()}


def counted(words: str, start: int = 1) -> dict[str, int]:
    return {word: number for number, word in enumerate(words.split(), start)}


def any_of(words: str) -> dict[str, bool]:
    return dict.fromkeys(words.split(), True)
