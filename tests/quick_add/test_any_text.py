"""Whatever is written: an answer, whose parts are the text, at a cost that grows with its length alone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminder_app.quick_add import Parse
from tests.quick_add.test_phrases import ENGLISH, GERMAN
from tests.quick_add.told import parse

pytestmark = pytest.mark.sqlite_only
LANGUAGES = st.sampled_from(["en", "de"])
WORDS = sorted({word for _, phrase, _ in [*ENGLISH, *GERMAN] for word in phrase.split()})
# Words of time beside each other as nobody would write them, and whatever else is on a keyboard.
LINES = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join),
    st.lists(st.sampled_from([*WORDS, ",", "!", "#", "@", "-", "."]), max_size=40).map("".join),
)
MOMENTS = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2150-01-01"))
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Apia", "UTC"])
# Steps for each character: the walk of the rules that begin at it, and what these look up.
STEPS = 60
PLAIN = [
    "buy",
    "read",
    "write",
    "call",
    "bring",
    "milk",
    "flowers",
    "Oma",
    "Haus",
    "Katze",
    "grün",
    "sehr",
    "und",
    "the",
    "of",
    "mit",
    "für",
    "über",
]


def at(when: datetime, zone: str) -> dict:
    return {"now_local": when.replace(tzinfo=ZoneInfo(zone)), "zone": zone}


def letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def without(found: Parse, spans) -> str:
    return "".join(
        sign for n, sign in enumerate(found.text) if not any(a <= n < b for a, b in spans)
    )


@pytest.mark.parametrize(("language", "text"), [("de", "LETZTE APR"), ("en", "the last april")])
def test_the_last_of_a_month_by_its_name_is_no_date_that_breaks_it(language, text):
    assert (
        parse(text, language, **at(datetime.fromisoformat("2026-03-01"), "Europe/Berlin")).text
        == text
    )


@settings(max_examples=400, deadline=None)
@given(LINES, LANGUAGES, MOMENTS, ZONES)
def test_parts_and_title_are_the_text(text, language, when, zone):
    found = parse(text, language, **at(when, zone))
    spans = [(part.start, part.end) for part in found.parts]

    assert all(0 <= start < end <= len(found.text) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in zip(spans, spans[1:], strict=False))
    assert all(found.text[one.start : one.end] == one.text for one in found.parts)
    assert letters(found.title) == letters(without(found, spans))
    assert (found.starts_at is None) == bool(found.questions)


@settings(max_examples=300, deadline=None)
@given(LINES, LANGUAGES)
def test_all_parts_clicked_off_give_the_text_back(text, language):
    found = parse(text, language)
    off = parse(
        text, language, ignored=[(one.kind, one.text) for one in (*found.parts, *found.off)]
    )

    assert [one.kind for one in off.parts] == []
    assert off.title == " ".join(off.text.split())


@settings(max_examples=300, deadline=None)
@given(LINES, LANGUAGES, st.randoms())
def test_any_answers_lead_to_an_end(text, language, random):
    """Each choice settles its question; a choice may lead to another one, but not for ever."""
    answers: dict[str, str] = {}
    for _ in range(40):
        found = parse(text, language, answers=answers)
        if not found.questions:
            break
        question = found.questions[0]
        answers[question.name] = random.choice([choice.key for choice in question.choices])

    assert found.is_clear


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PLAIN), min_size=1).map(" ".join), LANGUAGES)
def test_a_sentence_without_words_of_time_has_no_time(text, language):
    found = parse(text, language)

    assert (found.parts, found.title, found.starts_at) == ([], text, None)
    assert [question.topic for question in found.questions] == ["when"]


HOSTILE = [
    "every ",
    "every first monday of the month ",
    "1 ",
    "1",
    "1,",
    "12:30 and ",
    "in 2 days and 2 days ",
    "remind me 2 days, 2 days, ",
    "at 9, 9, ",
    "monday, ",
    "mon-fri ",
    "!",
    "#a",
    "@Anna ",
    "@Anna",
    "((",
    "'a",
    "a'",
    "1/1/",
    "1.1.",
    "the day after ",
    "a quarter past ",
    "jeden ersten Montag im Monat ",
    "alle 2 Wochen am ",
    "nächste Woche ",
    "viertel vor ",
    "ü",
    "\u0308",
    "\u200d",
    "ß",
]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("piece", HOSTILE)
def test_what_it_costs_grows_with_the_length_and_no_faster(piece, language):
    short, long = (piece * (size // len(piece)) for size in (300, 3000))
    few, many = parse(short, language).steps, parse(long, language).steps

    assert few <= STEPS * len(short)
    assert many <= 11 * few + STEPS


@settings(max_examples=300, deadline=None)
@given(LINES, LANGUAGES)
def test_no_text_costs_more_than_its_length(text, language):
    found = parse(text, language)

    assert found.steps <= STEPS * (len(found.text) + 1)
