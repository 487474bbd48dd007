"""Every rule of vectors/*.txt comes out right, or is refused with a reason; none is wrong in silence."""

import re
from collections import Counter
from itertools import islice

import pytest
from dateutil.rrule import rrulestr

from reminder_app.errors import Invalid
from reminder_app.recurrence import occurrences, validate
from reminder_app.recurrence.rrule import LISTS, PARTS
from tests.recurrence.reading import FOLDER, vector, vectors

pytestmark = pytest.mark.sqlite_only  # no database at all

ALL = list(vectors())
RIGHT = [one for one in ALL if not one.refusal]
REFUSED = [one for one in ALL if one.refusal]
WITNESSED = [one for one in RIGHT if one.is_witnessed]
CONTRADICTED = [one for one in RIGHT if not one.is_witnessed and one.schedule.month_end == "skip"]
ENOUGH = 150


def place(one):
    return one.place


def test_every_case_was_read():
    text = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.txt"))

    assert len(ALL) == text.count("RRULE:")
    assert len(RIGHT) > ENOUGH
    assert all(one.instances for one in RIGHT)


def test_every_part_of_a_rule_is_among_those_that_come_out_right():
    parts = Counter(name for one in RIGHT for name in re.findall(r"(\w+)=", one.schedule.rule))
    from_the_end = {
        name
        for one in RIGHT
        for name, value in re.findall(r"(\w+)=([^;]+)", one.schedule.rule)
        if "-" in value
    }

    assert set(parts) == PARTS
    assert {name for name, (*_, may) in LISTS.items() if may} | {"BYDAY"} <= from_the_end


def test_a_line_of_another_form_is_not_passed_over():
    with pytest.raises(ValueError, match="not of this format"):
        vector(["RRULE:FREQ=DAILY", "DTSTART:20260105T093000", "INSTANCE:20260105T093000"], "here")


@pytest.mark.parametrize("case", RIGHT, ids=place)
def test_it_comes_out_right(case):
    wanted = (one for one in occurrences(validate(case.schedule)))
    found = [one for one in islice(wanted, 60) if one.wall not in case.called_off]

    assert tuple(one.wall for one in found[: len(case.instances)]) == case.instances
    assert (len(found) > len(case.instances)) == case.has_more
    if case.instants:
        assert tuple(one.at for one in found[: len(case.instants)]) == case.instants


@pytest.mark.parametrize("case", REFUSED, ids=place)
def test_it_is_refused(case):
    with pytest.raises(Invalid, match=re.escape(case.refusal)):
        validate(case.schedule)


def witness(case):
    """dateutil on wall times, with one more than the case names."""
    rule = case.schedule.rule.rstrip(";").replace("Z", "")  # it takes UTC with aware times only
    walls = (one for one in rrulestr(rule, dtstart=case.schedule.starts_at))
    left = (one for one in walls if one not in case.called_off)
    return list(islice(left, len(case.instances) + case.has_more))


@pytest.mark.parametrize("case", WITNESSED, ids=place)
def test_dateutil_says_the_same(case):
    assert tuple(witness(case)[: len(case.instances)]) == case.instances


@pytest.mark.parametrize("case", CONTRADICTED, ids=place)
def test_where_dateutil_is_called_wrong_it_says_something_else(case):
    assert tuple(witness(case)[: len(case.instances)]) != case.instances
