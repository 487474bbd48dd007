"""The same rules in plain German."""

import re
from datetime import datetime
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminder_app.recurrence import Schedule, occurrences, validate
from reminder_app.recurrence.wording import describe, describe_days
from reminder_app.recurrence.wording_de import DAYS, MONTHS
from reminder_app.translations import speaking
from tests.recurrence.test_repeat_in_words import LINES, sound, texts

pytestmark = pytest.mark.sqlite_only  # no database at all

GERMAN = {
    ("2026-01-31 09:00", None): "Einmal am 31. Januar 2026 um 09:00",
    ("2026-01-31 09:00", "FREQ=DAILY"): "Jeden Tag um 09:00",
    ("2026-01-31 09:00", "FREQ=DAILY;COUNT=1"): "Jeden Tag um 09:00, einmal",
    ("2026-01-31 09:00:05", "FREQ=DAILY;INTERVAL=2;COUNT=5"): "Alle 2 Tage um 09:00:05, 5-mal",
    ("2026-01-31 09:00", "FREQ=DAILY;BYHOUR=9,17"): "Jeden Tag um 09:00 und 17:00",
    ("2026-01-30 08:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20270301"): (
        "Montags bis freitags um 08:00, bis zum 1. März 2027"
    ),
    ("2026-01-30 08:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR"): (
        "Alle 2 Wochen, Montag bis Freitag, um 08:00"
    ),
    ("2026-01-30 08:00", "FREQ=WEEKLY"): "Jede Woche am Freitag um 08:00",
    ("2026-01-29 09:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"): (
        "Alle 2 Wochen, Mo und Do, um 09:00"
    ),
    ("2026-01-06 09:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU"): (
        "Alle 2 Wochen, Di und So (Wochen beginnen am Sonntag), um 09:00"
    ),
    ("2026-01-31 09:00", "FREQ=MONTHLY"): "Jeden Monat am 31. (oder am letzten Tag) um 09:00",
    ("2026-01-15 09:00", "FREQ=MONTHLY"): "Jeden Monat am 15. um 09:00",
    ("2026-01-31 09:00", "FREQ=MONTHLY;BYMONTHDAY=-1"): "Jeden Monat am letzten Tag um 09:00",
    ("2026-01-30 09:00", "FREQ=MONTHLY;BYMONTHDAY=-2"): "Jeden Monat am vorletzten Tag um 09:00",
    ("2026-01-01 09:00", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1,22"): (
        "Alle 3 Monate am 1. und 22. um 09:00"
    ),
    ("2026-01-13 09:00", "FREQ=MONTHLY;BYDAY=2TU"): "Jeden Monat am zweiten Dienstag um 09:00",
    ("2026-01-30 09:00", "FREQ=MONTHLY;BYDAY=-1FR"): "Jeden Monat am letzten Freitag um 09:00",
    ("2026-01-30 09:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"): (
        "Jeden Monat am letzten Arbeitstag um 09:00"
    ),
    ("2026-01-05 09:00", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1"): (
        "Jeden Monat an jedem Mo und Di (davon nur das 1. Mal im Monat) um 09:00"
    ),
    ("2026-02-13 09:00", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"): (
        "Jeden Monat am 13., wenn es Freitag ist, um 09:00"
    ),
    ("2026-03-01 09:00", "FREQ=YEARLY"): "Jedes Jahr am 1. März um 09:00",
    ("2024-02-29 09:00", "FREQ=YEARLY"): (
        "Jedes Jahr am 29. Februar (oder am letzten Tag) um 09:00"
    ),
    ("2026-11-26 09:00", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"): (
        "Jedes Jahr am vierten Donnerstag im November um 09:00"
    ),
    ("2026-05-18 09:00", "FREQ=YEARLY;BYDAY=20MO"): (
        "Jedes Jahr am 20. Montag des Jahres um 09:00"
    ),
    ("2026-05-11 09:00", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"): (
        "Jedes Jahr am Montag in der 20. Woche des Jahres um 09:00"
    ),
    ("2026-12-31 09:00", "FREQ=YEARLY;BYYEARDAY=100,-1"): (
        "Jedes Jahr am 100. und letzten Tag des Jahres um 09:00"
    ),
    ("2026-06-10 09:00", "FREQ=DAILY;INTERVAL=3;BYMONTH=6"): "Alle 3 Tage, nur im Juni, um 09:00",
    ("2026-01-31 09:15", "FREQ=HOURLY"): "Jede Stunde ab 09:15",
    ("2026-01-30 09:00", "FREQ=HOURLY;INTERVAL=5;BYDAY=FR"): (
        "Alle 5 Stunden, nur am Freitag, ab 09:00"
    ),
    ("2026-01-30 09:00", "FREQ=DAILY;UNTIL=20270301T080000Z"): (
        "Jeden Tag um 09:00, bis zum 1. März 2027, 09:00"
    ),
}
AFTER_DONE = {
    "P1D": ("1 day after it is done, at 09:00", "1 Tag nach dem Erledigen, um 09:00"),
    "P3D": ("3 days after it is done, at 09:00", "3 Tage nach dem Erledigen, um 09:00"),
    "P2W": ("2 weeks after it is done, at 09:00", "2 Wochen nach dem Erledigen, um 09:00"),
    "P1M": ("1 month after it is done, at 09:00", "1 Monat nach dem Erledigen, um 09:00"),
}
ITS_WORDS = set(
    """ab alle am an arbeitstag bis davon der des die einmal erledigen es freitag freitags im in ist jahr jahre
    jahres jede jeden jedem jedes letzte letzten mal mo montag montags monat monate nach nur oder mi di so sa do fr
    stunde stunden tag tage um und vorletzten wenn woche wochen zum dem beginnen nicht kürzeren monaten das
    ersten zweiten dritten vierten fünften""".split()  # noqa: SIM905
) | {name.lower() for name in (*DAYS, *MONTHS)}


def test_each_rule_is_said_in_both_languages():
    assert GERMAN.keys() == LINES.keys()


@pytest.mark.parametrize(("start", "rule"), GERMAN)
def test_it_reads(start, rule):
    schedule = validate(Schedule(datetime.fromisoformat(start), "Europe/Berlin", rule))

    with speaking("de-AT"):
        assert describe(schedule) == GERMAN[start, rule]


@pytest.mark.parametrize(("start", "rule"), [key for key in GERMAN if key[1]])
def test_without_its_one_time_of_day_it_says_the_rest(start, rule):
    schedule = validate(Schedule(datetime.fromisoformat(start), "Europe/Berlin", rule))

    rest = re.sub(r",? um \d\d:00(:05)?(?! und)", "", GERMAN[start, rule])
    with speaking("de"):
        assert describe_days(schedule) == rest


@pytest.mark.parametrize("after", AFTER_DONE)
def test_what_comes_back_after_it_is_done(after):
    schedule = Schedule(datetime.fromisoformat("2026-01-30 09:00"), "UTC", None, "clamp", after)

    english, german = AFTER_DONE[after]
    assert describe(schedule) == english
    with speaking("de"):
        assert describe(schedule) == german
        assert describe_days(schedule) == german.partition(",")[0]


def test_a_month_that_is_left_out_is_said():
    start = datetime.fromisoformat("2026-01-31 09:00")
    schedule = validate(Schedule(start, "UTC", "FREQ=MONTHLY", "skip"))

    with speaking("de"):
        line = describe(schedule)
    assert line == "Jeden Monat am 31. (nicht in kürzeren Monaten) um 09:00"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(texts, st.sampled_from(["clamp", "skip"])), min_size=30, max_size=30))
def test_no_rule_falls_back_to_english_or_reads_like_another(several):
    heard: dict[tuple[str, datetime], list[datetime]] = {}
    for schedule in filter(None, (sound(*one) for one in several)):
        with speaking("de"):
            line = describe(schedule)
        walls = [one.wall for one in islice(occurrences(schedule), 40)]

        assert set(re.findall(r"[^\W\d_]+", line.lower())) <= ITS_WORDS
        assert not re.search(r",,|, ,|  |,\)|\( ", line)
        assert heard.setdefault((line, schedule.starts_at), walls) == walls
