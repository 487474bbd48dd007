"""Templates: reminders without their day, kept under a name and used again."""

from datetime import date, timedelta

import pytest

from reminder_app.database import db
from reminder_app.errors import Invalid
from reminder_app.reminders.form_files import shelf
from reminder_app.reminders.models import Reminder
from reminder_app.reminders.templates import service, starters
from reminder_app.texts import service as texts
from reminder_app.texts.models import ReminderText
from tests.reminders.conftest import change, remove

URL, PAGES = "/api/v1/reminder-templates", "/reminder-templates"
RENT = {
    "name": "Rent",
    "title": "Pay the rent",
    "kind": "payment",
    "amount": "800.00",
    "currency": "EUR",
    "time": "09:30",
    "rule": "FREQ=MONTHLY;BYMONTHDAY=31",
    "advance_notices": [1440],
    "labels": ["home"],
    "priority": "high",
    "nag": {"every": 30, "most": 3, "start": "08:00", "end": "20:00"},
    "recipients": [{"kind": "me"}],
}


@pytest.fixture
def rent(monday, alice):
    return service.create(alice.workspace_id, alice.id, **RENT)


@pytest.fixture
def use(alice):
    def used(template, day=date(2026, 1, 20), **instead):
        return service.use(
            *(alice.workspace_id, alice.id, template.id),
            day=day,
            time_zone="Europe/Berlin",
            shelf=shelf(),
            **instead,
        )

    return used


def test_a_reminder_has_all_of_it_and_begins_on_a_day_of_the_rule(monday, rent, use):
    made = use(rent)

    assert (made.title, made.kind, str(made.amount), made.currency) == (
        *("Pay the rent", "payment"),
        *("800.00", "EUR"),
    )
    assert made.starts_at.isoformat() == "2026-01-31T09:30:00"
    assert (made.rule, made.priority, made.label_names) == (RENT["rule"], "high", ["home"])
    assert made.advance_notices == [1440]
    assert made.nag == RENT["nag"]


def test_this_once_something_else(monday, rent, use, contact):
    made = use(rent, amount="750", recipients=[{"kind": "contact", "id": contact.id}])

    assert str(made.amount) == "750.00"
    assert [one.contact_id for one in made.recipients] == [contact.id]


def test_me_is_whoever_uses_it(monday, rent, alice, bob):
    when = {"day": date(2026, 1, 20), "time_zone": "UTC"}
    made = service.use(bob.workspace_id, bob.id, rent.id, **when, shelf=shelf())

    assert [one.user_id for one in made.recipients] == [bob.id]


def test_who_is_left_open_has_to_be_said(monday, alice, use, contact):
    template = service.create(alice.workspace_id, alice.id, name="Invoice", title="Invoice")
    with pytest.raises(Invalid) as refused:
        use(template)
    assert "recipients" in refused.value.fields
    assert use(template, recipients=[{"kind": "contact", "id": contact.id}]).recipients


def test_a_text_that_is_gone_stands_for_the_usual_mail(monday, alice, use):
    text = texts.create(alice.workspace_id, alice.id, name="Ours", subject="Ours", body="Words")
    template = service.create(alice.workspace_id, alice.id, **RENT | {"text_id": text.id})
    assert use(template).text_id == text.id
    remove(Reminder)
    remove(ReminderText)
    db.session.expunge_all()

    assert use(template).text_id is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "n" * 81}, "name"),
        ({"title": " "}, "title"),
        ({"rule": "FREQ=SOMETIMES"}, "rule"),
        ({"rule": "FREQ=DAILY;UNTIL=20200101"}, "rule"),
        ({"repeat_after": "P3X", "rule": None}, "repeat_after"),
        ({"amount": "-1"}, "amount"),
        ({"kind": "notice"}, "amount"),
        ({"currency": ""}, "currency"),
        ({"nag": {"every": 30, "start": "08:00"}}, "nag"),
        ({"recipients": []}, "recipients"),
        ({"recipients": [{"kind": "member", "id": "01a0c4a0-0000-7000-8000-000000000000"}]}, None),
        ({"text_id": "01a0c4a0-0000-7000-8000-000000000000"}, "text_id"),
        ({"time": "25:00"}, "time"),
    ],
)
def test_what_no_reminder_may_be_no_template_may_be(monday, alice, wrong, field):
    answer = alice.api().post(URL, json=RENT | wrong)

    assert answer.status_code == 422
    assert (field or "recipients.0.id") in answer.json["fields"]


def test_the_api(monday, alice):
    api = alice.api()
    made = api.post(URL, json=RENT)
    assert made.status_code == 201
    kept = {name: value for name, value in RENT.items() if name not in ("name", "recipients")}
    assert made.json["fields"] == made.json["fields"] | kept
    assert [each["kind"] for each in made.json["fields"]["recipients"]] == ["me"]
    one = f"{URL}/{made.json['id']}"
    assert api.get(URL).json["items"] == [made.json]
    assert api.get(one).json == made.json

    changed = api.patch(one, json={"priority": "low", "recipients": None}).json
    assert (changed["name"], changed["fields"]["priority"]) == ("Rent", "low")
    assert changed["fields"]["amount"] == "800.00"
    assert changed["changed_by"] == str(alice.id)
    assert api.post(f"{one}/use", json={"date": "2026-01-20"}).status_code == 422
    used = api.post(f"{one}/use", json={"date": "2026-01-20", "recipients": [{"kind": "me"}]})
    assert (used.status_code, used.json["starts_at"]) == (201, "2026-01-31T09:30:00")

    assert api.delete(one).status_code == 204
    assert api.get(one).status_code == 404
    assert api.post(f"{one}/use", json={"date": "2026-01-20"}).status_code == 404


def test_there_are_so_many_at_most(rent, alice, monkeypatch):
    monkeypatch.setattr(service, "MOST", 1)

    assert alice.api().post(URL, json=RENT).status_code == 409


def test_the_form_of_a_template_gives_back_what_it_showed(rent, alice, contact):
    contact_id, client = contact.id, alice.browser()
    shown = client.get(f"{PAGES}/{rent.id}").text
    for value in ("Pay the rent", "800.00", "09:30", "home"):
        assert f'value="{value}"' in shown
    typed = {
        "name": "Rent of the office",
        "title": "Pay",
        "time": "10:00",
        "repeat": "monthly_day",
        "every": "1",
        "day": "31",
        "ends": "never",
        "month_end": "clamp",
        "kind": "personal",
        "who_when": "fixed",
        "recipients": f"contact:{contact_id}",
        "priority": "normal",
    }
    assert client.post(f"{PAGES}/{rent.id}", data=typed).status_code == 303
    kept = service.get(alice.workspace_id, rent.id)
    assert kept.name == "Rent of the office"
    assert kept.fields == service.PLAIN | {
        "title": "Pay",
        "time": "10:00",
        "rule": "FREQ=MONTHLY;BYMONTHDAY=31",
        "recipients": [{"kind": "contact", "id": str(contact_id)}],
    }

    refused = client.post(f"{PAGES}/{rent.id}", data=typed | {"title": "", "who_when": "later"})
    assert refused.status_code == 422
    assert 'value="10:00"' in refused.text


def test_a_month_without_its_day_is_asked_for(monday, alice):
    typed = {"name": "n", "title": "t", "time": "10:00", "repeat": "monthly_weekday"}
    refused = alice.browser().post(PAGES, data=typed | {"recipients": "me"})

    assert "a template has no day of its own" in refused.text


def test_from_a_reminder_to_a_template_to_a_reminder(monday, alice, make):
    reminder = make(rule="FREQ=WEEKLY", labels=["home"], repeat_after=None)
    client = alice.browser()
    assert f"{PAGES}/new?reminder={reminder.id}" in client.get(f"/reminders/{reminder.id}").text
    page = client.get(f"{PAGES}/new?reminder={reminder.id}").text
    assert 'name="name" value="Pay the rent"' in page
    assert '<option value="weekly" selected>' in page

    typed = {"name": "Rent", "title": "Pay", "time": "07:00", "repeat": "weekly", "every": "1"}
    assert client.post(PAGES, data=typed | {"who_when": "later"}).status_code == 303
    [template] = service.browse(alice.workspace_id).items
    new = client.get(f"{PAGES}/{template.id}/use").text
    assert 'name="date" value="2026-01-13"' in new  # 7:00 of today has passed
    assert 'name="time" value="07:00"' in new
    assert 'name="title" value="Pay"' in new


def test_where_there_are_none_some_are_offered_in_ones_language(monday, alice):
    client = alice.browser()
    page = client.get(PAGES).text
    for key, fields in starters.offered("personal").items():
        assert fields["title"] in page
        assert client.get(f"{PAGES}/starters/{key}").status_code == 200
        assert client.post(f"{PAGES}/starters/{key}").status_code == 303
    assert "Pay the rent" in client.get(PAGES).text
    assert client.get(f"{PAGES}/starters/nothing").status_code == 404
    assert client.post(f"{PAGES}/starters/nothing").status_code == 404
    assert len(service.browse(alice.workspace_id).items) == len(starters.AT_HOME)


@pytest.mark.parametrize("key", starters.STARTERS)
def test_each_starter_makes_a_reminder(monday, alice, use, key):
    fields = starters.starter(key)
    template = service.create(alice.workspace_id, alice.id, name=key, **fields)
    made = use(template, recipients=[{"kind": "me"}])

    assert made.next_at - monday < timedelta(days=30)


def test_every_starter_is_offered_somewhere():
    assert set(starters.AT_HOME) | set(starters.AT_WORK) == set(starters.STARTERS)


def test_who_may(rent, alice, bob, charlie, join):
    viewer = join(alice, charlie, "viewer")
    assert bob.browser().get(f"{PAGES}/{rent.id}").status_code == 200
    assert viewer.browser().get(PAGES).status_code == 200
    assert viewer.browser().post(PAGES, data={}).status_code == 403
    assert charlie.browser().get(f"{PAGES}/{rent.id}").status_code == 404


def test_an_archived_client_is_named_when_it_is_used(monday, alice, use, contact):
    to_client = [{"kind": "contact", "id": contact.id}]
    template = service.create(alice.workspace_id, alice.id, **RENT | {"recipients": to_client})
    change(contact, archived_at=monday)

    with pytest.raises(Invalid, match="archived"):
        use(template)


def test_ready_made_ones_are_there_by_the_api_and_become_ones_own(alice):
    api = alice.api()
    offered = api.get(f"{URL}/starters").json["items"]
    assert "rent" in [one["key"] for one in offered]
    assert all(one["fields"]["time"] == one["fields"]["time"][:5] for one in offered)

    made = api.post(f"{URL}/starters/rent", headers={"Idempotency-Key": "once"})

    assert (made.status_code, made.json["name"]) == (201, "Pay the rent")
    assert made.json["fields"]["rule"] == "FREQ=MONTHLY;BYMONTHDAY=1"
    assert api.get(f"{URL}/{made.json['id']}").json == made.json
    assert api.post(f"{URL}/starters/nothing").status_code == 404


def test_ready_made_ones_are_said_in_the_language_that_is_asked_for(alice):
    asked = {"Accept-Language": "de"}
    offered = alice.api().get(f"{URL}/starters", headers=asked).json["items"]

    assert "Miete zahlen" in [one["fields"]["title"] for one in offered]
