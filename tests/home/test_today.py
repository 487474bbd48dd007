"""Today: the page one opens in the morning."""

from datetime import UTC, datetime, timedelta

import pytest

from reminder_app.database import clock, now
from reminder_app.home.greeting import greeting
from reminder_app.reminders import acting, service


@pytest.fixture
def monday(app):
    """Monday, 12 January 2026, 08:00 in Berlin."""
    clock.shift(datetime(2026, 1, 12, 7, tzinfo=UTC) - now())


@pytest.fixture
def make(monday, alice):
    def made(title, hours=2, **fields):
        starts_at = (now() + timedelta(hours=1 + hours)).replace(tzinfo=None, microsecond=0)
        return service.create_reminder(
            alice.workspace_id,
            alice.id,
            title=title,
            starts_at=starts_at,
            time_zone="Europe/Berlin",
            **fields,
        )

    return made


def parts(page):
    """{title of a section: its text}"""
    found = {}
    for piece in page.split('<h2 class="group-title')[1:]:
        title, _, text = piece.partition("</h2>")
        found[title.partition(">")[2]] = text
    return found


def test_a_new_person_is_shown_how_it_works(monday, alice):
    page = alice.browser().get("/").text

    assert "Good morning, Alice" in page
    assert "Three steps" in page
    assert 'class="quick-add' in page


def test_everything_stands_where_it_belongs(alice, make, later):
    make("Overdue thing", hours=1)
    done = make("Finished thing", hours=1)
    make("Afternoon thing", hours=8)
    make("Tomorrow thing", hours=26)
    make("Wednesday thing", hours=50)
    make("Far away thing", hours=24 * 20)
    later(hours=2)
    acting.done(alice.workspace_id, alice.id, done.id, done.due_at)

    page = alice.browser().get("/").text
    found = parts(page)

    assert list(found) == ["Waiting for you", "Today", "Tomorrow", "Wednesday", "Done today"]
    for section, title in zip(
        found, ["Overdue", "Afternoon", "Tomorrow", "Wednesday", "Finished"], strict=True
    ):
        assert f"{title} thing" in found[section]
    assert "Far away thing" not in page
    assert "ink-bad" not in page
    assert "1 of 3 done today" in page
    assert "Three steps" not in page


def test_a_free_day_says_what_comes_next(alice, make):
    make("Dentist", hours=24 * 9)

    page = alice.browser().get("/").text

    assert "A free day" in page
    assert "Next comes Dentist" in page


def test_when_all_is_done_it_says_so(alice, make):
    one, two = make("One"), make("Two")
    for done in (one, two):
        acting.done(alice.workspace_id, alice.id, done.id, done.due_at)

    page = alice.browser().get("/").text

    assert "All 2 done today" in page
    assert "All done for today" in page


def test_the_bar_follows_what_is_ticked_off(alice, make):
    reminder = make("One")
    make("Two")
    client = alice.browser()
    assert client.get("/progress").text.strip() == ""

    acting.done(alice.workspace_id, alice.id, reminder.id, reminder.due_at)

    assert "1 of 2 done today" in client.get("/progress").text


def test_the_greeting_follows_the_clock_of_the_person():
    at = datetime(2026, 1, 12, tzinfo=UTC)

    assert greeting(at.replace(hour=8), "Alice Baker") == "Good morning, Alice"
    assert greeting(at.replace(hour=13), "Alice") == "Good afternoon, Alice"
    assert greeting(at.replace(hour=20), " ") == "Good evening"
    assert greeting(at.replace(hour=3), "Alice") == "Hello, Alice"


@pytest.mark.parametrize(("priority", "is_calm"), [("normal", True), ("urgent", False)])
def test_what_is_urgent_and_late_is_not_said_to_have_time(alice, make, later, priority, is_calm):
    make("Pay", hours=1, priority=priority)
    later(hours=2)

    page = alice.browser().get("/").text

    assert "Waiting for you" in page
    assert ("No hurry" in page) is is_calm
