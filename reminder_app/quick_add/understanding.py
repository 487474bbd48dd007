"""One line of plain words to a reminder: what was understood, and what has to be asked. Nothing is guessed in silence.

Pure, and total: any text gives a Parse. What it costs grows with the length of the text and no faster (grammar.py).
"""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from reminder_app.errors import Invalid
from reminder_app.quick_add import marks
from reminder_app.quick_add.doubts import with_doubts
from reminder_app.quick_add.exceptions import with_exceptions
from reminder_app.quick_add.grammar import Reader
from reminder_app.quick_add.leftovers import title_of
from reminder_app.quick_add.meaning import MOMENTS, Here, Person
from reminder_app.quick_add.scanning import JOINT, Found, Known, scanned, with_joints
from reminder_app.quick_add.settling import TITLE, Asked, Live, Settling
from reminder_app.quick_add.starting import Start, start_of
from reminder_app.quick_add.tokens import tokens
from reminder_app.quick_add.tongues import tongue_of
from reminder_app.quick_add.wording import Clock, Wording
from reminder_app.recurrence import Schedule, rrule, snap
from reminder_app.recurrence.wall_time import zone_named
from reminder_app.recurrence.wording import full_day

Ignored = Collection[tuple[str, str]]  # (kind, text) of parts that are clicked off


@dataclass(frozen=True)
class Part:
    """kind: date, time, repeat, after_done, notice, end, priority, label, person; or opening and joint, which say nothing.

    text[start:end] of the parse is `text`; words: what it means; is_open: a question is about it.
    """

    kind: str
    start: int
    end: int
    text: str
    words: str
    is_open: bool = False


@dataclass(frozen=True)
class Choice:
    key: str
    words: str


@dataclass(frozen=True)
class Question:
    """To be answered with the key of one of its choices. topic: what kind of doubt it is. answer: "" as long as open."""

    name: str
    topic: str
    words: str
    choices: Sequence[Choice]
    answer: str = ""


@dataclass(frozen=True)
class Parse:
    """parts: in the order of the text, none over another. off: those that were clicked off.
    questions: those that are open; answered: those that were, each with its answer.

    starts_at: on the writer's clock, None while there are questions about it. is_time_said: else it is a usual time.
    repeat_after: so long after it was done (P3D), where the caller keeps that: `repeats_after_done`.
    times_per: on so many of the rule's days (3/week), likewise: `counts_times`.
    people: the keys of those named; none: nobody was.
    """

    text: str
    title: str
    parts: Sequence[Part]
    off: Sequence[Part]
    questions: Sequence[Question]
    answered: Sequence[Question]
    starts_at: datetime | None
    is_time_said: bool
    rule: str | None
    repeat_after: str | None
    times_per: str | None
    month_end: str
    advance_notices: Sequence[int]
    priority: str
    labels: Sequence[str]
    people: Sequence[str]
    steps: int  # what it cost

    @property
    def is_clear(self) -> bool:
        return not self.questions and self.starts_at is not None


def parse(
    text: str,
    language: str,
    now_local: datetime,
    zone: str,
    first_weekday: int = 0,
    *,
    people: Sequence[Person] = (),
    labels: Sequence[str] = (),
    ignored: Ignored = (),
    answers: Mapping[str, str] | None = None,
    moments: Mapping[str, time] = MOMENTS,
    clock: Clock = full_day,
    has_half_days: bool = False,
    repeats_after_done: bool = False,
    counts_times: bool = False,
) -> Parse:
    """`now_local`: aware, in `zone`. `answers`: name of a question -> key of a choice; others are passed over."""
    place = zone_named(zone) or ZoneInfo("UTC")
    now = now_local.astimezone(place)
    here = Here(
        *(now, place, first_weekday, moments),
        *(has_half_days, repeats_after_done, counts_times),
    )
    text, tongue = unicodedata.normalize("NFC", text), tongue_of(language)
    reader = Reader(tongue.grammar, tokens(text), here)
    sure = scanned(text, reader, tongue, Known(people, labels))
    read = with_doubts(reader, with_exceptions(reader, sure))
    found = [live(text, reader, one) for one in with_joints(reader, read)]
    is_off = {(kind, said.casefold()) for kind, said in ignored}
    settling = Settling(
        [one for one in found if (one.found.kind, one.text.casefold()) not in is_off],
        here,
        answers or {},
    )
    settling.settle()
    start = start_of(settling)
    wording = Wording(tongue.words, here, clock)
    off = [one for one in found if (one.found.kind, one.text.casefold()) in is_off]
    return written(text, reader, found, off, settling, snapped(start, zone), wording)


def names(text: str) -> list[str]:
    """Who is named with an @, by the first word: whom to look for before parsing."""
    text = unicodedata.normalize("NFC", text)
    return marks.names(text, tokens(text))


def live(text: str, reader: Reader, found: Found) -> Live:
    said = marks.text_of(text, reader.tokens, found.first, found.end)
    return Live(found, said, found.reading.options, found.reading.topic)


def snapped(start: Start, zone: str) -> Start:
    """On the first day that the rule names. A rule that never fires is left for saving to refuse."""
    if start.at is None or start.rule is None:
        return start
    endless = replace(start.rule, count=None, until=None)
    try:
        there = snap(Schedule(start.at, zone, rrule.write(endless), start.month_end))
    except Invalid:
        return start
    rule = rrule.parse(there.rule or "")
    ended = replace(rule, count=start.rule.count, until=start.rule.until)
    return replace(start, at=there.starts_at, rule=ended)


def written(
    text: str,
    reader: Reader,
    found: Sequence[Live],
    off: Sequence[Live],
    settling: Settling,
    start: Start,
    wording: Wording,
) -> Parse:
    standing = {id(one) for one in settling.parts}
    for before, joint, after in zip(found, found[1:], found[2:], strict=False):
        if joint.found.kind == JOINT and not {id(before), id(after)} <= standing:
            standing.discard(id(joint))
    parts = [part_of(reader, one, wording) for one in found if id(one) in standing]
    said = [one.first for one in settling.parts if one.is_clear]
    return Parse(
        text=text,
        title=title_of(text, [(one.start, one.end) for one in parts]),
        parts=parts,
        off=[part_of(reader, one, wording) for one in off],
        questions=[question(one, wording) for one in settling.questions],
        answered=[question(one, wording) for one in settling.answered],
        starts_at=start.at,
        is_time_said=start.is_time_said,
        rule=rrule.write(start.rule) if start.rule else None,
        repeat_after=start.after.iso if start.after else None,
        times_per=start.times or None,
        month_end=start.month_end,
        advance_notices=sorted({minutes for one in said for minutes in one.minutes}, reverse=True),
        priority=next((one.priority for one in said if one.priority), "normal"),
        labels=list(dict.fromkeys(one.label for one in said if one.label)),
        people=list(dict.fromkeys(one.person.key for one in said if one.person)),
        steps=reader.steps,
    )


def part_of(reader: Reader, one: Live, wording: Wording) -> Part:
    tokens = reader.tokens
    first, last = tokens[one.found.first], tokens[one.found.end - 1]
    is_open = not one.is_clear
    return Part(one.found.kind, first.start, last.end, one.text, wording.of_part(one), is_open)


def question(asked: Asked, wording: Wording) -> Question:
    choices = [Choice(one.key, wording.choice(asked, one)) for one in asked.options]
    if asked.is_about_part:
        choices.append(Choice(TITLE, wording.words.TITLE))
    return Question(asked.name, asked.topic, wording.question(asked), choices, asked.answer)
