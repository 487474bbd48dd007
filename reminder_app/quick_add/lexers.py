"""Numbers, times and dates written in digits, and lists of things: the same in every language.

Words come from the tables of the language: number_words, ordinal_words, ordinal_endings, weekday_any, between, range,
after_a_time. A lexer gives what can be read from a token on, the longest first.
"""

from collections.abc import Sequence

from reminder_app.quick_add import lists
from reminder_app.quick_add.grammar import Reader, Result


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


def digit(reader: Reader, at: int) -> Sequence[Result]:
    """The 5 of "9 Uhr 5"."""
    found = whole(reader, at, 1)
    return [(at + 1, found)] if found is not None else []


def day_of_month(reader: Reader, at: int) -> Sequence[Result]:
    """31, without a point."""
    found = whole(reader, at, 2)
    return [(at + 1, found)] if found is not None and 1 <= found <= 31 else []


def hhmm(reader: Reader, at: int) -> Sequence[Result]:
    """1705; as (hour, minute, is written with a zero)."""
    found = whole(reader, at, 4, 4)
    is_one = found is not None and found < 2400 and found % 100 < 60
    return [(at + 1, (found // 100, found % 100, True))] if found is not None and is_one else []


def minutes_to(reader: Reader, at: int) -> Sequence[Result]:
    """5, 10, 20 or 25, of "10 to 9"."""
    return [one for one in number(reader, at) if one[1] in (5, 10, 20, 25)]


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


def street(reader: Reader, at: int) -> Sequence[Result]:
    """Takes nothing: 10 Downing Street is no time."""
    streets = reader.grammar.words["streets"]
    return [(at, None)] if any(reader.word(at + n) in streets for n in range(3)) else []


def no_street(reader: Reader, at: int) -> Sequence[Result]:
    return [] if street(reader, at) else [(at, None)]


def was_capital(reader: Reader, at: int) -> Sequence[Result]:
    """Takes nothing: "Sa früh" is of Saturday, "so früh" is not of Sunday."""
    return [(at, None)] if at and reader.tokens[at - 1].is_capital else []


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
    "digit": digit,
    "day_of_month": day_of_month,
    "hhmm": hhmm,
    "minutes_to": minutes_to,
    "sure_clocks": lists.sure_clocks,
    "hours_said": lists.hours_said,
    "street": street,
    "no_street": no_street,
    "was_capital": was_capital,
    "hour_and_minute": hour_and_minute,
    "hour_dot_minute": hour_dot_minute,
    "iso": iso,
    "slashed": slashed,
    "dotted": dotted,
    "bare_dotted": bare_dotted,
    "weekdays": lists.weekdays,
    "plural_weekdays": lists.plural_weekdays,
    "ordinals": lists.ordinals,
    "lengths": lists.lengths,
    "clocks": lists.clocks,
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
    "sure_clocks": (False, "clock"),
    "hours_said": (True, "number_words"),
    "minutes_to": (True, "number_words"),
    **dict.fromkeys(("digit", "day_of_month", "hhmm"), (True, "")),
    **dict.fromkeys(("year", "minute", "hour_and_minute", "hour_dot_minute", "iso"), (True, "")),
    **dict.fromkeys(("slashed", "dotted", "bare_dotted"), (True, "")),
}
