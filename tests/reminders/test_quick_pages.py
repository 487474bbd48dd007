"""Quick add on the pages: what was understood is shown before it is saved, and nothing typed is lost."""

import html
import re
from datetime import datetime

import pytest

from reminder_app.accounts.models import User
from reminder_app.contacts.models import Contact
from reminder_app.database import db
from reminder_app.reminders import service
from tests.conftest import make_person
from tests.reminders.conftest import change

URL = "/reminders/quick-add"
# Said on Monday, 12 January 2026, at 8:00.
CLEAR = "Pay rent every last day of the month at 9 !high #home, remind me 2 days before"


@pytest.fixture
def client(monday, alice):
    return alice.browser()


def send(client, text, **more):
    """As a browser does it that has shown what was understood of this text."""
    return client.post(URL, data={"text": text, "shown": text} | more)


def saved(alice):
    (reminder,) = service.list_reminders(alice.workspace_id).items
    return reminder


def chips(page):
    found = re.findall(r'class="part-chip[^"]*".*?</svg><span lang="\w+">(.*?)</span>', page, re.S)
    return [html.unescape(words) for words in found]


def nothing_saved(alice):
    return service.list_reminders(alice.workspace_id).items == []


@pytest.mark.parametrize("page", ["/", "/reminders", URL])
def test_the_field_is_on_these_pages(client, page):
    text = client.get(page).text

    assert f'action="{URL}"' in text
    assert text.count('id="quick-text"') == 1


@pytest.mark.parametrize("role", ["viewer", "child"])
def test_who_may_not_write_has_no_field_and_is_refused(monday, alice, join, app, role):
    looker = join(alice, make_person(app, "dora"), role).browser()

    assert "quick-text" not in looker.get("/").text
    assert "quick-text" not in looker.get("/reminders").text
    assert looker.get(URL).status_code == 403
    assert looker.post(f"{URL}/read", data={"text": CLEAR}).status_code == 403
    assert send(looker, CLEAR).status_code == 403


def test_the_first_press_shows_what_was_understood(client, alice):
    r = client.post(URL, data={"text": CLEAR, "next": "/reminders"})

    assert r.status_code == 200
    assert chips(r.text) == [
        "every last day of the month",
        "at 9:00 AM",
        "high",
        "#home",
        "2 days before",
    ]
    assert "<strong>Pay rent</strong>" in r.text
    assert 'name="next" value="/reminders"' in r.text
    assert nothing_saved(alice)


def test_the_second_one_saves(client, alice):
    r = send(client, CLEAR, next="/reminders")

    reminder = saved(alice)
    assert (r.status_code, r.location) == (303, "/reminders")
    assert (reminder.title, reminder.rule) == ("Pay rent", "FREQ=MONTHLY;BYMONTHDAY=-1")
    assert reminder.starts_at == datetime.fromisoformat("2026-01-31T09:00")
    assert reminder.time_zone == "Europe/Berlin"
    assert (reminder.priority, reminder.label_names) == ("high", ["home"])
    assert reminder.advance_notices == [2880]
    assert [one.user_id for one in reminder.recipients] == [alice.id]
    assert f"/reminders/{reminder.id}/delete" in client.get(r.location).text


def test_a_text_changed_since_it_was_shown_is_shown_again(client, alice):
    r = client.post(URL, data={"text": CLEAR, "shown": "Pay rent"})

    assert r.status_code == 200
    assert nothing_saved(alice)


def test_it_leads_nowhere_else(client):
    assert send(client, "call tomorrow", next="https://evil.example").location == "/"


def test_a_part_is_clicked_off_and_on_again(client, alice):
    off = send(client, CLEAR, turn_off="priority:!high").text
    assert "high" not in chips(off)
    assert "!high" in chips(off)
    assert "<strong>Pay rent !high</strong>" in off
    assert 'name="off" value="priority:!high"' in off

    on = send(client, CLEAR, off="priority:!high", turn_on="priority:!high").text
    assert "high" in chips(on)

    assert send(client, CLEAR, off="priority:!high").status_code == 303
    assert (saved(alice).title, saved(alice).priority) == ("Pay rent !high", "normal")


def test_what_is_open_is_asked_and_not_saved(client, alice):
    r = send(client, "call next friday at 10")

    assert r.status_code == 422
    assert "Please answer first" in r.text
    assert "“next friday”: which one?" in r.text
    assert 'value="call next friday at 10"' in r.text
    assert nothing_saved(alice)


def test_the_answer_saves_it(client, alice):
    answer = {"answer:next:next friday": "2026-01-23"}

    assert send(client, "call next friday at 10", **answer).status_code == 303
    assert saved(alice).starts_at == datetime.fromisoformat("2026-01-23T10:00")


def test_an_answer_is_shown_to_be_changed(client):
    data = {"text": "call next friday", "answer:next:next friday": "2026-01-23"}
    page = client.post(f"{URL}/read", data=data).text

    assert re.search(r'value="2026-01-23" checked', page)
    assert "Fri 23 January" in chips(page)[0]


def test_words_without_a_time_are_asked_when(client):
    page = client.post(f"{URL}/read", data={"text": "buy milk"}).text

    assert "When?" in page
    assert chips(page) == []


def test_while_typing_only_the_parts_come(client):
    r = client.post(f"{URL}/read", data={"text": CLEAR}, headers={"HX-Request": "true"})

    assert "<html" not in r.text
    assert chips(r.text)[0] == "every last day of the month"
    assert "Sat 31 Jan 2026" in r.text
    assert "usual time" not in r.text


def test_a_usual_time_is_said_to_be_one(client):
    assert "the usual time" in client.post(f"{URL}/read", data={"text": "call tomorrow"}).text


def test_an_empty_field_shows_nothing(client):
    assert client.post(f"{URL}/read", data={"text": " "}).text.strip() == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tomorrow at 9 AM", "Write 1 to 200 characters."),
        ("x" * 201 + " tomorrow at 9 AM", "Write 1 to 200 characters."),
        ("gym every 15 march until friday at 9 AM", "UNTIL lies before the start"),
        (
            "party tomorrow at 9 AM #"
            + "a" * 40
            + " "
            + "#b " * 1
            + " ".join(f"#l{n}" for n in range(20)),
            "at most 20 labels",
        ),
    ],
)
def test_what_the_form_would_refuse_is_refused_and_kept(client, alice, text, why):
    r = send(client, text)

    assert r.status_code == 422
    assert why in r.text
    assert f'value="{text}"' in html.unescape(r.text)
    assert nothing_saved(alice)


def test_what_is_typed_is_text(client):
    page = client.post(URL, data={"text": '<b>"x"</b> tomorrow #<i>'}).text

    assert "<b>" not in page
    assert "&lt;b&gt;" in page


def test_more_opens_the_form_with_all_that_is_clear(client, contact, alice):
    r = client.post(URL, data={"text": f"{CLEAR} @Carl @me", "more": "1"})

    assert r.status_code == 200
    assert 'name="title" value="Pay rent"' in r.text
    assert 'name="date" value="2026-01-31"' in r.text
    assert 'name="time" value="09:00"' in r.text
    assert '<option value="monthly_last_day" selected>' in r.text
    assert 'name="labels" value="home"' in r.text
    for chosen in (f"contact:{contact.id}", "me", "high", "2880"):
        assert re.search(rf'value="{chosen}" checked', r.text), chosen
    assert nothing_saved(alice)


def test_more_leaves_open_what_is_open(client):
    r = client.post(URL, data={"text": "call every monday at 7", "more": "1"})

    assert 'name="title" value="call"' in r.text
    assert '<option value="weekly" selected>' in r.text


def test_what_comes_back_after_it_was_done(client, alice):
    text = "water the plants every! 3 days at 6 PM"
    page = client.post(f"{URL}/read", data={"text": text}).text
    assert chips(page) == ["3 days after it is done", "at 6:00 PM"]

    assert send(client, text).status_code == 303
    assert (saved(alice).repeat_after, saved(alice).rule) == ("P3D", None)

    more = client.post(URL, data={"text": text, "more": "1"}).text
    assert 'name="title" value="water the plants"' in more
    assert '<option value="after_done" selected>' in more
    assert 'name="every" value="3"' in more


def test_so_many_times_a_week_is_asked_and_kept(client, alice):
    text, answer = "gym 3x a week at 6 PM", "FREQ=DAILY 3/week"
    page = client.post(f"{URL}/read", data={"text": text}).text
    assert "3 times a week, on any days" in page
    answered = {"answer:times_in:3x a week": answer}

    more = client.post(URL, data={"text": text, "more": "1"} | answered).text
    assert '<option value="so_many" selected>' in more
    assert send(client, text, **answered).status_code == 303
    assert (saved(alice).rule, saved(alice).times_per) == ("FREQ=DAILY", "3/week")


def test_ones_own_morning_and_evening(client, alice):
    times = {"morning": "06:30", "noon": "12:00", "afternoon": "15:00", "evening": "20:15"}
    assert client.post("/settings/moments", data=times | {"night": ""}).status_code == 303
    assert 'name="evening" value="20:15"' in client.get("/settings").text

    assert send(client, "call mum tomorrow evening").status_code == 303
    assert f"{saved(alice).starts_at:%H:%M}" == "20:15"

    wrong = client.post("/settings/moments", data=times | {"evening": "11:00"})
    assert wrong.status_code == 422
    assert 'name="evening" value="11:00"' in wrong.text
    api = alice.api()
    assert api.get("/api/v1/me/moments").json["morning"] == "06:30"
    assert api.put("/api/v1/me/moments", json={"noon": "13:00"}).json == {
        "morning": "09:00",
        "noon": "13:00",
        "afternoon": "15:00",
        "evening": "18:00",
        "night": "22:00",
    }
    assert api.put("/api/v1/me/moments", json={"noon": "19:00"}).status_code == 422


def test_in_german_for_whoever_reads_german(client, alice):
    change(db.session.get(User, alice.id), locale="de-DE")

    page = client.post(
        URL, data={"text": "Miete zahlen jeden letzten Tag im Monat um 9 Uhr !hoch"}
    ).text

    assert chips(page) == ["jeden letzten Tag im Monat", "um 09:00", "hoch"]
    assert '<span lang="de">hoch</span>' in page


def test_a_contact_and_a_member_are_found_by_name(client, alice, bob, contact):
    r = send(client, "call tomorrow at 9 AM @carl @Bob")

    assert r.status_code == 303
    found = {(one.contact_id, one.user_id) for one in saved(alice).recipients}
    assert found == {(contact.id, None), (None, bob.id)}


def test_nobody_of_another_workspace_is_found(client, alice, charlie):
    db.session.add(Contact(workspace_id=charlie.workspace_id, name="Zora", email="z@example.org"))
    db.session.commit()

    page = client.post(f"{URL}/read", data={"text": "call tomorrow @Zora @Charlie"}).text

    assert page.count("Nobody here is called") == 2
    assert "z@example.org" not in page


def test_a_name_nearly_written_is_asked_about(client, contact):
    page = client.post(f"{URL}/read", data={"text": "call tomorrow @Crl"}).text

    assert "Carl (carl@example.org)" in page


def test_a_contact_without_an_address_is_refused_as_in_the_form(client, alice):
    db.session.add(Contact(workspace_id=alice.workspace_id, name="Mute"))
    db.session.commit()

    r = send(client, "call tomorrow at 9 AM @Mute")

    assert r.status_code == 422
    assert "has no email address" in r.text


def test_it_costs_the_same_with_few_and_with_many(client, alice, count_queries):
    def queries():
        with count_queries() as statements:
            client.post(f"{URL}/read", data={"text": "call @Ann @Bea tomorrow #home"})
        return len(statements)

    few = queries()
    rows = (
        Contact(workspace_id=alice.workspace_id, name=f"Ann {n}", email=f"a{n}@example.org")
        for n in range(30)
    )
    db.session.add_all(rows)
    db.session.commit()
    for n in range(3):
        send(client, f"call {n} tomorrow at 9 AM #home #l{n}")

    assert queries() == few
