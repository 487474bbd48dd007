"""What stands outside of the parts and looks like a time: Mo, 1/2, 8.45, a bare hour. Left in the title in silence, the
reminder would come at another time than was meant, so these are parts too; where it is not sure, they are asked about.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from reminder_app.quick_add import clocks, days, weekdays
from reminder_app.quick_add.grammar import Reader
from reminder_app.quick_add.lexers import is_tight, whole
from reminder_app.quick_add.meaning import Meaning, Reading, asked
from reminder_app.quick_add.scanning import Found
from reminder_app.recurrence.rrule import Rule

SHORTEST_MISSPELT, LONGEST_MISSPELT = 5, 12
LIKENESS = 0.85
BESIDE = (",", ".")  # may stand between two parts that belong together
TIMELY = ("date", "time", "repeat", "after_done", "end")
Answer = tuple[str, int, Reading]  # kind, the token after it, what it can mean


@dataclass
class Around:
    """One place of a text, and what was read elsewhere."""

    reader: Reader
    begun: Mapping[int, str]  # the token where a part begins -> its kind
    ended: Mapping[int, str]  # the token after a part
    at: int
    has_day: bool
    has_clock: bool
    has_rule: bool
    is_yearly: bool

    @property
    def is_timed(self) -> bool:
        return self.has_day or self.has_clock or self.has_rule

    def word(self, ahead: int = 0) -> str:
        return self.reader.word(self.at + ahead) if self.at + ahead >= 0 else ""

    def is_among(self, table: str, ahead: int = 0) -> bool:
        return self.word(ahead) in self.reader.grammar.words[table]

    def touches(self, end: int, kinds: Sequence[str] = TIMELY) -> bool:
        return self.before(kinds) or self.after(end, kinds)

    def before(self, kinds: Sequence[str] = TIMELY) -> bool:
        at = self.at - (self.at > 0 and self.word(-1) in BESIDE)
        return self.ended.get(at) in kinds

    def after(self, end: int, kinds: Sequence[str] = TIMELY) -> bool:
        return self.begun.get(end + (self.reader.word(end) in BESIDE)) in kinds

    def is_alone(self, end: int) -> bool:
        """No word or number of the title follows."""
        is_end = end >= len(self.reader.tokens)
        token = None if is_end else self.reader.tokens[end]
        return token is None or end in self.begun or not (token.is_word or token.is_number)

    def is_whole(self, end: int) -> bool:
        return end <= len(self.reader.tokens) and self.reader.tokens[end - 1].ends


def with_doubts(reader: Reader, found: Sequence[Found]) -> list[Found]:
    """`found` and what else looks like a time, in the order of the text."""
    for rules in (BY_DAY, BY_FEAST, BY_CLOCK):
        found = sorted([*found, *doubts(reader, found, rules)], key=lambda one: one.first)
    return list(found)


def doubts(reader: Reader, found: Sequence[Found], rules: "Sequence[Look]") -> Iterator[Found]:
    said = [option for one in found for option in one.reading.options]
    place = Around(
        reader,
        {one.first: one.kind for one in found},
        {one.end: one.kind for one in found},
        0,
        any(one.day or one.until for one in said),
        any(one.clock or one.clocks for one in said),
        any(one.rule or one.after for one in said),
        any(one.rule and one.rule.freq == "YEARLY" for one in said),
    )
    covered = {at for one in found for at in range(one.first, one.end)}
    end = 0
    for at, token in enumerate(reader.tokens):
        if at < end or at in covered or not token.begins:
            continue
        place.at = at
        answer = next((one for rule in rules if (one := rule(place))), None)
        if answer and place.is_whole(answer[1]) and covered.isdisjoint(range(at, answer[1])):
            end = answer[1]
            yield Found(answer[0], at, *answer[1:])


def short_weekday(around: Around) -> Answer | None:
    """Mo 8:15. What may be another word, as in "so" or "Fr. Berg", and what is far from a time, is asked about."""
    if not around.is_among("weekday_short"):
        return None
    end = around.at + 1 + (around.word(1) == ".")
    reading = weekdays.a_weekday(
        around.reader.here, around.reader.grammar.words["weekday_short"][around.word()]
    )
    is_last, is_title = end >= len(around.reader.tokens), is_title_of(around)
    is_capital = around.reader.tokens[around.at].is_capital
    is_other = is_title or around.is_among("also_words")
    if around.touches(end) or is_range(around, end - around.at):
        is_sure = not is_title and (is_capital or not is_other)
        return "date", end, reading if is_sure else asked("perhaps_day", *reading.options)
    is_likely = is_capital and is_last or not is_other and (around.at == 0 or is_last)
    if around.has_day or not (is_likely or (is_capital and around.is_timed)):
        return None
    return "date", end, asked("perhaps_day", *reading.options)


def feast(around: Around) -> Answer | None:
    """at Christmas, Heiligabend 18 Uhr. Where another day is named it belongs to the title, as in Christmas presents."""
    if around.has_day or not around.reader.tokens[around.at].is_word:
        return None
    for name in ("feast_at", "feast_alone"):
        for end, reading in around.reader.read(name, around.at):
            is_alone = name == "feast_alone"
            if not around.is_whole(end) or (is_alone and around.has_rule and not around.is_yearly):
                continue
            is_other = around.is_among("also_words") or around.is_among("vague", -1)
            is_sure = around.touches(end) and not is_other if is_alone else True
            is_thing = around.is_among("feast_things", end - around.at)
            if not is_sure or is_thing or around.has_rule:
                reading = Reading(reading.options, reading.topic or "perhaps_day")
            return "date", end, reading
    return None


def is_title_of(around: Around) -> bool:
    """Fr. Berg"""
    tokens, name = around.reader.tokens, around.at + 2
    is_name = name < len(tokens) and tokens[name].is_capital and name not in around.begun
    return is_name and around.word(1) == "."


def in_digits(around: Around) -> Answer | None:
    """1/2, 05/2027, 31.03, 8.45: a day, a time or neither."""
    first, sign, second = whole(around.reader, around.at, 2), around.word(1), around.word(2)
    if first is None or sign not in "/." or not second.isdigit() or not second.isascii():
        return None
    is_tight_all = is_tight(around.reader, around.at + 1) and is_tight(around.reader, around.at + 2)
    if not is_tight_all or around.is_among("amounts", 3) or is_number_of(around):
        return None
    options = (*days_of(around, first, sign, second), *times_of(around, first, sign, second))
    end, is_day = around.at + 3, any(one.day for one in options)
    is_date = sign == "/" and (first, second) != (24, "7") or second.startswith("0")
    if not options or not (around.is_timed or (is_date and is_day and around.is_alone(end))):
        return None
    kind, topic = ("date", "perhaps_day") if is_day else ("time", "perhaps_time")
    return kind, end, asked(topic, *options)


def days_of(around: Around, first: int, sign: str, second: str) -> Sequence[Meaning]:
    here = around.reader.here
    if around.has_day:
        return ()
    if len(second) == 4:
        found = days.on_full_date(here, 1, first, int(second))
        return found.options if found else ()
    if len(second) > 2 or (sign == "." and not around.is_among("point_dates", 1)):
        return ()
    parts = (first, int(second), None, False)
    reading = days.on_slashed(here, parts) if sign == "/" else days.in_order(here, *parts[:3])
    return reading.options if reading else ()


def times_of(around: Around, first: int, sign: str, second: str) -> Sequence[Meaning]:
    if around.has_clock or sign != "." or len(second) != 2:
        return ()
    reading = clocks.at(around.reader.here, first, int(second)) if first < 24 else None
    return reading.options if reading else ()


def is_number_of(around: Around) -> bool:
    """Room 3.14, €12.50"""
    return around.is_among("numbered", -1) or around.is_among("amounts", -1)


def ordinal(around: Around) -> Answer | None:
    """Rent 31st, 5pm."""
    if around.has_day or around.has_rule or not around.has_clock or not around.word().isdigit():
        return None
    for end, day in around.reader.read("ordinal", around.at):
        reading = days.perhaps_in_month(around.reader.here, day)
        if reading and around.is_alone(end):
            return "date", end, reading
    return None


def month(around: Around) -> Answer | None:
    """Report May, 9:00."""
    token = around.reader.tokens[around.at]
    number = around.reader.grammar.words["month"].get(token.text)
    if number is None or not token.is_capital or around.has_day or not around.has_clock:
        return None
    end = around.at + 1
    return (
        "date",
        end,
        asked("perhaps_day", *days.start_of_month(around.reader.here, number).options),
    )


def misspelt(around: Around) -> Answer | None:
    """tomorow, Donerstag. A longer word that begins with a name is another: Montage."""
    word = around.word()
    if around.has_day or not around.is_timed:
        return None
    if not SHORTEST_MISSPELT <= len(word) <= LONGEST_MISSPELT or not word.isalpha():
        return None
    names = around.reader.grammar.words["spelt"]
    near = get_close_matches(word, names, 1, LIKENESS)
    if not near or word.startswith(near[0]):
        return None
    here, (is_weekday, number) = around.reader.here, names[near[0]]
    reading = weekdays.a_weekday(here, number) if is_weekday else days.ahead(here, number)
    return ("date", around.at + 1, asked("perhaps_day", *reading.options)) if reading else None


def unread_repeat(around: Around) -> Answer | None:
    """every wek"""
    if around.has_rule or not around.is_timed or not around.is_among("every"):
        return None
    if not around.word(1)[:1].isalpha():
        return None
    offered = (Meaning(rule=Rule(freq)) for freq in ("DAILY", "WEEKLY", "MONTHLY"))
    return "repeat", around.at + 2, asked("perhaps_repeat", *offered)


def hours(around: Around) -> Answer | None:
    """tomorrow 8, daily 8 and 20"""
    if around.has_clock or is_number_of(around) or not around.word().isdigit():
        return None
    if not around.before(("date", "repeat")):
        return None
    for end, several in around.reader.read("clocks", around.at):
        reading = clocks.several(around.reader.here, several) if around.is_alone(end) else None
        if reading:
            return (
                "time",
                end,
                reading if reading.topic else asked("perhaps_time", *reading.options),
            )
    return None


def from_to(around: Around) -> Answer | None:
    """Thursday 10-12"""
    if around.has_clock or is_number_of(around) or not is_range(around):
        return None
    hours, end = (whole(around.reader, around.at + n, 2) for n in (0, 2)), around.at + 3
    first, last = (one and clocks.said(around.reader.here, one) for one in hours)
    is_followed = around.after(end, ("date",)) and around.is_alone(end)
    if not first or not last or not (around.before(("date",)) or is_followed):
        return None
    return "time", end, clocks.between(around.reader.here, first, last)


def is_range(around: Around, ahead: int = 0) -> bool:
    """10-12, and no amount"""
    numbers = (whole(around.reader, around.at + ahead + n, 2) for n in (0, 2))
    is_one = None not in numbers and around.word(ahead + 1) in ("-", "–")
    return is_one and not around.is_among("amounts", ahead + 3)


def no_clock(around: Around) -> Answer | None:
    """25:00, 13pm: a time that there is not."""
    if around.has_clock or not around.is_timed or whole(around.reader, around.at, 4) is None:
        return None
    end = around.at + 1
    minutes = around.word(1) == ":" and len(around.word(2)) == 2 and around.word(2).isdigit()
    if minutes and is_tight(around.reader, end) and is_tight(around.reader, end + 1):
        end += 2
    elif around.word(1) not in around.reader.grammar.words["halves"]:
        return None
    end += around.reader.word(end) in around.reader.grammar.words["halves"]
    moments = sorted(set(around.reader.here.moments.values()))
    return "time", end, asked("perhaps_time", *(Meaning(clock=one) for one in moments))


Look = Callable[[Around], Answer | None]
BY_DAY: Sequence[Look] = (short_weekday,)
BY_FEAST: Sequence[Look] = (feast,)
BY_CLOCK: Sequence[Look] = (
    in_digits,
    ordinal,
    month,
    misspelt,
    unread_repeat,
    no_clock,
    from_to,
    hours,
)
