"""The lists of reminders: what is on which, search, filters, pages, cost."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from reminder_app.database import db, new_id, now
from reminder_app.reminders.models import Recipient, Reminder, ReminderLabel

TITLES = ["Yesterday", "This evening", "In three days"]


@pytest.fixture
def people(monday, make, later):
    make(title="Yesterday", starts_at=local(now(), hours=2), labels=["home"])
    later(days=1)
    make(title="This evening", starts_at=local(now(), hours=9), priority="high")
    make(title="In three days", starts_at=local(now(), days=3), notes="bring the blue folder")


def local(at, **by):
    """On alice's clock in January."""
    return (at + timedelta(hours=1) + timedelta(**by)).replace(tzinfo=None)


def shown(client, query=""):
    page = client.get(f"/reminders{query}").text
    return [title for title in TITLES if f">{title}</a>" in page]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", TITLES),
        ("?view=overdue", ["Yesterday"]),
        ("?view=today", ["This evening"]),
        ("?view=upcoming", ["In three days"]),
        ("?view=nonsense", TITLES),
        ("?q=blue+folder", ["In three days"]),
        ("?label=home", ["Yesterday"]),
        ("?priority=high", ["This evening"]),
        ("?priority=nonsense", TITLES),
        ("?view=today&label=home", []),
        ("?q=100%25", []),
    ],
)
def test_each_list_holds_what_its_name_says(alice, people, query, titles):
    assert shown(alice.browser(), query) == titles


def test_a_contact_leads_to_its_reminders(alice, charlie, monday, make, contact):
    make(title="Yesterday", recipients=[{"kind": "contact", "id": contact.id}])
    make(title="This evening")
    query = f"?recipient={contact.id}"

    assert query in alice.browser().get(f"/contacts/{contact.id}").text
    assert shown(alice.browser(), query) == ["Yesterday"]
    assert "for Carl" in alice.browser().get(f"/reminders{query}").text
    assert "Carl" not in charlie.browser().get(f"/reminders{query}").text
    assert shown(alice.browser(), "?recipient=nobody") == ["Yesterday", "This evening"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "No reminders yet"),
        ("?view=today", "Nothing for today"),
        ("?view=upcoming", "Nothing after today"),
        ("?view=overdue", "Nothing is overdue"),
        ("?q=zebra", "Nothing matches"),
    ],
)
def test_an_empty_list_teaches(alice, query, words):
    assert words in alice.browser().get(f"/reminders{query}").text


def test_a_long_list_leads_to_its_next_page(alice):
    fill(alice, 60)
    client = alice.browser()

    first = client.get("/reminders").text

    assert first.count('class="row-item') == 50
    href = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert client.get(href).text.count('class="row-item') == 10


def test_a_damaged_page_marker_is_refused(alice):
    assert alice.browser().get("/reminders?cursor=x").status_code == 422


def fill(person, count):
    """A third overdue, a third today, a third later; each with a recipient and a label."""
    at, ids = now(), [new_id() for _ in range(count)]
    reminders = [
        {
            "id": one,
            "workspace_id": person.workspace_id,
            "created_by": person.id,
            "title": f"thing {n}",
            "starts_at": local(at, days=n % 3),
            "time_zone": "Europe/Berlin",
            "rule": "FREQ=DAILY",
            "advance_notices": [],
            "next_at": at + timedelta(days=n % 3 - 1, seconds=n),
        }
        for n, one in enumerate(ids)
    ]
    recipients = [{"reminder_id": one, "user_id": person.id} for one in ids]
    labels = [
        {"reminder_id": one, "workspace_id": person.workspace_id, "name": "home"} for one in ids
    ]
    for model, rows in ((Reminder, reminders), (Recipient, recipients), (ReminderLabel, labels)):
        db.session.execute(insert(model), rows)
    db.session.commit()
