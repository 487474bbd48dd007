"""A text to words, numbers and signs, each with its place."""

import re
from dataclasses import dataclass

# One character more is one step more: no alternative can match what another one began.
TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[0-9]+|\S")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "’": "'"})
BEFORE, AFTER = ',;:(["„“”«»‚‘!?…–—', ',;:.)]"“”«»‘’!?…–—'


@dataclass(frozen=True)
class Token:
    """text: as it is compared. begins, ends: here a word of the text begins or ends, not inside E-Mail or 2.0."""

    text: str
    start: int
    end: int
    begins: bool
    ends: bool
    is_capital: bool = False

    @property
    def is_word(self) -> bool:
        return self.text[:1].isalpha()

    @property
    def is_number(self) -> bool:
        return self.text.isascii() and self.text.isdigit()


def tokens(text: str) -> list[Token]:
    return [
        Token(
            folded(found[0]),
            found.start(),
            found.end(),
            can_begin(text, found.start()),
            can_end(text, found.end()),
            found[0][:1].isupper(),
        )
        for found in TOKEN.finditer(text)
    ]


def folded(word: str) -> str:
    """As words are compared: März, MÄRZ and Maerz are one."""
    return word.casefold().translate(UMLAUTS)


def can_begin(text: str, at: int) -> bool:
    if at == 0 or text[at - 1].isspace():
        return True
    is_inner = at > 1 and text[at - 2].isdigit() and text[at].isdigit()  # 1,5
    return text[at - 1] in BEFORE and not is_inner


def can_end(text: str, at: int) -> bool:
    if at == len(text) or text[at].isspace():
        return True
    follows = text[at + 1 : at + 2]
    return text[at] in AFTER and not (text[at] in ".:" and follows.isalnum())
