"""Schedules that are refused at once, with the field and a sentence that helps."""

from datetime import UTC, datetime
from time import process_time

import pytest

from reminder_app.errors import Invalid
from reminder_app.recurrence import Schedule, snap, validate

pytestmark = pytest.mark.sqlite_only  # no database at all

START = datetime.fromisoformat("2026-01-05 09:30")  # a Monday
MOST_SECONDS = 0.1  # the dearest takes three thousandths

NOT_A_RULE = {
    "": "one-off",
    "RRULE:": "one-off",
    ";;;": "one-off",
    "every monday": "RFC 5545",
    "FREQ": "FREQ=WEEKLY",
    "FREQ=": "FREQ=WEEKLY",
    "FREQ=DAILY;;COUNT=3": "FREQ=WEEKLY",
    "COUNT=3": "needs FREQ",
    "FREQ=FORTNIGHTLY": "YEARLY, MONTHLY",
    "FREQ=DAILY;FREQ=WEEKLY": "twice",
    "FREQ=DAILY;COUNT=2;COUNT=3": "twice",
    "FREQ=DAILY;BYEASTER=0": "RFC 5545",
    "FREQ=DAILY;COLOUR=RED": "RFC 5545",
    "FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=FORWARD": "month-end",
    "DTSTART:20260105T093000\nRRULE:FREQ=DAILY": "one line",
    "FREQ=DAILY\x00": "one line",
    "FREQ=DAILY\t;COUNT=3": "one line",
    "FREQ=DAILY;COUNT=\u0663": "plain letters",
    "FREQ=DAILY;BYMONTHDAY=" + ",".join(["1"] * 300): "too long",
    "FREQ=DAILY;COUNT=": "FREQ=WEEKLY",
    "FREQ=DAILY;COUNT=0": "from 1",
    "FREQ=DAILY;COUNT=-3": "from 1",
    "FREQ=DAILY;COUNT=1_0": "from 1",
    "FREQ=DAILY;COUNT=1.5": "from 1",
    "FREQ=DAILY;INTERVAL=0": "from 1",
    "FREQ=DAILY;INTERVAL=" + "9" * 400: "from 1",
    "FREQ=YEARLY;BYMONTH=13": "1 to 12",
    "FREQ=YEARLY;BYMONTH=-1": "1 to 12",
    "FREQ=MONTHLY;BYMONTHDAY=0": "1 to 31",
    "FREQ=MONTHLY;BYMONTHDAY=32": "1 to 31",
    "FREQ=MONTHLY;BYMONTHDAY=1,,2": "1 to 31",
    "FREQ=DAILY;BYHOUR=24": "0 to 23",
    "FREQ=DAILY;BYMINUTE=60": "0 to 59",
    "FREQ=DAILY;BYSECOND=60": "0 to 59",
    "FREQ=YEARLY;BYYEARDAY=367": "1 to 366",
    "FREQ=YEARLY;BYWEEKNO=54;BYDAY=MO": "1 to 53",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0": "1 to 366",
    "FREQ=WEEKLY;BYDAY=MON": "like MO,TU",
    "FREQ=MONTHLY;BYDAY=0MO": "like MO,TU",
    "FREQ=WEEKLY;WKST=XX": "WKST",
    "FREQ=DAILY;UNTIL=tomorrow": "20270301",
    "FREQ=DAILY;UNTIL=20260230": "20270301",
    "FREQ=DAILY;UNTIL=20260301T250000": "20270301",
    "FREQ=DAILY;UNTIL=99991231T235959Z": "before 2200",
}
TOO_MUCH = {
    "FREQ=SECONDLY": "hourly at most",
    "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30": "hourly at most",
    "FREQ=MINUTELY;INTERVAL=90": "hourly at most",
    "FREQ=HOURLY;BYMINUTE=0,30": "hourly at most",
    "FREQ=DAILY;BYMINUTE=0,15,30,45": "hourly at most",
    "FREQ=DAILY;BYSECOND=0,1": "hourly at most",
    "FREQ=DAILY;COUNT=1001": "up to 1000",
    "FREQ=YEARLY;INTERVAL=51": "up to 50",
    "FREQ=MONTHLY;INTERVAL=241": "up to 240",
    "FREQ=WEEKLY;INTERVAL=521": "up to 520",
    "FREQ=DAILY;INTERVAL=1001": "up to 1000",
    "FREQ=HOURLY;INTERVAL=9999": "up to 1000",
    "FREQ=DAILY;COUNT=3;UNTIL=20270101": "Keep one",
}
NEVER = {
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30": "such a day",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30": "such a day",
    "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31": "such a day",
    "FREQ=MONTHLY;BYMONTH=4,6,9,11;BYMONTHDAY=31": "such a day",
    "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=31": "such a day",
    "FREQ=MONTHLY;BYDAY=6MO": "at most five",
    "FREQ=YEARLY;BYMONTH=1;BYDAY=-6MO": "at most five",
    "FREQ=YEARLY;BYDAY=54MO": "at most 53",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6": "BYSETPOS counts beyond",
    "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=-3": "BYSETPOS counts beyond",
    "FREQ=YEARLY;BYYEARDAY=35;BYSETPOS=3": "BYSETPOS counts beyond",
    "FREQ=YEARLY;BYMONTH=1;BYYEARDAY=262": "never fires",
    "FREQ=YEARLY;BYYEARDAY=240,-128,225;BYDAY=FR;BYSETPOS=3": "never fires",
    "FREQ=DAILY;INTERVAL=7;BYDAY=TU": "never fires",
    "FREQ=DAILY;INTERVAL=7;BYMONTH=8;BYDAY=TU,WE": "never fires",
    "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3": "never fires",
    "FREQ=YEARLY;INTERVAL=4;BYYEARDAY=366": "never fires",
    "FREQ=DAILY;UNTIL=20260104": "before the start",
    "FREQ=DAILY;UNTIL=20260105T083000": "before the start",
    "FREQ=DAILY;UNTIL=20260105T082959Z": "before the start",
}
READ_DIFFERENTLY = {
    "FREQ=YEARLY;BYWEEKNO=2": "Add the day of the week",
    "FREQ=YEARLY;INTERVAL=2;BYWEEKNO=2;BYDAY=MO": "year end",
    "FREQ=YEARLY;BYWEEKNO=2;BYDAY=MO,TU;BYSETPOS=1": "year end",
    "FREQ=YEARLY;BYWEEKNO=2;BYDAY=MO;BYMONTH=1": "Keep one",
    "FREQ=MONTHLY;BYWEEKNO=2;BYDAY=MO": "FREQ=YEARLY only",
    "FREQ=YEARLY;BYMONTHDAY=5": "Add BYMONTH",
    "FREQ=MONTHLY;BYYEARDAY=5": "FREQ=YEARLY only",
    "FREQ=HOURLY;BYYEARDAY=5": "FREQ=YEARLY only",
    "FREQ=WEEKLY;BYMONTHDAY=5": "FREQ=MONTHLY",
    "FREQ=WEEKLY;BYDAY=1MO": "Write BYDAY=MO",
    "FREQ=DAILY;BYDAY=-1MO": "Write BYDAY=MO",
    "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=5": "Keep one",
    "FREQ=YEARLY;BYWEEKNO=2;BYDAY=1MO": "Keep one",
    "FREQ=MONTHLY;BYDAY=1MO,TU": "one kind",
    "FREQ=MONTHLY;BYSETPOS=1": "picks from a list",
    "FREQ=MONTHLY;BYHOUR=9;BYSETPOS=1": "picks from a list",
    "FREQ=DAILY;BYHOUR=9,17;BYSETPOS=1": "BYHOUR instead",
    "FREQ=HOURLY;INTERVAL=5;BYHOUR=9,14": "FREQ=DAILY",
}
REFUSED = {**NOT_A_RULE, **TOO_MUCH, **NEVER, **READ_DIFFERENTLY}


def refusal(schedule: Schedule) -> Invalid:
    with pytest.raises(Invalid) as caught:
        validate(schedule)
    return caught.value


@pytest.mark.parametrize("month_end", ["clamp", "skip"])
@pytest.mark.parametrize("rule", REFUSED)
def test_a_rule_is_refused_with_its_reason(rule, month_end):
    error = refusal(Schedule(START, "Europe/Berlin", rule, month_end))

    assert list(error.fields) == ["rule"]
    assert error.message == error.fields["rule"]
    assert REFUSED[rule] in error.message


@pytest.mark.parametrize("rule", REFUSED)
def test_a_refusal_costs_next_to_nothing(rule):
    """Of the processor, whoever else wants it; the best of three, as memory is tidied up at times."""

    def cost() -> float:
        started = process_time()
        refusal(Schedule(START, "Europe/Berlin", rule, "skip"))
        return process_time() - started

    assert min(cost() for _ in range(3)) < MOST_SECONDS


SUGGESTIONS = {
    "FREQ=WEEKLY;BYDAY=TU": "2026-01-06T09:30:00",
    "FREQ=MONTHLY;BYMONTHDAY=31": "2026-01-31T09:30:00",
    "FREQ=MONTHLY;BYDAY=1FR": "2026-02-06T09:30:00",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO": "2044-02-29T09:30:00",
    "FREQ=DAILY;BYHOUR=8,18": "2026-01-05T18:30:00",
    "FREQ=DAILY;BYMINUTE=0": "2026-01-06T09:00:00",
    "FREQ=DAILY;BYSECOND=30": "2026-01-05T09:30:30",
    "FREQ=HOURLY;BYDAY=WE": "2026-01-07T09:30:00",
    "FREQ=HOURLY;BYHOUR=10": "2026-01-05T10:30:00",
}


@pytest.mark.parametrize("rule", SUGGESTIONS)
def test_a_start_that_its_rule_does_not_name_is_refused_with_the_first_that_is(rule):
    error = refusal(Schedule(START, "Europe/Berlin", rule, "skip"))

    assert list(error.fields) == ["starts_at"]
    assert SUGGESTIONS[rule] in error.message
    start = datetime.fromisoformat(SUGGESTIONS[rule])
    assert validate(Schedule(start, "Europe/Berlin", rule, "skip"))


ZONES = (
    *(
        "",
        "Mars/Olympus",
        "Europe",
        "Europe/",
        "/Europe/Berlin",
        "../Europe/Berlin",
        "Europe/../UTC",
    ),
    *(
        "right/Europe/Berlin",
        "posix/Europe/Berlin",
        "posixrules",
        "localtime",
        "Factory",
        "tzdata.zi",
    ),
    *(
        "CEST",
        "+02:00",
        "UTC+2",
        "Europe/Berlin\x00",
        "Europe/Berlin ",
        "A" * 5000,
        "\u0415urope/Berlin",
    ),
)


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_that_is_no_place_is_refused(zone):
    for check in (validate, snap):
        with pytest.raises(Invalid) as caught:
            check(Schedule(START, zone, "FREQ=DAILY"))

        assert list(caught.value.fields) == ["time_zone"]


STARTS = {
    "an offset": START.replace(tzinfo=UTC),
    "too early": START.replace(year=1899),
    "too late": START.replace(year=2200),
}


@pytest.mark.parametrize("case", STARTS)
def test_a_start_is_refused_for(case):
    assert list(refusal(Schedule(STARTS[case], "UTC", None)).fields) == ["starts_at"]


def test_another_month_end_is_refused():
    assert list(refusal(Schedule(START, "UTC", "FREQ=MONTHLY", "wrap")).fields) == ["month_end"]


def test_a_form_gets_the_same_refusals():
    with pytest.raises(Invalid, match="never fires"):
        snap(Schedule(START, "UTC", "FREQ=DAILY;INTERVAL=7;BYDAY=TU"))
