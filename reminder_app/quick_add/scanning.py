"""A text from left to right: the parts that mean something, the longest at each place, and none over another."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reminder_app.quick_add import marks
from reminder_app.quick_add.grammar import Reader
from reminder_app.quick_add.meaning import Meaning, Person, Reading
from reminder_app.quick_add.tokens import Token
from reminder_app.quick_add.tongues import Tongue

# Of two that are as long as each other, the first.
KINDS = ("after_done", "repeat", "notice", "end", "date", "time", "opening", "stop")
ME, PERSON = "me", "person"
OPENING, JOINT = "opening", "joint"  # they say nothing, and are not to be clicked off


@dataclass(frozen=True)
class Found:
    """kind: one of KINDS, or priority, label, person, joint. first, end: of its tokens."""

    kind: str
    first: int
    end: int
    reading: Reading


@dataclass(frozen=True)
class Known:
    people: Sequence[Person] = ()
    labels: Sequence[str] = ()


def scanned(text: str, reader: Reader, tongue: Tongue, known: Known) -> list[Found]:
    """Whoever wrote it is in `known.people` under the key "me"."""
    found: list[Found] = []
    at = 0
    while at < len(reader.tokens):
        one = at_token(text, reader, tongue, known, at) or rest_of_opening(
            reader, tongue, found, at
        )
        if one and one.kind == PERSON and is_one_too_many(found):
            one = None
        if one and one.kind != "stop":
            found.append(one)
        at = one.end if one else at + 1
    return found


def is_one_too_many(found: Sequence[Found]) -> bool:
    return sum(one.kind == PERSON for one in found) >= marks.MOST_NAMES


def with_joints(reader: Reader, found: Sequence[Found]) -> list[Found]:
    """every Monday and every Thursday: the "and" is of neither, and nothing to leave in a title."""
    between = reader.grammar.words["joints"]
    joined = list(found[:1])
    for before, one in pairwise(found):
        words = reader.tokens[before.end : one.first]
        if OPENING not in (before.kind, one.kind) and len(words) == 1 and words[0].text in between:
            joined.append(Found(JOINT, before.end, one.first, Reading((Meaning(),))))
        joined.append(one)
    return joined


def at_token(text: str, reader: Reader, tongue: Tongue, known: Known, at: int) -> Found | None:
    if not reader.tokens[at].begins:
        return None
    marked = by_mark(text, reader, tongue, known, at)
    return marked or max(by_words(reader, at), key=lambda one: one.end, default=None)


def by_words(reader: Reader, at: int) -> Iterator[Found]:
    for kind in KINDS:
        for end, reading in reader.read(kind, at):
            if end > at and reader.tokens[end - 1].ends:
                yield Found(kind, at, end, reading)
                break


def by_mark(text: str, reader: Reader, tongue: Tongue, known: Known, at: int) -> Found | None:
    tokens, words = reader.tokens, tongue.grammar.words
    sign = tokens[at].text
    if sign == "!":
        return found_mark("priority", at, marks.priority(tokens, at, words["priorities"]))
    if sign == "#":
        return found_mark("label", at, marks.label(text, tokens, at, known.labels))
    if marks.is_name(tokens, at):
        return person(text, tokens, known, words["me"].keys(), at)
    return None


def person(
    text: str, tokens: Sequence[Token], known: Known, me: Container[str], at: int
) -> Found | None:
    mine = next((one for one in known.people if one.key == ME), None)
    if mine and tokens[at + 1].text in me and tokens[at + 1].ends:
        return Found(PERSON, at, at + 2, Reading((Meaning(person=mine),)))
    return found_mark(PERSON, at, marks.person(text, tokens, at, known.people))


def found_mark(kind: str, at: int, mark: tuple[int, Reading] | None) -> Found | None:
    return Found(kind, at, mark[0], mark[1]) if mark else None


def rest_of_opening(
    reader: Reader, tongue: Tongue, found: Sequence[Found], at: int
) -> Found | None:
    """remind me tomorrow to: the "to" belongs to "remind me" when only parts stand between them."""
    if reader.word(at) not in tongue.to or not found or found[0].kind != OPENING:
        return None
    covered = sum(one.end - one.first for one in found)
    return Found(OPENING, at, at + 1, Reading((Meaning(),))) if covered == at else None
