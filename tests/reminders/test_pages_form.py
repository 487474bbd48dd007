"""The form of a reminder: what it saves, and that nothing typed is lost."""

import re
from datetime import datetime

import pytest

from reminder_app.accounts.models import User
from reminder_app.contacts import service as contacts
from reminder_app.database import db
from reminder_app.reminders import service
from reminder_app.workspaces.models import Workspace
from tests.conftest import make_person
from tests.reminders.conftest import change

BASE = {
    "title": "Pay the rent",
    "date": "2026-01-31",
    "time": "09:00",
    "time_zone": "Europe/Berlin",
    "recipients": "me",
}
EVERYTHING = BASE | {
    "notes": "On the blue account.\r\nNot the green one.",
    "zone_mode": "floating",
    "repeat": "monthly_day",
    "every": "2",
    "day": "31",
    "after_unit": "W",
    "ends": "count",
    "count": "6",
    "month_end": "skip",
    "advance_notices": ["60", "1440"],
    "own_amount": "90",
    "own_unit": "minutes",
    "priority": "high",
    "labels": "home, money",
}


@pytest.fixture
def client(monday, alice):
    return alice.browser()


def saved(alice):
    (reminder,) = service.list_reminders(alice.workspace_id).items
    return reminder


def test_title_day_and_time_are_enough(client, alice):
    r = client.post("/reminders", data=BASE)

    reminder = saved(alice)
    assert r.status_code == 303
    assert r.location == f"/reminders/{reminder.id}"
    assert reminder.starts_at == datetime.fromisoformat("2026-01-31T09:00")
    assert [one.user_id for one in reminder.recipients] == [alice.id]


def test_all_of_it_is_saved(client, alice, contact):
    typed = EVERYTHING | {"recipients": ["me", f"contact:{contact.id}"]}

    assert client.post("/reminders", data=typed).status_code == 303

    reminder = saved(alice)
    assert reminder.rule == "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31;COUNT=6"
    assert reminder.notes == "On the blue account.\nNot the green one."
    assert sorted(reminder.advance_notices) == [60, 90, 1440]
    assert (reminder.priority, reminder.zone_mode, reminder.month_end) == (
        "high",
        "floating",
        "skip",
    )
    assert reminder.label_names == ["home", "money"]
    assert {one.contact_id for one in reminder.recipients} == {None, contact.id}


@pytest.mark.parametrize(
    ("typed", "rule", "starts"),
    [
        ({"repeat": "daily"}, "FREQ=DAILY", "2026-01-31"),
        ({"repeat": "weekdays", "every": "3"}, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-02-02"),
        ({"repeat": "weekly", "days": ["TH", "MO"]}, "FREQ=WEEKLY;BYDAY=MO,TH", "2026-02-02"),
        ({"repeat": "weekly"}, "FREQ=WEEKLY", "2026-01-31"),
        ({"repeat": "monthly_last_day"}, "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31"),
        ({"repeat": "monthly_weekday"}, "FREQ=MONTHLY;BYDAY=-1SA", "2026-01-31"),
        (
            {"repeat": "monthly_weekday", "nth": "1", "weekday": "MO"},
            "FREQ=MONTHLY;BYDAY=1MO",
            "2026-02-02",
        ),
        (
            {"repeat": "yearly", "ends": "until", "until": "2030-01-31"},
            "FREQ=YEARLY;UNTIL=20300131",
            "2026-01-31",
        ),
        (
            {"repeat": "custom", "rule": "freq=weekly;byday=tu"},
            "FREQ=WEEKLY;BYDAY=TU",
            "2026-02-03",
        ),
    ],
)
def test_each_way_to_repeat_becomes_a_rule_and_starts_on_a_day_that_fits(
    client, alice, typed, rule, starts
):
    r = client.post("/reminders", data=BASE | typed)

    assert r.status_code == 303, r.text
    reminder = saved(alice)
    assert reminder.rule == rule
    assert reminder.starts_at.date().isoformat() == starts


def values(page):
    """What the fields of the form hold."""
    found = dict(re.findall(r'<input class="form-control"[^>]* name="(\w+)" value="([^"]*)"', page))
    for name, chosen in re.findall(
        r'<select[^>]* name="(\w+)"(?:(?!</select>).)*<option value="([^"]*)" selected', page, re.S
    ):
        found[name] = chosen
    for name, value in re.findall(
        r'<input class="form-check-input"[^>]* name="(\w+)" value="([^"]*)" checked', page
    ):
        found.setdefault(name, []).append(value)
    found["notes"] = re.search(r'<textarea[^>]*name="notes"[^>]*>\n?(.*?)</textarea>', page, re.S)[
        1
    ]
    return found


def test_nothing_typed_is_lost_on_an_error(client, contact):
    typed = EVERYTHING | {"title": "", "who": "Carl", "recipients": ["me", f"contact:{contact.id}"]}

    r = client.post("/reminders", data=typed)

    kept = values(r.text)
    assert r.status_code == 422
    assert "Say what it is about." in r.text
    for name, value in typed.items():
        expected = value.replace("\r\n", "\n") if isinstance(value, str) else value
        got = kept[name]
        got = got[0] if isinstance(got, list) and isinstance(expected, str) else got
        assert (got.replace("\r\n", "\n") if isinstance(got, str) else got) == expected, name


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"date": ""}, "date", "Choose a day"),
        ({"time": "25:00"}, "time", "Choose a time"),
        ({"date": "2025-01-01"}, "date", "This time has passed"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "not known"),
        ({"repeat": "custom"}, "rule", "Write the rule"),
        ({"repeat": "custom", "rule": "FREQ=MINUTELY"}, "rule", "hourly at most"),
        ({"repeat": "daily", "every": "5000"}, "every", "from 1 to"),
        ({"repeat": "daily", "every": "x"}, "every", "whole number"),
        ({"repeat": "daily", "ends": "until"}, "until", "Choose the last day"),
        ({"repeat": "daily", "ends": "count"}, "count", "from 1 to"),
        ({"recipients": []}, "recipients", "Choose who is reminded"),
        ({"labels": "x" * 41}, "labels", "40 characters"),
        ({"title": "x" * 201}, "title", "200"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client, typed, field, words):
    r = client.post("/reminders", data=BASE | typed)

    assert r.status_code == 422
    told = re.search(rf'id="f-{field}-error">(.*?)</p>', r.text, re.S)
    assert told, f"nothing beside {field}"
    assert words in told[1]
    assert f'href="#f-{field}"' in r.text


IN_ORDER = ["title", "rule", "recipients", "own_amount", "notes", "labels"]
WRONG = {
    "title": ("", "Say what it is about."),
    "notes": ("a\x01b", "Leave out control characters."),
    "labels": ("x" * 41, "A label has 1 to 40 characters, on one line."),
    "own_amount": ("soon", "Write a whole number."),
    "rule": ("FREQ=MINUTELY", "hourly at most"),
    "recipients": ("member:01930000-0000-7000-8000-000000000000", "There is no such member"),
}


@pytest.mark.parametrize("left_right", ["", "title", "own_amount"])
def test_all_that_is_wrong_is_said_at_once_and_once_beside_its_field(client, left_right):
    wrong = {name: told for name, told in WRONG.items() if name != left_right}
    typed = BASE | {"repeat": "custom"} | {name: value for name, (value, _) in wrong.items()}

    page = client.post("/reminders", data=typed).text

    in_order = [name for name in IN_ORDER if name in wrong]
    assert re.findall(r'href="#f-(\w+)"', page) == in_order
    for name, (_, words) in wrong.items():
        assert page.count(words) == 2, name  # in the summary, and beside the field
        assert words in page.partition(f'id="f-{name}-error"')[2].partition("</p>")[0]


def test_an_edit_is_not_blamed_for_a_time_that_stays_as_it_was(client, make, later):
    reminder = make()
    later(hours=3)
    typed = BASE | {"date": "2026-01-12", "title": ""}

    page = client.post(f"/reminders/{reminder.id}/edit", data=typed).text

    assert "Say what it is about." in page
    assert "This time has passed" not in page


def test_a_wrong_rule_is_said_even_when_something_else_is_wrong_too(client):
    typed = BASE | {"title": "", "repeat": "custom", "rule": "FREQ=HOURLY;INTERVAL=0"}

    r = client.post("/reminders", data=typed)

    assert 'id="f-title-error"' in r.text
    assert 'id="f-rule-error"' in r.text


@pytest.mark.parametrize("edited", [False, True])
def test_enter_in_a_field_saves(client, make, edited):
    """It presses the first button of the form."""
    path = f"/reminders/{make(rule='FREQ=DAILY').id}/edit" if edited else "/reminders/new"
    form = client.get(path).text.partition('class="reminder-form"')[2]

    first = re.search(r'<button type="submit"[^>]*>', form)[0]

    assert " name=" not in first
    assert " formaction=" not in first


@pytest.mark.parametrize("name", ["preview", "find", "more"])
def test_without_a_script_the_form_is_shown_again_and_saves_nothing(client, alice, name):
    r = client.post("/reminders", data=EVERYTHING | {"title": "", name: "1"})

    assert r.status_code == 200
    assert "error-summary" not in r.text
    assert 'class="next-times"' in r.text
    assert values(r.text)["labels"] == "home, money"
    assert service.list_reminders(alice.workspace_id).items == []


def test_contacts_are_found_and_those_chosen_stay(client, alice):
    ann, ben = (
        contacts.create(alice.workspace_id, name=name, email=f"{name}@example.org")
        for name in ("ann", "ben")
    )
    contacts.create(alice.workspace_id, name="Ben the mute")

    r = client.get(f"/reminders/people?recipients=me&recipients=contact:{ann.id}&who=ben")

    assert f'value="contact:{ann.id}" checked' in r.text
    assert f'value="contact:{ben.id}"' in r.text
    assert "Ben the mute has no email address yet" in r.text


@pytest.fixture
def crowd(app, alice, join):
    """More members than are offered unasked."""
    return [join(alice, make_person(app, f"member{n:02}"), "member") for n in range(20)]


def test_members_who_are_not_offered_are_found_and_those_chosen_stay(client, crowd, count_queries):
    last, other = crowd[-1], crowd[-2]
    client.get("/reminders/people")
    with count_queries() as few:
        page = client.get("/reminders/people").text
    with count_queries() as many:
        found = client.get(f"/reminders/people?recipients=member:{last.id}&who=member18").text

    assert "There are more members: search for them by name." in page
    assert f"member:{last.id}" not in page
    assert f'value="member:{last.id}" checked' in found
    assert f'value="member:{other.id}"' in found
    assert "member07" not in found.lower()
    assert "There are more members" not in found
    assert len(many) <= len(few) + 1  # the contacts and members chosen are asked for together


def test_a_search_that_finds_nobody_offers_to_add_them(client):
    r = client.get("/reminders/people?recipients=contact:nonsense&who=Zed")

    assert "/contacts/new?name=Zed" in r.text


def test_a_new_form_takes_what_the_address_gives(client, contact):
    page = client.get(f"/reminders/new?title=Call&date=2026-02-03&time=11:30&contact={contact.id}")

    kept = values(page.text)
    assert (kept["title"], kept["date"], kept["time"]) == ("Call", "2026-02-03", "11:30")
    assert kept["recipients"] == [f"contact:{contact.id}"]


@pytest.mark.parametrize(
    ("workspace", "kind", "chosen"),
    [
        ("business", "payment", []),
        ("business", "notice", []),
        ("business", "deadline", ["me"]),
        ("business", "personal", ["me"]),
        ("personal", "payment", ["me"]),
        ("business", "nonsense", ["me"]),
    ],
)
def test_what_is_for_clients_does_not_name_oneself(client, alice, workspace, kind, chosen):
    change(db.session.get(Workspace, alice.workspace_id), kind=workspace)

    kept = values(client.get(f"/reminders/new?kind={kind}").text)

    assert kept.get("recipients", []) == chosen


def test_the_currency_is_that_of_the_workspace_or_the_last_one_used_in_it(client, alice, make):
    change(db.session.get(User, alice.id), locale="en-US")
    change(db.session.get(Workspace, alice.workspace_id), locale="de-CH")
    assert values(client.get("/reminders/new").text)["currency"] == "CHF"

    make(kind="payment", amount="20", currency="SEK")
    make(title="No payment")

    assert values(client.get("/reminders/new").text)["currency"] == "SEK"


def test_quick_add_leads_back_to_where_it_was_and_can_be_undone(client, alice):
    r = client.post("/reminders", data=BASE | {"next": "/"})

    page = client.get(r.location)
    assert r.location == "/"
    assert f"/reminders/{saved(alice).id}/delete" in page.text


def test_it_leads_nowhere_else(client):
    r = client.post("/reminders", data=BASE | {"next": "https://evil.example"})

    assert r.location == "/"


def test_those_of_one_name_are_told_apart(client, alice):
    for email in ("anna@a.example.org", "anna@b.example.org"):
        contacts.create(alice.workspace_id, name="Anna Müller", email=email)
    contacts.create(alice.workspace_id, name="Ben", email="ben@example.org")

    for page in ("/reminders/new", "/reminders/people?who=Anna"):
        shown = client.get(page).text
        assert "Anna Müller (anna@a.example.org)" in shown
        assert "Anna Müller (anna@b.example.org)" in shown
        assert "ben@example.org" not in shown
