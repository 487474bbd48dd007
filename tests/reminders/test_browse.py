"""Finding reminders: views, search and filters, page by page, at a constant cost."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from reminder_app.database import db, insert_missing, new_id
from reminder_app.errors import Invalid
from reminder_app.reminders import acting, service
from reminder_app.reminders.models import Occurrence, Recipient, Reminder, ReminderLabel
from tests.reminders.conftest import BERLIN, wall

NINE = timedelta(hours=1)  # from monday, 8:00
DAY = timedelta(days=1)


@pytest.fixture
def titles(alice):
    """titles(view="today", …): what alice finds."""

    def found(**wanted):
        page = service.list_reminders(alice.workspace_id, zone=BERLIN.key, **wanted)
        return [one.title for one in page.items]

    return found


def test_each_view_shows_what_its_name_says(monday, make, later, titles, alice):
    make(title="Morning")
    make(title="Evening", starts_at=wall("2026-01-12T23:59"))
    make(title="Tomorrow", starts_at=wall("2026-01-13T00:00"))
    make(title="Next year", starts_at=wall("2027-01-13T09:00"))
    paused = make(title="Paused")
    service.pause(alice.workspace_id, paused.id)
    gone = make(title="Gone")
    service.delete_reminder(alice.workspace_id, gone.id)
    later(hours=2)

    assert titles(view="overdue") == ["Morning"]
    assert titles(view="today") == ["Morning", "Evening"]
    assert titles(view="upcoming") == ["Tomorrow", "Next year"]
    assert titles() == ["Morning", "Evening", "Tomorrow", "Next year", "Paused"]


def test_the_day_is_that_of_the_one_who_looks(monday, make, alice):
    make(title="Late", starts_at=wall("2026-01-12T23:30"))

    page = service.list_reminders(alice.workspace_id, view="today", zone="Asia/Tokyo")
    assert page.items == []  # there it is tomorrow already


def test_a_snoozed_one_is_found_at_the_end_of_its_snooze(monday, make, later, titles, plan, alice):
    reminder = make()
    later(hours=1)
    plan()
    acting.snooze(alice.workspace_id, alice.id, reminder.id, monday + DAY)

    assert titles(view="overdue") == titles(view="today") == []
    assert titles(view="upcoming") == ["Pay the rent"]


def test_the_agenda_shows_nothing_twice(monday, make, later, plan, alice):
    make(title="Morning")
    make(title="Evening", starts_at=wall("2026-01-12T20:00"))
    finished = make(title="Finished", rule="FREQ=DAILY")
    later(hours=2)
    plan()
    acting.done(alice.workspace_id, alice.id, finished.id)

    agenda = service.agenda(alice.workspace_id, BERLIN.key)
    assert [one.title for one in agenda.overdue] == ["Morning"]
    assert [one.title for one in agenda.today] == ["Evening"]
    assert [one.reminder.title for one in agenda.done] == ["Finished"]
    assert service.counts(alice.workspace_id, BERLIN.key) == {
        "overdue": 1,
        "today": 2,
        "upcoming": 1,
    }


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"q": "rent"}, ["Pay the rent"]),
        ({"q": "iban"}, ["Pay the rent"]),
        ({"q": "100%"}, ["100% tea"]),
        ({"q": "%"}, ["100% tea"]),
        ({"q": "_"}, []),
        ({"label": "home"}, ["Pay the rent"]),
        ({"label": "hom"}, []),
        ({"priority": "high"}, ["100% tea"]),
        ({"q": "tea", "priority": "low"}, []),
    ],
)
def test_search_and_filters(monday, make, titles, wanted, found):
    make(notes="IBAN DE12", labels=["home"])
    make(title="100% tea", priority="high")

    assert titles(**wanted) == found


def test_by_recipient(monday, make, titles, contact, alice):
    make(title="Mine")
    make(title="Carl's", recipients=[{"kind": "contact", "id": contact.id}])

    assert titles(recipient=contact.id) == ["Carl's"]
    assert titles(recipient=alice.id) == ["Mine"]


def test_labels_are_counted(monday, make, alice, charlie):
    make(labels=["home", "money"])
    gone = make(labels=["home", "gone"])
    make(labels=["home"])
    service.delete_reminder(alice.workspace_id, gone.id)

    found = [(one.name, one.count) for one in service.labels(alice.workspace_id)]
    assert found == [("home", 2), ("money", 1)]
    assert service.labels(charlie.workspace_id) == []


def test_a_stranger_finds_nothing(monday, make, charlie):
    make()
    assert service.list_reminders(charlie.workspace_id).items == []
    assert service.agenda(charlie.workspace_id, "UTC").today == []


def test_an_unknown_view_is_refused(app, alice):
    with pytest.raises(Invalid) as error:
        service.list_reminders(alice.workspace_id, view="none")
    assert "view" in error.value.fields


@pytest.mark.parametrize("view", ["all", "upcoming"])
def test_pages_give_every_reminder_once(monday, alice, view):
    fill(alice, 25, monday + DAY)
    found, cursor = [], None
    while True:
        page = service.list_reminders(alice.workspace_id, view=view, cursor=cursor, limit=7)
        found += [one.title for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert len(found) == len(set(found)) == 25


def test_what_is_paused_or_over_is_found_after_all_the_others(monday, alice):
    fill(alice, 12, monday + DAY)
    some = db.session.scalars(select(Reminder.id).limit(5)).all()
    db.session.execute(update(Reminder).where(Reminder.id.in_(some)).values(next_at=None))
    db.session.commit()
    found, cursor = [], None
    for _ in range(4):
        page = service.list_reminders(alice.workspace_id, cursor=cursor, limit=3)
        found, cursor = [*found, *page.items], page.next_cursor

    assert cursor is None
    assert len({one.id for one in found}) == 12
    assert {one.id for one in found[7:]} == set(some)


@pytest.mark.parametrize("view", ["all", "today", "upcoming", "overdue"])
def test_a_list_costs_the_same_with_few_and_with_many(monday, alice, count_queries, view):
    due_at = {"today": monday + NINE, "overdue": monday - DAY}.get(view, monday + DAY)

    def queries():
        db.session.remove()
        with count_queries() as statements:
            page = service.list_reminders(
                alice.workspace_id, view=view, q="title", zone=BERLIN.key, limit=50
            )
            for one in page.items:
                assert one.recipients[0].user.email
                assert one.label_names == ["home"]
                assert one.due_at == due_at
        return len(statements), len(page.items)

    fill(alice, 10, due_at)
    few, found = queries()
    assert found == 10
    fill(alice, 190, due_at)
    assert queries() == (few, 50)
    assert few <= 5


def test_the_agenda_costs_the_same_with_few_and_with_many(monday, alice, count_queries):
    def queries():
        db.session.remove()
        with count_queries() as statements:
            agenda = service.agenda(alice.workspace_id, BERLIN.key)
            assert [one.reminder.title for one in agenda.done]
        return len(statements)

    fill(alice, 2, monday - DAY)
    fill(alice, 2, monday + NINE)
    few = queries()
    fill(alice, 300, monday + NINE)
    assert queries() == few <= 10


def fill(person, many, due_at):
    """As many reminders with a recipient, a label and a done occurrence, past the services."""
    ids = [new_id() for _ in range(many)]
    mine = {"workspace_id": person.workspace_id}
    put(Reminder, [mine | a_reminder(person, one, due_at) for one in ids])
    put(Recipient, [{"reminder_id": one, "user_id": person.id, "channel": "email"} for one in ids])
    put(ReminderLabel, [mine | {"reminder_id": one, "name": "home"} for one in ids])
    done = {"due_at": due_at - DAY, "state": "done", "acted_at": due_at + 3 * DAY, "snoozes": 0}
    put(Occurrence, [mine | done | {"reminder_id": one} for one in ids])
    db.session.commit()


def put(model, rows):
    insert_missing(model.__table__, rows)


def a_reminder(person, reminder_id, due_at):
    return {
        "id": reminder_id,
        "created_by": person.id,
        "title": f"Title {reminder_id}",
        "notes": "",
        "starts_at": wall("2026-01-12T09:00"),
        "time_zone": "Europe/Berlin",
        "advance_notices": [],
        "next_at": due_at,
        "is_active": True,
        "version": 1,
    }
