"""Reminders from files: what each entry becomes, or why it does not, and that nothing is made twice."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from reminder_app.calendars import feeds, imports
from reminder_app.calendars.models import ImportedItem, ReminderImport
from reminder_app.database import clock, db
from reminder_app.errors import Invalid, NotFound
from reminder_app.recurrence import between
from reminder_app.reminders import acting, service
from reminder_app.reminders.models import Occurrence, Reminder

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # a Monday; 9:00 in Berlin
PAGE = "/reminders/import"
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n"


@pytest.fixture(autouse=True)
def at_nine(app):
    clock.shift(NOW - clock.now())


def ics(*entries, kind="VEVENT"):
    whole = "".join(
        f"BEGIN:{kind}\r\n{entry.strip()}\r\nEND:{kind}\r\n".replace("\n", "\r\n").replace(
            "\r\r", "\r"
        )
        for entry in entries
    )
    return f"{HEAD}{whole}END:VCALENDAR\r\n".encode()


def read(data, zone="Europe/Berlin", locale="en"):
    return imports.read(data.encode() if isinstance(data, str) else data, zone, locale)


def one(data, **more):
    (item,) = read(data, **more)
    return item


def event(lines, kind="VEVENT"):
    return one(ics(f"UID:1\nSUMMARY:Pay\n{lines}", kind=kind))


def test_an_event_with_rule_zone_alarm_and_a_day_left_out():
    item = event(
        "DTSTART;TZID=America/New_York:20261110T090000\nRRULE:FREQ=WEEKLY;BYDAY=TU\n"
        "EXDATE;TZID=America/New_York:20261117T090000\nCATEGORIES:home,Money\nPRIORITY:1\n"
        "DESCRIPTION:By transfer\nLOCATION:Bank\n"
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT30M\nEND:VALARM"
    )

    assert item.why == ""
    assert (item.starts_at, item.zone) == ("2026-11-10T09:00:00", "America/New_York")
    assert item.rule == "FREQ=WEEKLY;BYDAY=TU"
    assert item.skipped == ("2026-11-17T14:00:00+00:00",)
    assert (item.labels, item.priority, item.notices) == (("home", "Money"), "urgent", (30,))
    assert item.notes == "By transfer\n\nWhere: Bank"


@pytest.mark.parametrize(
    ("lines", "starts_at", "zone", "remark"),
    [
        ("DTSTART:20261110T090000", "2026-11-10T09:00:00", "Europe/Berlin", ""),
        ("DTSTART:20261110T090000Z", "2026-11-10T10:00:00", "Europe/Berlin", ""),
        ("DTSTART:20261110T090000Z\nRRULE:FREQ=DAILY", "2026-11-10T09:00:00", "UTC", ""),
        ("DTSTART;VALUE=DATE:20261110", "2026-11-10T09:00:00", "Europe/Berlin", "All day"),
        (
            "DTSTART;TZID=W. Europe Standard Time:20261110T090000",
            "2026-11-10T09:00:00",
            "Europe/Berlin",
            "",
        ),
        (
            "DTSTART;TZID=Nowhere/At all:20261110T090000",
            "2026-11-10T09:00:00",
            "Europe/Berlin",
            "not known",
        ),
    ],
)
def test_the_zones_of_files(lines, starts_at, zone, remark):
    item = event(lines)

    assert (item.why, item.starts_at, item.zone) == ("", starts_at, zone)
    assert remark in " ".join(item.remarks)
    assert bool(item.remarks) == bool(remark)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("DTSTART:20251110T090000", "has passed"),
        ("DTSTART:20261110T090000\nSTATUS:CANCELLED", "cancelled"),
        ("DTSTART:20261110T090000\nRRULE:FREQ=MINUTELY", "hourly at most"),
        ("DTSTART:20261110T090000\nRRULE:FREQ=MONTHLY;BYMONTHDAY=15;COUNT=3", "first time is"),
        ("DTSTART:20261110T090000\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY", "more than one rule"),
        ("DTSTART:20261110T090000\nRRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY", "EXRULE"),
        ("DTSTART:20261110T090000\nRRULE:FREQ=MONTHLY;SKIP=FORWARD;RSCALE=GREGORIAN", "SKIP"),
        ("DTSTART:20261410T090000", "damaged"),
        ("DESCRIPTION:none", "no date"),
    ],
)
def test_what_cannot_be_taken_says_why(lines, why):
    item = event(lines)

    assert why in item.why
    assert item.title == "Pay"


@pytest.mark.parametrize(
    ("lines", "remark"),
    [
        ("ATTENDEE:mailto:a@example.org", "Guests"),
        ("RDATE:20261120T090000", "Extra dates"),
        ("BEGIN:VALARM\nTRIGGER:PT5M\nEND:VALARM", "after the start"),
        ("BEGIN:VALARM\nTRIGGER;VALUE=DATE-TIME:20261101T090000Z\nEND:VALARM", "by the start"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=15", "Begins on 2026-11-15"),
    ],
)
def test_what_is_left_out_of_one_that_is_taken_is_said(lines, remark):
    item = event(f"DTSTART:20261110T090000\n{lines}")

    assert item.why == ""
    assert remark in " ".join(item.remarks)


@pytest.mark.parametrize(
    ("trigger", "notices"),
    [("-PT15H", (1440,)), ("-P1D", (1440,)), ("PT0S", ()), ("PT9H", ()), ("-PT6H", (900,))],
)
def test_alarms_of_a_whole_day_count_from_its_midnight(trigger, notices):
    item = event(
        f"DTSTART;VALUE=DATE:20261110\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:{trigger}\nEND:VALARM"
    )

    assert (item.starts_at, item.notices) == ("2026-11-10T09:00:00", notices)
    assert item.remarks == ("All day: at 09:00.",)


@pytest.mark.parametrize(
    ("date", "time", "starts_at"),
    [
        ("2026-11-10T09:00:00Z", "", "2026-11-10T10:00:00"),
        ("2026-11-10 09:00-05:00", "", "2026-11-10T15:00:00"),
        ("2026-11-10", "09:00Z", "2026-11-10T10:00:00"),
        ("2026-11-10 00:00:00", "09:00", "2026-11-10T09:00:00"),
        ("2026-11-10 07:30", "", "2026-11-10T07:30:00"),
    ],
)
def test_a_table_means_the_moment_and_the_time_that_it_names(date, time, starts_at):
    assert one(f"title,date,time\nPay,{date},{time}\n").starts_at == starts_at


def test_to_dos(app):
    due = event("DTSTART:20261105T090000\nDUE:20261110T090000", kind="VTODO")
    series = event("DTSTART:20261105T090000\nRRULE:FREQ=DAILY\nDUE:20261105T100000", kind="VTODO")
    done = event("DUE:20261110T090000\nSTATUS:COMPLETED", kind="VTODO")

    assert due.starts_at == "2026-11-10T09:00:00"
    assert series.starts_at == "2026-11-05T09:00:00"
    assert done.why == "It is done."


def test_a_time_that_differs_from_its_series_stands_for_itself():
    series, single = read(
        ics(
            "UID:1\nSUMMARY:Pay\nDTSTART:20261110T090000\nRRULE:FREQ=DAILY",
            "UID:1\nSUMMARY:Pay later\nRECURRENCE-ID:20261112T090000\nDTSTART:20261112T150000",
        )
    )

    assert series.skipped == ("2026-11-12T08:00:00+00:00",)
    assert (single.title, single.starts_at) == ("Pay later", "2026-11-12T15:00:00")
    assert series.key != single.key


@pytest.mark.parametrize(
    "mark", ["RECURRENCE-ID:090000", "RECURRENCE-ID:00010101T000000", "RECURRENCE-ID:x"]
)
def test_a_mark_of_a_series_that_is_none_harms_nothing_else(mark):
    items = read(
        ics(
            "UID:1\nSUMMARY:Pay\nDTSTART:20261110T090000\nRRULE:FREQ=DAILY",
            f"UID:1\nSUMMARY:Odd\n{mark}\nDTSTART:20261112T150000",
        )
    )

    assert items[0].why == ""
    assert len(items) == 2


@pytest.mark.parametrize(
    "data", [b"BEGIN:VCALENDAR\r\nDTSTART", b"title", b"\x00\x01\x02,\x03\n", b"a,b\n1,2\n", b""]
)
def test_what_is_no_file_of_these_kinds_is_refused_whole(data):
    with pytest.raises(Invalid) as refusal:
        read(data)

    assert set(refusal.value.fields) == {"file"}


CSV = """title,date,time,repeat,labels,notes,priority
Pay the rent,2027-01-31,08:30,FREQ=MONTHLY,"home; money",By transfer,high
Swim,,18:00,every Tuesday,,,
Dentist,5 January 2027,2pm,,,,
Nothing,,,,,,
Doubtful,01/02/2027,,,,,
Strange,when pigs fly,,,,,
Past,2020-01-01,,,,,
,2027-01-31,,,,,
"""


def test_a_table_with_dates_as_numbers_and_as_words():
    rent, swim, dentist, nothing, doubtful, strange, past, nameless = read(CSV)

    assert (rent.starts_at, rent.rule, rent.priority) == (
        "2027-01-31T08:30:00",
        "FREQ=MONTHLY",
        "high",
    )
    assert (rent.labels, rent.notes) == (("home", "money"), "By transfer")
    assert (swim.starts_at, swim.rule) == ("2026-11-03T18:00:00", "FREQ=WEEKLY;BYDAY=TU")
    assert dentist.starts_at == "2027-01-05T14:00:00"
    assert nothing.why == "It has no date."
    assert "which day is that" in doubtful.why
    assert "no date that we can read" in strange.why
    assert past.why == "Its time has passed."
    assert nameless.why == "It has no title."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_german_table_in_the_encodings_there_are(encoding):
    text = "Aufgabe;Fällig;Uhrzeit;Wiederholung\r\nMüll;;7:00;jeden Montag\r\n"

    item = one(text.encode(encoding), locale="de-DE")

    assert (item.title, item.starts_at, item.rule) == (
        "Müll",
        "2026-11-09T07:00:00",
        "FREQ=WEEKLY;BYDAY=MO",
    )


TODOIST = """TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE
section,At home,,,,,,,,
task,Clean the oven @home @dull,With lemon,1,1,Ann (1),,every 2 weeks on Monday at 9:00,en,Europe/Berlin
note,The blue rag,,,,Ann (1),,,,
task,Buy lemons,,4,2,Ann (1),,2026-11-20,en,Europe/Berlin
task,Some day,,4,1,Ann (1),,,en,
task,Putzen,,3,1,Ann (1),,jeden Montag,de,
task,Nettoyer,,4,1,Ann (1),,chaque lundi,fr,
task,After it,,4,1,Ann (1),,every! 3 days,en,
"""


def test_what_todoist_exports():
    oven, lemons, some_day, german, french, after = read(TODOIST)

    assert (oven.title, oven.labels, oven.priority) == (
        "Clean the oven",
        ("home", "dull"),
        "urgent",
    )
    assert (oven.starts_at, oven.rule) == ("2026-11-09T09:00:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")
    assert oven.notes == "With lemon\n\nThe blue rag"
    assert lemons.remarks == ("It stood below “Clean the oven”.",)
    assert some_day.why == "It has no date."
    assert german.rule == "FREQ=WEEKLY;BYDAY=MO"
    assert "“fr”" in french.why
    assert after.why.startswith("Not clear")


def upload(alice, data, name="list.csv"):
    return imports.upload(
        alice.workspace_id,
        alice.id,
        file_name=name,
        data=data.encode() if isinstance(data, str) else data,
        zone="Europe/Berlin",
        locale="en",
    )


def whose(alice, row):
    return alice.workspace_id, alice.id, row.id


def titles():
    return sorted(db.session.scalars(select(Reminder.title).filter_by(deleted_at=None)))


def test_what_is_taken_is_a_reminder_and_is_taken_once(alice):
    row = upload(alice, CSV)

    first = imports.take(*whose(alice, row))
    again = imports.take(*whose(alice, upload(alice, CSV)))

    assert (first.made, first.here, first.failed) == (3, 0, 5)
    assert (again.made, again.here) == (0, 3)
    assert titles() == ["Dentist", "Pay the rent", "Swim"]
    rent = db.session.scalar(select(Reminder).filter_by(title="Pay the rent"))
    shown = service.get_reminder(alice.workspace_id, rent.id)
    assert [one.user_id for one in shown.recipients] == [alice.id]
    assert shown.label_names == ["home", "money"]
    assert shown.next_at == shown.plan_at == datetime(2027, 1, 31, 7, 30, tzinfo=UTC)
    assert (shown.month_end, shown.status) == ("skip", "active")


def test_what_was_deleted_may_come_again(alice):
    imports.take(*whose(alice, upload(alice, CSV)))
    for reminder in db.session.scalars(select(Reminder)).all():
        service.delete_reminder(alice.workspace_id, reminder.id)

    again = imports.take(*whose(alice, upload(alice, CSV)))

    assert again.made == 3
    assert titles() == ["Dentist", "Pay the rent", "Swim"]
    assert db.session.query(ImportedItem).count() == 3


def test_only_the_chosen_ones(alice):
    taken = imports.take(*whose(alice, upload(alice, CSV)), numbers={2, 4})

    assert (taken.made, taken.failed) == (1, 1)
    assert titles() == ["Swim"]


def test_days_left_out_are_skipped_and_not_planned(alice):
    data = ics(
        "UID:1\nSUMMARY:Pay\nDTSTART;TZID=Europe/Berlin:20261102T100000\nRRULE:FREQ=DAILY\n"
        "EXDATE;TZID=Europe/Berlin:20261102T100000,20261104T100000"
    )
    imports.take(*whose(alice, upload(alice, data, "a.ics")))

    (reminder,) = db.session.scalars(select(Reminder)).all()
    states = {one.due_at.day: one.state for one in db.session.scalars(select(Occurrence))}
    assert states == {2: "skipped", 4: "skipped"}
    assert reminder.next_at == datetime(2026, 11, 3, 9, tzinfo=UTC)


def test_our_own_feed_comes_back_as_it_was(app, alice, charlie):
    rules = ["FREQ=MONTHLY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=YEARLY;BYMONTH=11;BYDAY=-1SU", None]
    starts = ["2027-01-31T08:00", "2026-11-05T08:00", "2026-11-29T08:00", "2026-12-24T08:00"]
    for rule, start in zip(rules, starts, strict=True):
        service.create_reminder(
            alice.workspace_id,
            alice.id,
            title=f"{rule}",
            starts_at=datetime.fromisoformat(start),
            time_zone="Europe/Berlin",
            rule=rule,
        )
    _, token = feeds.create(alice.id, name="Mine")
    data = app.test_client().get(f"/calendar-feeds/{token}.ics").data

    taken = imports.take(*whose(charlie, upload(charlie, data, "a.ics")))

    assert taken.made == 4
    end = NOW + timedelta(days=1000)
    for title in map(str, rules):
        ours, theirs = db.session.scalars(select(Reminder).filter_by(title=title)).all()
        assert between(ours.schedule, NOW, end, 50) == between(theirs.schedule, NOW, end, 50)


def test_a_long_file_is_taken_in_chunks_and_goes_on(alice, monkeypatch, count_queries):
    lines = "".join(f"No {n},2027-01-{n % 28 + 1:02}\n" for n in range(250))
    row = upload(alice, f"title,date\n{lines}")
    monkeypatch.setattr(imports, "SECONDS", -1.0)
    assert imports.take(*whose(alice, row)).is_cut
    monkeypatch.setattr(imports, "SECONDS", 60.0)

    with count_queries() as few:
        some = imports.take(*whose(alice, row), numbers=set(range(1, 3)))
    with count_queries() as many:
        more = imports.take(*whose(alice, row), numbers=set(range(3, 103)))
    rest = imports.take(*whose(alice, row))

    assert (some.made, more.made, rest.made, rest.here) == (2, 100, 148, 102)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("title,date\n" + "a,2027-01-01\n" * (imports.MOST + 1), "5,000 entries"),
        (b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * (imports.MOST + 1), "5,000 entries"),
        (b"x" * (imports.LONGEST_FILE + 1), "5 MB"),
    ],
)
def test_files_that_are_too_long_are_refused_before_they_are_read(data, why):
    with pytest.raises(Invalid, match=why):
        read(data)


def test_files_that_were_read_are_forgotten_after_a_day(alice):
    row = upload(alice, CSV)
    assert imports.purge() == 0
    clock.shift(timedelta(days=1, minutes=1))

    assert imports.purge() == 1
    with pytest.raises(NotFound):
        imports.preview(*whose(alice, row))


def post(browser, data, name="list.csv"):
    """By hand: the client of the tests leaves the file of a large form open."""
    head = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + data.encode() + b"\r\n--cut--\r\n"
    return browser.post(PAGE, data=body, content_type="multipart/form-data; boundary=cut")


def test_the_pages_lead_from_a_file_to_reminders(alice):
    browser = alice.browser()

    sent = post(browser, CSV)
    assert sent.status_code == 303
    page = browser.get(sent.location).text
    assert "8 entries: 3 can be taken, 0 are here already, 5 cannot." in page
    assert "Its time has passed." in page
    assert "Every month on the 31st (not in shorter months) at 8:30" in page
    taken = browser.post(f"{sent.location}/take", data={"item": ["1", "2"], "page": "1"})
    assert taken.status_code == 303
    after = browser.get(taken.location).text
    assert "2 reminders made." in after
    assert after.count("Here already") == 2
    rest = browser.post(f"{sent.location}/take", data={"all": "1"}, follow_redirects=True).text
    assert "1 reminder made. 2 were here already." in rest
    gone = browser.post(f"{sent.location}/forget")
    assert (gone.status_code, browser.get(sent.location).status_code) == (303, 404)


def test_a_file_of_more_than_a_form_holds_is_taken(alice):
    notes = "n" * 9000
    lines = "".join(f"No {n},2027-01-01,{notes}\n" for n in range(300))

    assert post(alice.browser(), f"title,date,notes\n{lines}").status_code == 303


@pytest.mark.parametrize("data", ["", "x", "title,when\na,b\n"])
def test_a_file_that_cannot_be_read_is_said_on_the_page(alice, data):
    answer = post(alice.browser(), data)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert db.session.query(ReminderImport).count() == 0


def test_many_pages(alice):
    lines = "".join(f"No {n},2027-01-01\n" for n in range(201))
    browser = alice.browser()
    where = post(browser, f"title,date\n{lines}").location

    assert "No 99" in browser.get(where).text
    assert "No 100" in browser.get(f"{where}?page=2").text
    for page in ("9", "-1", "x"):
        assert browser.get(f"{where}?page={page}").status_code == 200


def test_who_may_not_write_reads_no_file(alice, charlie, join):
    viewer = join(alice, charlie, "viewer")

    assert post(viewer.browser(), CSV).status_code == 403


def test_what_was_taken_is_planned_as_any_other(alice, app):
    imports.take(*whose(alice, upload(alice, "title,date,time\nSoon,2026-11-02,10:00\n")))
    (reminder,) = db.session.scalars(select(Reminder)).all()

    acting.done(alice.workspace_id, alice.id, reminder.id)

    assert service.get_reminder(alice.workspace_id, reminder.id).next_at is None
