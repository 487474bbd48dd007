"""What is asked instead of guessed, what the answers make of it, and parts that are clicked off."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from reminder_app.quick_add import Parse, Person
from tests.quick_add.told import parse, told

pytestmark = pytest.mark.sqlite_only


def only_question(found: Parse):
    (question,) = found.questions
    return question


def choices(found: Parse) -> dict[str, str]:
    return {choice.key: choice.words for choice in only_question(found).choices}


def answered(phrase: str, key: str, language: str = "en", **more) -> Parse:
    question = only_question(parse(phrase, language, **more))
    return parse(phrase, language, answers={question.name: key}, **more)


def test_a_question_names_its_words_and_its_choices():
    found = parse("report next friday", "en")

    assert only_question(found).words == "“next friday”: which one?"
    assert choices(found) == {
        "2026-03-06": "Fri 6 March",
        "2026-03-13": "Fri 13 March",
        "title": "it belongs to the title",
    }
    assert not found.is_clear


def test_it_is_asked_in_the_language_of_the_text():
    found = parse("Bericht nächsten Freitag", "de")

    assert only_question(found).words == "„nächsten Freitag“: welcher Tag ist gemeint?"
    assert choices(found)["title"] == "es gehört zum Titel"


@pytest.mark.parametrize(
    ("phrase", "key", "expected"),
    [
        ("report next friday", "2026-03-13", "report | 2026-03-13 09:00"),
        ("report next friday", "title", "report next friday | - | ?when"),
        ("call at 7", "19:00", "call | 2026-03-04 19:00"),
        ("call at 7", "07:00", "call | 2026-03-05 07:00"),
        ("call on 03/04", "2026-04-03", "call | 2026-04-03 09:00"),
        ("rent every 31st", "skip", "rent | 2026-03-31 09:00 | FREQ=MONTHLY;BYMONTHDAY=31 skip"),
        ("rent every 31st", "clamp", "rent | 2026-03-31 09:00 | FREQ=MONTHLY;BYMONTHDAY=31"),
        ("call on 30 february", "2027-03-01", "call | 2027-03-01 09:00"),
        ("call on 3 march 2020", "2027-03-03", "call | 2027-03-03 09:00"),
        ("call today at 9", "2026-03-05 09:00", "call | 2026-03-05 09:00"),
        ("call today at 9", "2026-03-04 21:00", "call | 2026-03-04 21:00"),
        ("meet at 9 or at 11", "11:00", "meet at 9 or | 2026-03-04 11:00"),
        ("meet at 9 and 11", "11:00", "meet | 2026-03-04 11:00"),
        ("meet tomorrow and friday", "2026-03-06", "meet tomorrow and | 2026-03-06 09:00"),
        (
            "plants every! 3 days",
            "FREQ=DAILY;INTERVAL=3",
            "plants | 2026-03-05 09:00 | FREQ=DAILY;INTERVAL=3",
        ),
        ("plants every! 3 days", "title", "plants every! 3 days | - | ?when"),
        (
            "lunch every second monday",
            "FREQ=MONTHLY;BYDAY=2MO",
            "lunch | 2026-03-09 09:00 | FREQ=MONTHLY;BYDAY=2MO",
        ),
        ("lunch on the first monday of the month", "2026-04-06", "lunch | 2026-04-06 09:00"),
        ("exam tomorrow !high !low", "low", "exam !high | 2026-03-05 09:00 | !low"),
        ("exam tomorrow @Chris", "chris-b", "exam | 2026-03-05 09:00 | @chris-b"),
        ("exam tomorrow @Zoe", "title", "exam @Zoe | 2026-03-05 09:00"),
        ("buy milk", "2026-03-04 18:00", "buy milk | 2026-03-04 18:00"),
        ("buy milk today", "2026-03-04 15:00", "buy milk | 2026-03-04 15:00"),
        ("tomorrow at midnight", "2026-03-06 00:00", "| 2026-03-06 00:00"),
        (
            "gym every day till next friday",
            "2026-03-13",
            "gym | 2026-03-05 09:00 | FREQ=DAILY;UNTIL=20260313",
        ),
        (
            "gym every monday until june",
            "2026-05-31",
            "gym | 2026-03-09 09:00 | FREQ=WEEKLY;BYDAY=MO;UNTIL=20260531",
        ),
        (
            "pills twice a day",
            "FREQ=DAILY;BYHOUR=9,18",
            "pills | 2026-03-04 09:00 | FREQ=DAILY;BYHOUR=9,18",
        ),
        ("meet tomorrow from 14 to 16", "14:00", "meet | 2026-03-05 14:00"),
        ("meet on the 2nd floor", "title", "meet on the 2nd floor | - | ?when"),
        (
            "gym mon/wed at 18",
            "FREQ=WEEKLY;BYDAY=MO,WE",
            "gym | 2026-03-04 18:00 | FREQ=WEEKLY;BYDAY=MO,WE",
        ),
        (
            "gym mon wed fri at 18",
            "FREQ=WEEKLY;BYDAY=MO,WE,FR",
            "gym | 2026-03-04 18:00 | FREQ=WEEKLY;BYDAY=MO,WE,FR",
        ),
        ("gym mon wed fri at 18", "2026-03-09", "gym | 2026-03-09 18:00"),
        (
            "standup every weekday at 9:15 except holidays",
            "title",
            "standup except holidays | 2026-03-05 09:15 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        ),
        (
            "gym mon wed fri except wed at 18",
            "FREQ=WEEKLY;BYDAY=MO,FR",
            "gym | 2026-03-06 18:00 | FREQ=WEEKLY;BYDAY=MO,FR",
        ),
        ("jog every 30 minutes", "FREQ=HOURLY", "jog | 2026-03-04 11:00 | FREQ=HOURLY"),
        ("call tomorrow morning at 15:00", "15:00", "call | 2026-03-05 15:00"),
    ],
)
def test_an_answer_settles_it(phrase, key, expected):
    assert told(answered(phrase, key)).lstrip() == expected


def test_an_exception_stands_as_a_part_of_its_own():
    phrase = "standup every weekday at 9:15 except Friday"
    off = parse(phrase, "en", ignored=[("repeat", "except Friday")])

    assert [part.words for part in parse(phrase, "en").parts] == [
        "every Monday, Tuesday, Wednesday and Thursday",
        "at 09:15",
        "except Friday",
    ]
    assert (off.title, off.rule) == ("standup except Friday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")


def test_an_exception_to_no_repetition_is_asked_about():
    phrase = "standup every weekday at 9:15 except Friday"
    found = parse(phrase, "en", ignored=[("repeat", "every weekday")])

    assert only_question(found).topic == "except"


def test_answers_to_other_questions_are_passed_over():
    stale = {"half:at 7": "07:00", "next:next friday": "2020-01-01", "nonsense": "title"}

    assert told(parse("call at 8", "en", answers=stale)) == "call | - | ?half: 08:00, 20:00"
    assert "?next" in told(parse("next friday", "en", answers=stale))


def test_what_was_answered_is_told_so_that_it_can_be_changed():
    found = answered("call next friday", "2026-03-13")

    (question,) = found.answered
    assert (question.name, question.answer) == ("next:next friday", "2026-03-13")
    assert [choice.key for choice in question.choices] == ["2026-03-06", "2026-03-13", "title"]
    assert found.is_clear


def test_two_of_one_name_are_told_apart():
    people = [Person("a", "Chris", "chris@example.org"), Person("b", "Chris", "c@example.org")]

    assert list(choices(parse("x tomorrow @chris", "en", people=people)).values())[:2] == [
        "Chris (chris@example.org)",
        "Chris (c@example.org)",
    ]


def test_whoever_keeps_repetition_after_done_is_not_asked():
    found = parse("plants every! 3 days at 18:00", "en", repeats_after_done=True)

    assert (found.title, found.rule, found.repeat_after) == ("plants", None, "P3D")
    assert found.parts[0].words == "3 days after it is done"
    assert found.is_clear
    assert f"{found.starts_at:%Y-%m-%d %H:%M}" == "2026-03-04 18:00"
    later = parse("Blumen alle 2 Wochen nach Erledigung", "de", repeats_after_done=True)
    assert (later.repeat_after, later.parts[0].words) == ("P2W", "2 Wochen nach dem Erledigen")
    ended = parse("x every! week until friday", "en", repeats_after_done=True)
    assert (ended.title, ended.repeat_after) == ("x until friday", "P1W")
    assert parse("x every! year", "en", repeats_after_done=True).repeat_after == "P12M"
    hours = parse("x every! 3 hours", "en", repeats_after_done=True)
    assert only_question(hours).topic == "after_done"


@pytest.mark.parametrize(
    ("phrase", "language", "times", "fixed", "words"),
    [
        ("gym 3x a week at 18:00", "en", "3/week", "BYDAY=MO,WE,FR", "3 times a week, on any days"),
        ("gym twice a month at 18:00", "en", "2/month", "=1,15", "twice a month, on any days"),
        (
            *("Sport dreimal die Woche um 18 Uhr", "de", "3/week", "BYDAY=MO,WE,FR"),
            "3-mal die Woche, an beliebigen Tagen",
        ),
        (
            *("Sport 2 mal im Monat um 18 Uhr", "de", "2/month", "=1,15"),
            "2-mal im Monat, an beliebigen Tagen",
        ),
    ],
)
def test_so_often_a_week_may_be_on_any_days_and_is_still_asked(
    phrase, language, times, fixed, words
):
    question = only_question(parse(phrase, language, counts_times=True))
    any_days, some_days, title = question.choices
    assert (question.topic, any_days.words, title.key) == ("times_in", words, "title")
    assert fixed in some_days.key

    found = answered(phrase, any_days.key, language, counts_times=True)
    assert (found.rule, found.times_per, found.is_clear) == ("FREQ=DAILY", times, True)
    assert found.parts[0].words == words
    assert answered(phrase, some_days.key, language, counts_times=True).times_per is None


def test_five_times_a_month_is_asked_only_by_whoever_can_keep_it():
    assert parse("pay 5 times a month", "en").questions[0].topic == "when"
    question = only_question(parse("pay 5 times a month at 9", "en", counts_times=True))
    assert [choice.key for choice in question.choices] == ["FREQ=DAILY 5/month", "title"]


def test_two_doubts_are_two_questions():
    found = parse("call next friday at 7", "en")

    assert [question.topic for question in found.questions] == ["next", "half"]
    both = {"next:next friday": "2026-03-13", "half:at 7": "19:00"}
    assert told(parse("call next friday at 7", "en", answers=both)) == "call | 2026-03-13 19:00"


@pytest.mark.parametrize(
    ("ignored", "expected"),
    [
        ([("time", "at 9")], "rent at 9 | 2026-03-04 18:00 | FREQ=DAILY !high"),
        ([("priority", "!high")], "rent !high | 2026-03-05 09:00 | FREQ=DAILY"),
        ([("repeat", "EVERY DAY")], "rent every day | 2026-03-05 09:00 | !high"),
        ([("date", "at 9")], "rent | 2026-03-05 09:00 | FREQ=DAILY !high"),
    ],
)
def test_a_part_clicked_off_is_words_of_the_title_again(ignored, expected):
    phrase = "rent every day at 9 !high"
    moments = {"morning": time(18)}

    assert told(parse(phrase, "en", ignored=ignored, moments=moments)) == expected


def test_it_can_be_brought_back():
    found = parse("rent tomorrow", "en", ignored=[("date", "tomorrow")])

    assert [(part.kind, part.text) for part in found.off] == [("date", "tomorrow")]
    assert found.parts == []


def test_a_joint_goes_back_with_its_neighbour():
    ignored = [("repeat", "every thursday")]
    found = parse("gym every monday and every thursday", "en", ignored=ignored)

    assert told(found) == "gym and every thursday | 2026-03-09 09:00 | FREQ=WEEKLY;BYDAY=MO"


def test_moments_are_the_persons_own():
    moments = {"morning": time(6, 30), "evening": time(20)}

    assert told(parse("jog every morning", "en", moments=moments)).startswith(
        "jog | 2026-03-05 06:30"
    )
    assert told(parse("jog tonight", "en", moments=moments)) == "jog | 2026-03-04 20:00"


def test_a_clock_of_twelve_hours_asks_more():
    assert told(parse("call at 7:30", "en")) == "call | 2026-03-05 07:30"
    asks = parse("call at 7:30", "en", has_half_days=True)
    assert told(asks) == "call | - | ?half: 07:30, 19:30"
    assert told(parse("call at 07:30", "en", has_half_days=True)) == "call | 2026-03-05 07:30"


def test_weeks_begin_where_the_writer_says():
    sunday = datetime(2026, 3, 8, 10, tzinfo=ZoneInfo("Europe/Berlin"))

    assert told(parse("x next week", "en", now_local=sunday)) == "x | 2026-03-09 09:00"
    assert (
        told(parse("x next week", "en", now_local=sunday, first_weekday=6))
        == "x | 2026-03-15 09:00"
    )
    rule = parse("x every 2 weeks on sun and mon", "en", first_weekday=6).rule
    assert rule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU"


@pytest.mark.parametrize(
    ("now", "phrase", "expected"),
    [
        # The clocks of Berlin go forward on 29 March 2026 at 2:00.
        ("2026-03-29T01:30:00+01:00", "x in 1 hour", "x | 2026-03-29 03:30"),
        ("2026-03-28T10:00:00+01:00", "x tomorrow at 2:30", "x | 2026-03-29 02:30"),
        # And back on 25 October at 3:00: hours that pass, not hours on the clock.
        ("2026-10-25T01:30:00+02:00", "x in 3 hours", "x | 2026-10-25 03:30"),
        ("2026-03-04T10:00:30+01:00", "x in 10 minutes", "x | 2026-03-04 10:11"),
        ("2026-03-04T23:30:00+01:00", "x in 45 minutes", "x | 2026-03-05 00:15"),
        ("2026-01-31T10:00:00+01:00", "x in a month", "x | 2026-02-28 09:00"),
        ("2026-12-31T10:00:00+01:00", "x tomorrow", "x | 2027-01-01 09:00"),
        ("2026-03-07T10:00:00+01:00", "x this weekend at 11", "x | 2026-03-07 11:00"),
        ("2026-03-06T10:00:00+01:00", "x next friday", "x | 2026-03-13 09:00"),
        (
            "2026-02-10T10:00:00+01:00",
            "x on the 31st",
            "x | - | ?no_such_day: 2026-02-28, 2026-03-31",
        ),
        ("2028-02-10T10:00:00+01:00", "x 29 february", "x | 2028-02-29 09:00"),
    ],
)
def test_at_the_edges_of_the_calendar(now, phrase, expected):
    assert told(parse(phrase, "en", now_local=datetime.fromisoformat(now))) == expected


def test_the_second_of_two_hours_is_not_in_the_past():
    """02:30 for the second time: "in 10 minutes" is 02:40 again, which rings at the first, and has passed."""
    again = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)

    assert told(parse("x in 10 minutes", "en", now_local=again)).startswith("x | - | ?past")
