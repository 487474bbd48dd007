"""Numbers, times and dates written in digits, and lists of things: the same in every language.

Words come from the tables of the language: number_words, ordinal_words, ordinal_endings, weekday_any, between, range,
after_a_time. A lexer gives what can be read from a token on, the longest first.
"""

from collections.abc import Sequence
from typing import Any

from reminder_app.quick_add.grammar import Reader, Result

MOST_IN_A_LIST = 12


def number(reader: Reader, at: int) -> Sequence[Result]:
    """In digits, or a word up to twelve."""
    digits = whole(reader, at, 4)
    if digits is not None:
        return [(at + 1, digits)]
    return reader.read("number_words", at)


def whole(reader: Reader, at: int, longest: int, shortest: int = 1) -> int | None:
    word = reader.word(at)
    is_one = word.isascii() and word.isdigit() and shortest <= len(word) <= longest
    return int(word) if is_one else None


def is_tight(reader: Reader, at: int) -> bool:
    """Nothing between this token and the one before it."""
    tokens = reader.tokens
    return 0 < at < len(tokens) and tokens[at - 1].end == tokens[at].start


def ordinal(reader: Reader, at: int) -> Sequence[Result]:
    """15th or 15., first, last (-1); 1 to 31."""
    found = whole(reader, at, 2)
    if found is None:
        return reader.read("ordinal_words", at)
    endings = reader.grammar.words["ordinal_endings"]
    is_one = 1 <= found <= 31 and is_tight(reader, at + 1) and reader.word(at + 1) in endings
    return [(at + 2, found)] if is_one else []


def day_number(reader: Reader, at: int) -> Sequence[Result]:
    """15 or 15th, of a month."""
    found = whole(reader, at, 2)
    plain = [(at + 1, found)] if found is not None and 1 <= found <= 31 else []
    return [*(one for one in ordinal(reader, at) if one[1] > 0), *plain]


def year(reader: Reader, at: int) -> Sequence[Result]:
    found = whole(reader, at, 4, 4)
    return [(at + 1, found)] if found is not None and 1900 <= found < 2200 else []


def hour(reader: Reader, at: int) -> Sequence[Result]:
    """0 to 24, or a word."""
    found = [one for one in number(reader, at) if 0 <= one[1] <= 24]
    return found if len(reader.word(at)) <= 2 or not reader.word(at).isdigit() else []


def minute(reader: Reader, at: int) -> Sequence[Result]:
    found = whole(reader, at, 2, 2)
    return [(at + 1, found)] if found is not None and found < 60 else []


def hour_and_minute(reader: Reader, at: int) -> Sequence[Result]:
    """9:30; as (hour, minute, is written with a zero)."""
    return _parted(reader, at, ":")


def hour_dot_minute(reader: Reader, at: int) -> Sequence[Result]:
    return _parted(reader, at, ".")


def _parted(reader: Reader, at: int, sign: str) -> Sequence[Result]:
    hours = whole(reader, at, 2)
    if hours is None or hours > 24 or reader.word(at + 1) != sign:
        return []
    if not (is_tight(reader, at + 1) and is_tight(reader, at + 2)):
        return []
    return [
        (end, (hours, minutes, reader.word(at).startswith("0")))
        for end, minutes in minute(reader, at + 2)
    ]


def iso(reader: Reader, at: int) -> Sequence[Result]:
    """2026-03-04; as (year, month, day)."""
    parts = [whole(reader, at + n, most, most) for n, most in ((0, 4), (2, 2), (4, 2))]
    signs = reader.word(at + 1) == reader.word(at + 3) == "-"
    return [(at + 5, tuple(parts))] if signs and None not in parts else []


def slashed(reader: Reader, at: int) -> Sequence[Result]:
    """03/04 or 3/4/2026; as (first, second, year or None, has two digits each)."""
    first, second = whole(reader, at, 2), whole(reader, at + 2, 2)
    if first is None or second is None or reader.word(at + 1) != "/":
        return []
    is_long = len(reader.word(at)) == len(reader.word(at + 2)) == 2
    short = (at + 3, (first, second, None, is_long))
    in_year = _short_year(reader, at + 4) if reader.word(at + 3) == "/" else None
    return [(at + 5, (first, second, in_year, is_long)), short] if in_year else [short]


def dotted(reader: Reader, at: int) -> Sequence[Result]:
    """3.4., 3.4.2026 or 03.04.26; as (day, month, year or None)."""
    day, month = whole(reader, at, 2), whole(reader, at + 2, 2)
    if day is None or month is None or reader.word(at + 1) != ".":
        return []
    if reader.word(at + 3) != ".":
        return []
    in_year = _short_year(reader, at + 4) if is_tight(reader, at + 4) else None
    short = (at + 4, (day, month, None))
    return [(at + 5, (day, month, in_year)), short] if in_year else [short]


def bare_dotted(reader: Reader, at: int) -> Sequence[Result]:
    """3.4 without its last point; as (day, month, None)."""
    day, month = whole(reader, at, 2), whole(reader, at + 2, 2)
    is_one = day is not None and month is not None and reader.word(at + 1) == "."
    return [(at + 3, (day, month, None))] if is_one and is_tight(reader, at + 2) else []


def _short_year(reader: Reader, at: int) -> int | None:
    full = [value for _, value in year(reader, at)]
    short = whole(reader, at, 2, 2)
    return full[0] if full else None if short is None else 2000 + short


def listed(reader: Reader, name: str, at: int) -> Sequence[Result]:
    """One or several of `name` with commas or "and" between them; as tuples."""
    found: list[Result] = []
    values: tuple[Any, ...] = ()
    for _ in range(MOST_IN_A_LIST):
        here = reader.read(name, at)
        if not here:
            break
        values = (*values, here[0][1])
        found.append((here[0][0], values))
        at = _after_joint(reader, here[0][0])
    return found[::-1]


def _after_joint(reader: Reader, at: int) -> int:
    """After a comma, an "and", or both; nothing else leads on."""
    between = reader.grammar.words["between"]
    here = at
    while reader.word(here) in between and here < at + 2:
        here += 1
    return here if here > at else len(reader.tokens)


def weekdays(reader: Reader, at: int) -> Sequence[Result]:
    """Mon, Wed and Fri; Mon-Fri. As a tuple of 0 to 6."""
    return [*_range(reader, at), *listed(reader, "weekday_any", at)]


def _range(reader: Reader, at: int) -> Sequence[Result]:
    for middle, first in reader.read("weekday_any", at):
        if reader.word(middle) in reader.grammar.words["range"]:
            for end, last in reader.read("weekday_any", middle + 1):
                return [(end, tuple((first + n) % 7 for n in range((last - first) % 7 + 1)))]
    return []


def plural_weekdays(reader: Reader, at: int) -> Sequence[Result]:
    return listed(reader, "weekday_plural", at)


def ordinals(reader: Reader, at: int) -> Sequence[Result]:
    """1st and 15th"""
    return listed(reader, "ordinal", at)


def lengths(reader: Reader, at: int) -> Sequence[Result]:
    return listed(reader, "length", at)


def clocks(reader: Reader, at: int) -> Sequence[Result]:
    """Times after "at": 9, 12 and 18. A bare number is one only where no other word follows it."""
    return listed(reader, "clock_in_list", at)


def alone(reader: Reader, at: int) -> Sequence[Result]:
    """Takes nothing: no other word follows that these could belong to."""
    token = reader.tokens[at] if at < len(reader.tokens) else None
    is_free = token is None or not (token.is_word or token.is_number)
    return [(at, None)] if is_free or reader.word(at) in reader.grammar.words["leads_on"] else []


def no_noun(reader: Reader, at: int) -> Sequence[Result]:
    """Takes nothing: in German no noun follows that these could belong to, as in "am 2. Treffen"."""
    is_noun = at < len(reader.tokens) and reader.tokens[at].is_capital
    return [] if is_noun else [(at, None)]


def followed(reader: Reader, at: int) -> Sequence[Result]:
    return [] if alone(reader, at) else [(at, None)]


def noun(reader: Reader, at: int) -> Sequence[Result]:
    return [] if no_noun(reader, at) else [(at, None)]


def tight(reader: Reader, at: int) -> Sequence[Result]:
    return [(at, None)] if is_tight(reader, at) else []


LEXERS = {
    "number": number,
    "ordinal": ordinal,
    "day_number": day_number,
    "year": year,
    "hour": hour,
    "minute": minute,
    "hour_and_minute": hour_and_minute,
    "hour_dot_minute": hour_dot_minute,
    "iso": iso,
    "slashed": slashed,
    "dotted": dotted,
    "bare_dotted": bare_dotted,
    "weekdays": weekdays,
    "plural_weekdays": plural_weekdays,
    "ordinals": ordinals,
    "lengths": lengths,
    "clocks": clocks,
    "alone": alone,
    "no_noun": no_noun,
    "noun": noun,
    "followed": followed,
    "tight": tight,
}

# Whether it begins with a number, and with what else. The others take nothing, and can stand anywhere.
BEGIN = {
    "number": (True, "number_words"),
    "ordinal": (True, "ordinal_words"),
    "day_number": (True, "ordinal_words"),
    "hour": (True, "number_words"),
    "weekdays": (False, "weekday_any"),
    "plural_weekdays": (False, "weekday_plural"),
    "ordinals": (True, "ordinal_words"),
    "lengths": (False, "length"),
    "clocks": (False, "clock_in_list"),
    **dict.fromkeys(("year", "minute", "hour_and_minute", "hour_dot_minute", "iso"), (True, "")),
    **dict.fromkeys(("slashed", "dotted", "bare_dotted"), (True, "")),
}
