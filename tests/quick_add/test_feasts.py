"""Days with a name of their own, at the edges of the year and where a repetition cannot keep them."""

from datetime import datetime

import pytest
from dateutil.easter import easter

from reminder_app.quick_add import feasts
from tests.quick_add.test_doubts import answered, only_question
from tests.quick_add.told import parse, told

pytestmark = pytest.mark.sqlite_only


def test_easter_is_where_others_have_it():
    assert all(feasts.easter_sunday(year) == easter(year) for year in range(1900, 2300))


@pytest.mark.parametrize(
    ("now", "phrase", "expected"),
    [
        ("2026-12-25T08:00:00+01:00", "x on Christmas at 9", "x | 2026-12-25 09:00"),
        ("2026-12-26T08:00:00+01:00", "x on Christmas at 9", "x | 2027-12-25 09:00"),
        ("2026-12-26T08:00:00+01:00", "x 2 days after Christmas", "x | 2026-12-27 09:00"),
        ("2026-12-24T08:00:00+01:00", "x 2 days before Christmas", "x | - | ?past: 2027-12-23"),
        ("2026-04-05T08:00:00+02:00", "x on Easter Sunday at 9", "x | 2026-04-05 09:00"),
        ("2026-04-06T08:00:00+02:00", "x on Easter Sunday at 9", "x | 2027-03-28 09:00"),
    ],
)
def test_it_is_the_next_to_come(now, phrase, expected):
    assert told(parse(phrase, "en", now_local=datetime.fromisoformat(now))) == expected


@pytest.mark.parametrize(
    ("phrase", "key", "expected"),
    [
        ("eggs every Easter", "2026-04-06", "eggs | 2026-04-06 09:00"),
        ("every year hide eggs at Easter", "2026-04-05", "every year hide eggs | 2026-04-05 09:00"),
        (
            "every year hide eggs at Easter",
            "title",
            "hide eggs at Easter | 2027-03-04 09:00 | FREQ=YEARLY",
        ),
        ("buy Christmas presents at 9", "title", "buy Christmas presents | 2026-03-05 09:00"),
        ("call mum at Easter at 9", "2026-04-06", "call mum | 2026-04-06 09:00"),
    ],
)
def test_an_answer_settles_which_day_it_is(phrase, key, expected):
    assert told(answered(phrase, key)) == expected


def test_what_moves_is_not_repeated_in_silence():
    assert only_question(parse("jedes Jahr zu Ostern", "de")).words == (
        "„jedes Jahr zu Ostern“ fällt jedes Jahr auf einen anderen Tag; erinnert wird einmal. Wann?"
    )
