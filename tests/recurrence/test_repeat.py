"""The repeat form: its choices to a rule and back."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminder_app.errors import Invalid
from reminder_app.recurrence import Schedule, first, snap, validate
from reminder_app.recurrence.repeat import Repeat, from_rule, to_rule
from reminder_app.recurrence.rrule import WEEKDAYS

pytestmark = pytest.mark.sqlite_only  # no database at all

START = datetime.fromisoformat("2026-01-30 09:00")  # the fifth Friday of its month, and the last

CHOICES = {
    None: Repeat(),
    "FREQ=DAILY": Repeat("daily"),
    "FREQ=DAILY;INTERVAL=3": Repeat("daily", every=3),
    "FREQ=DAILY;COUNT=5": Repeat("daily", ends="count", count=5),
    "FREQ=DAILY;UNTIL=20270301": Repeat("daily", ends="until", until=date(2027, 3, 1)),
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": Repeat("weekdays"),
    "FREQ=WEEKLY": Repeat("weekly"),
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH": Repeat("weekly", every=2, days=("MO", "TH")),
    "FREQ=MONTHLY": Repeat("monthly_day"),
    "FREQ=MONTHLY;BYMONTHDAY=31": Repeat("monthly_day", day=31),
    "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1": Repeat("monthly_last_day", every=3),
    "FREQ=MONTHLY;BYDAY=2TU": Repeat("monthly_weekday", nth=2, weekday="TU"),
    "FREQ=MONTHLY;BYDAY=-1FR": Repeat("monthly_weekday", nth=-1, weekday="FR"),
    "FREQ=YEARLY": Repeat("yearly"),
    "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29": Repeat("yearly", every=2, month=2, day=29),
}


@pytest.mark.parametrize("rule", CHOICES)
def test_a_choice_is_a_rule(rule):
    assert to_rule(CHOICES[rule], START) == rule


@pytest.mark.parametrize("rule", CHOICES)
def test_a_rule_is_shown_as_the_choice_that_made_it(rule):
    assert from_rule(rule, START) == CHOICES[rule]


CUSTOM = [
    "FREQ=HOURLY",
    "FREQ=DAILY;BYDAY=MO",
    "FREQ=DAILY;BYHOUR=9,17",
    "FREQ=DAILY;UNTIL=20270301T080000Z",
    "FREQ=WEEKLY;BYDAY=MO;BYMONTH=3",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU;WKST=SU",
    "FREQ=MONTHLY;BYMONTHDAY=1,15",
    "FREQ=MONTHLY;BYMONTHDAY=-2",
    "FREQ=MONTHLY;BYMONTH=3",
    "FREQ=MONTHLY;BYDAY=MO",
    "FREQ=MONTHLY;BYDAY=5FR",
    "FREQ=MONTHLY;BYDAY=-2FR",
    "FREQ=MONTHLY;BYDAY=1MO,3MO",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
    "FREQ=YEARLY;BYMONTH=3,6",
    "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=-1",
    "FREQ=YEARLY;BYYEARDAY=100",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
]


@pytest.mark.parametrize("rule", CUSTOM)
def test_what_the_form_cannot_show_is_custom_and_comes_back_unchanged(rule):
    shown = from_rule(rule, START)

    assert shown == Repeat("custom", rule=rule)
    assert to_rule(shown, START) == rule


def test_the_weekday_of_the_month_is_taken_from_the_start():
    assert to_rule(Repeat("monthly_weekday"), START) == "FREQ=MONTHLY;BYDAY=-1FR"
    assert to_rule(Repeat("monthly_weekday"), START - timedelta(days=7)) == "FREQ=MONTHLY;BYDAY=4FR"


REFUSED = [
    ("every", Repeat("daily", every=0)),
    ("every", Repeat("yearly", every=51)),
    ("days", Repeat("weekly", days=("MO", "Tuesday"))),
    ("day", Repeat("monthly_day", day=32)),
    ("nth", Repeat("monthly_weekday", nth=5)),
    ("weekday", Repeat("monthly_weekday", weekday="XX")),
    ("month", Repeat("yearly", month=13, day=1)),
    ("until", Repeat("daily", ends="until")),
    ("until", Repeat("daily", ends="until", until=date(2026, 1, 29))),
    ("count", Repeat("daily", ends="count")),
    ("count", Repeat("daily", ends="count", count=1001)),
    ("rule", Repeat("custom")),
]


@pytest.mark.parametrize(("field", "repeat"), REFUSED)
def test_a_choice_that_cannot_be_is_refused_at_its_own_field(field, repeat):
    with pytest.raises(Invalid) as caught:
        to_rule(repeat, START)

    assert list(caught.value.fields) == [field]


ends = st.one_of(
    st.just({}),
    st.builds(lambda n: {"ends": "count", "count": n}, st.integers(1, 1000)),
    st.builds(
        lambda n: {"ends": "until", "until": date(2045, 1, 1) + timedelta(days=n)},
        st.integers(0, 9999),
    ),
)
every = st.integers(1, 12)
days = st.sets(st.sampled_from(WEEKDAYS)).map(
    lambda chosen: tuple(sorted(chosen, key=WEEKDAYS.index))
)
choices = st.one_of(
    st.builds(Repeat, st.just("daily"), every),
    st.just(Repeat("weekdays")),
    st.builds(Repeat, st.just("weekly"), every, days=days),
    st.builds(Repeat, st.just("monthly_day"), every, day=st.none() | st.integers(1, 31)),
    st.builds(Repeat, st.just("monthly_last_day"), every),
    st.builds(
        Repeat,
        st.just("monthly_weekday"),
        every,
        nth=st.sampled_from([1, 2, 3, 4, -1]),
        weekday=st.sampled_from(WEEKDAYS),
    ),
    st.just(Repeat("yearly")),
    st.builds(Repeat, st.just("yearly"), every, month=st.integers(1, 12), day=st.integers(1, 28)),
)
starts = st.datetimes(datetime(2000, 1, 1), datetime(2029, 1, 1)).map(  # noqa: DTZ001 - wall times
    lambda wall: wall.replace(second=0, microsecond=0)
)


@settings(deadline=None)
@given(repeat=choices, end=ends, start=starts)
def test_every_choice_survives_the_way_to_the_database_and_back(repeat, end, start):
    repeat = replace(repeat, **end)
    stored = snap(Schedule(start, "Europe/Berlin", to_rule(repeat, start)))
    shown = from_rule(stored.rule, stored.starts_at)

    again = to_rule(shown, stored.starts_at)
    assert again == stored.rule
    assert shown.kind != "custom"
    assert first(validate(replace(stored, rule=again)), 3) == first(stored, 3)
    if repeat.days != tuple(WEEKDAYS[:5]) or repeat.every > 1:
        assert shown == repeat
