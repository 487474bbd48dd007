"""What a hit gives equals what the query gave, types included, and nothing in it can run."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_app.contacts.models import Contact
from reminder_app.database.cache import NotPlain
from reminder_app.database.cache.plain import key_of, packed, unpacked

# A day from the ends of the calendar: a zone may lead out of it.
DAY = timedelta(days=1)
NAIVE = st.datetimes(min_value=datetime.min + DAY, max_value=datetime.max - DAY)  # noqa: DTZ901
SINGLE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.binary(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.uuids(),
    NAIVE,
    NAIVE.map(lambda at: at.replace(tzinfo=UTC)),
    NAIVE.map(lambda at: at.replace(tzinfo=timezone(timedelta(hours=5, minutes=45)))),
    st.dates(),
    st.times(),
    st.timedeltas(),
)
KEYS = st.one_of(st.text(), st.integers(), st.uuids(), st.tuples(st.text(), st.dates()))
VALUES = st.recursive(
    SINGLE,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(st.tuples(inner, inner), max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(KEYS, inner, max_size=4),
        st.sets(st.integers(), max_size=4),
        st.frozensets(st.text(), max_size=4),
    ),
    max_leaves=12,
)


def shape(value: object) -> object:
    """1 == 1.0 == True: what is compared is the kind as well."""
    if isinstance(value, dict):
        return dict, {key: shape(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [shape(item) for item in value]
    return type(value), value


@given(VALUES)
def test_everything_comes_back_as_it_was(value):
    assert shape(unpacked(packed(value))) == shape(value)


@given(st.dictionaries(st.sampled_from(["~d", "~r", "~", "~x", "a"]), st.text(), max_size=2))
def test_no_text_of_a_person_is_taken_for_a_mark(value):
    assert unpacked(packed(value)) == value


@pytest.mark.parametrize(
    "value",
    [Contact(name="Ann"), object(), datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Berlin")), [1j]],
)
def test_what_is_no_plain_value_is_refused_in_words(value):
    with pytest.raises(NotPlain, match="give"):
        packed(value)


def test_equal_arguments_have_one_key_and_others_have_others():
    one = uuid4()
    values = [(1,), ("1",), (True,), (1.0,), (one,), (str(one),), ((1,),), (None,), (Decimal(1),)]
    values += [(date(2026, 1, 1),), (time(1),), (b"1",), ([1],), ()]

    assert len({key_of("f", *value) for value in values}) == len(values)
    assert key_of("f", UUID(str(one))) == key_of("f", one)
