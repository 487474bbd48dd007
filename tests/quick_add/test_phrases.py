"""What people write, in both languages: the tables hold what comes of each."""

from pathlib import Path

import pytest

from tests.quick_add.told import parse, told

pytestmark = pytest.mark.sqlite_only
HERE = Path(__file__).parent
LEAST = 220


def table(language: str) -> list[tuple[str, str, str]]:
    lines = (HERE / f"phrases_{language}.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.partition(" | ") for line in lines if line and not line.startswith("#")]
    return [(language, phrase, expected) for phrase, _, expected in rows]


ENGLISH, GERMAN = table("en"), table("de")


@pytest.mark.parametrize(("language", "phrase", "expected"), [*ENGLISH, *GERMAN])
def test_what_is_understood(language, phrase, expected):
    assert told(parse(phrase, language)) == expected


@pytest.mark.parametrize("rows", [ENGLISH, GERMAN], ids=["en", "de"])
def test_the_tables_are_long_and_say_nothing_twice(rows):
    phrases = [phrase for _, phrase, _ in rows]

    assert len(phrases) == len(set(phrases)) >= LEAST


@pytest.mark.parametrize(
    ("language", "phrase", "words"),
    [
        (
            "en",
            "pay rent every last day of the month at 9 !high #home @Anna, remind me 2 days before",
            ["every last day of the month", "at 09:00", "high", "#Home", "Anna Berg"]
            + ["2 days before"],
        ),
        (
            "de",
            "Miete zahlen jeden letzten Tag im Monat um 9 !hoch #haus @Anna, erinnere mich 2 Tage vorher",
            ["jeden letzten Tag im Monat", "um 09:00", "hoch", "#haus", "Anna Berg"]
            + ["2 Tage vorher"],
        ),
        ("en", "call tomorrow evening", ["Thu 5 March in the evening"]),
        ("de", "anrufen am 3. Mai 2027 abends", ["Mo 3. Mai 2027 abends"]),
        ("en", "in 20 minutes", ["Wed 4 March, at 10:20"]),
        (
            "en",
            "gym every mon and wed until 1 may",
            ["every Monday and Wednesday", "until Fri 1 May"],
        ),
        ("de", "Sport werktäglich", ["werktäglich"]),
        ("de", "alle 2 Wochen am Dienstag 5 mal", ["alle 2 Wochen am Dienstag", "5-mal"]),
        ("en", "every 2 months on the last day", ["every 2 months on the last day"]),
        ("en", "every third workday of the month", ["every third weekday of the month"]),
        ("en", "yearly on may 3", ["every year on 3 May"]),
        ("de", "jeden 22. April", ["jedes Jahr am 22. April"]),
        ("en", "every 22nd", ["every 22nd of the month"]),
        ("en", "every hour for 3 days", ["every hour", "for 3 days"]),
        ("en", "90 minutes before", ["90 minutes before"]),
        ("en", "in the morning", ["in the morning, at 09:00"]),
        (
            "en",
            "every 2nd and last friday of the month",
            ["every second and last Friday of the month"],
        ),
        ("de", "jeden 1. und 15.", ["jeden 1. und 15. im Monat"]),
        ("de", "jeden letzten Montag im Mai", ["jedes Jahr am letzten Montag im Mai"]),
        ("en", "every last monday of may", ["every year on the last Monday of May"]),
        ("en", "at 8, 12 and 18", ["at 8, 12 and 18"]),
        ("en", "every day at 8, 12 and 18", ["every day", "at 08:00, 12:00 and 18:00"]),
    ],
)
def test_parts_say_what_they_mean(language, phrase, words):
    parts = parse(phrase, language).parts

    assert [part.words for part in parts] == words


def test_what_is_open_says_its_own_words():
    (part,) = parse("next friday", "en").parts

    assert (part.words, part.is_open) == ("next friday", True)


@pytest.mark.parametrize("tag", ["de", "de-AT", "de_CH", "DE-de"])
def test_german_by_any_of_its_tags(tag):
    assert parse("übermorgen", tag).parts[0].words == "Fr 6. März"


@pytest.mark.parametrize("tag", ["en", "en-GB", "fr", "tlh", ""])
def test_english_for_all_others(tag):
    assert parse("tomorrow", tag).parts[0].words == "Thu 5 March"
