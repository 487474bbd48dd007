"""What is marked by a sign: !high, #home, @Anna."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from reminder_app.quick_add.meaning import Meaning, Person, Reading, asked, clear
from reminder_app.quick_add.tokens import Token, folded

LONGEST_LABEL = 40
MOST_WORDS = 4  # of a name
MOST_ALIKE = 3
MOST_NAMES = 10  # of one text; what is marked beyond them stays in the title
INNER = "-_"  # join the words of a label or a name
LEVELS = {1: "urgent", 2: "high", 3: "normal", 4: "low"}


def end_of_name(tokens: Sequence[Token], at: int) -> int:
    """The token after a name that begins at `at`: letters, digits, - and _ without a space between them."""
    end = at
    while end < len(tokens) and _belongs(tokens, end) and (end == at or _is_joined(tokens, end)):
        end += 1
    while end > at and tokens[end - 1].text in INNER:
        end -= 1
    return end


def _belongs(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].is_word or tokens[at].is_number or tokens[at].text in INNER


def _is_joined(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].start == tokens[at - 1].end


def is_marked(tokens: Sequence[Token], at: int) -> bool:
    """The sign stands before a name, with nothing between them."""
    after = at + 1
    return after < len(tokens) and _is_joined(tokens, after) and end_of_name(tokens, after) > after


def text_of(text: str, tokens: Sequence[Token], first: int, end: int) -> str:
    return text[tokens[first].start : tokens[end - 1].end]


def priority(
    tokens: Sequence[Token], at: int, words: Mapping[str, str]
) -> tuple[int, Reading] | None:
    """!high, !2, !! (high) and !!! (urgent)."""
    signs = 1
    while signs < 4 and at + signs < len(tokens) and _is_sign(tokens, at + signs):
        signs += 1
    if signs in (2, 3) and _stands_alone(tokens, at, at + signs):
        return at + signs, clear(priority={2: "high", 3: "urgent"}[signs])
    if signs > 1 or not is_marked(tokens, at):
        return None
    word = tokens[at + 1]
    level = LEVELS.get(int(word.text[:2])) if word.is_number else words.get(word.text)
    return (at + 2, clear(priority=level)) if level and word.ends else None


def _is_sign(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].text == "!" and _is_joined(tokens, at)


def _stands_alone(tokens: Sequence[Token], at: int, end: int) -> bool:
    """Not the end of a sentence: Help!!"""
    is_apart = at == 0 or tokens[at - 1].end < tokens[at].start
    return is_apart and (end == len(tokens) or tokens[end - 1].end < tokens[end].start)


def label(
    text: str, tokens: Sequence[Token], at: int, known: Iterable[str]
) -> tuple[int, Reading] | None:
    """#home; a number alone is none. As it is written already, where there is such a label."""
    if not is_marked(tokens, at):
        return None
    end = end_of_name(tokens, at + 1)
    name = text_of(text, tokens, at + 1, end)
    if len(name) > LONGEST_LABEL or not any(letter.isalpha() for letter in name):
        return None
    same = {folded(one): one for one in known}
    return end, clear(label=same.get(folded(name), name))


def names(text: str, tokens: Sequence[Token]) -> list[str]:
    """What stands after an @, without a space: whom to look for. Each once."""
    found = (
        text_of(text, tokens, at + 1, end_of_name(tokens, at + 1))
        for at in range(len(tokens))
        if is_name(tokens, at)
    )
    return list(dict.fromkeys(found))[:MOST_NAMES]


def is_name(tokens: Sequence[Token], at: int) -> bool:
    sign = tokens[at]
    is_mark = sign.text == "@" and sign.begins and is_marked(tokens, at)
    return is_mark and tokens[at + 1].is_word


def person(
    text: str, tokens: Sequence[Token], at: int, people: Sequence[Person]
) -> tuple[int, Reading] | None:
    """@Anna, or @Anna Schmidt where somebody is called that; asked about when two are, or nobody."""
    if not is_marked(tokens, at):
        return None
    first_end = end_of_name(tokens, at + 1)
    for end in _ends(tokens, first_end):
        said = _plain(text_of(text, tokens, at + 1, end))
        found = [one for one in people if _plain(one.name) == said]
        if not found and end == first_end:
            found = [one for one in people if said in _plain(one.name).split()]
        if found:
            return end, _whom(found)
    return first_end, _unknown(_plain(text_of(text, tokens, at + 1, first_end)), people)


def _ends(tokens: Sequence[Token], first: int) -> list[int]:
    """The name may go on with the next words; the longest first."""
    ends = [first]
    while len(ends) < MOST_WORDS and ends[-1] < len(tokens) and tokens[ends[-1]].is_word:
        ends.append(end_of_name(tokens, ends[-1]))
    return ends[::-1]


def _plain(name: str) -> str:
    return " ".join(folded(name).replace("_", " ").replace("-", " ").split())


def _whom(found: Sequence[Person]) -> Reading:
    options = tuple(Meaning(person=one) for one in found)
    return Reading(options, "people" if len(options) > 1 else "")


def _unknown(said: str, people: Sequence[Person]) -> Reading:
    """Those whose names are written much like it."""
    by_word = {
        word: one for one in people for word in (_plain(one.name), *_plain(one.name).split())
    }
    alike = get_close_matches(said, by_word, MOST_ALIKE, 0.6)
    return asked("nobody", *(Meaning(person=by_word[word]) for word in alike))
