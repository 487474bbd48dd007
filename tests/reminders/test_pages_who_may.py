"""Every page of reminders and Today: alice owns, bob is a member, charlie is a stranger; other roles."""

import pytest

from reminder_app.reminders import service
from tests.conftest import make_person

READ = [("GET", "/reminders/{id}")]
ACT = [
    ("POST", "/reminders/{id}/done?at={at}"),
    ("POST", "/reminders/{id}/reopen?at={at}"),
    ("POST", "/reminders/{id}/snooze?at={at}"),
    ("GET", "/reminders/{id}/snooze?at={at}"),
    ("POST", "/reminders/{id}/snooze-until?at={at}"),
    ("GET", "/reminders/{id}/skip-many"),
    ("POST", "/reminders/{id}/skip-many?at={at}"),
    ("POST", "/reminders/{id}/unskip?at={at}"),
    ("POST", "/reminders/{id}/skip?at={at}"),
]
WRITE = [
    ("GET", "/reminders/{id}/edit"),
    ("POST", "/reminders/{id}/edit"),
    ("POST", "/reminders/{id}/pause"),
    ("POST", "/reminders/{id}/resume"),
    ("POST", "/reminders/{id}/delete"),
    ("POST", "/reminders/{id}/restore"),
]
LISTS = [("GET", "/"), ("GET", "/progress"), ("GET", "/reminders")]
NEW = [
    ("GET", "/reminders/new"),
    ("POST", "/reminders"),
    ("POST", "/reminders/preview"),
    ("GET", "/reminders/people"),
]
OF_ONE, ALL = READ + ACT + WRITE, READ + ACT + WRITE + LISTS + NEW
TYPED = {
    "title": "New name",
    "date": "2026-01-20",
    "time": "10:00",
    "time_zone": "Europe/Berlin",
    "recipients": "me",
    "for": "60",
    "count": "2",
    "version": "1",
}


@pytest.fixture
def reminder(monday, make):
    return make(title="Secret of alice", rule="FREQ=DAILY")


def call(client, method, path, reminder):
    at = reminder.due_at.isoformat().replace("+", "%2B")
    return client.open(path.format(id=reminder.id, at=at), method=method, data=TYPED)


@pytest.mark.parametrize("route", ALL)
def test_alice_may(alice, reminder, route):
    if route == WRITE[-1]:
        service.delete_reminder(alice.workspace_id, reminder.id)
    if route == ACT[1]:
        call(alice.browser(), *ACT[0], reminder)

    assert call(alice.browser(), *route, reminder).status_code in (200, 303)


def test_bob_may_all_of_it_too(alice, bob, reminder):
    client = bob.browser()

    answers = {route: call(client, *route, reminder).status_code for route in ALL}

    assert set(answers.values()) <= {200, 303}, answers


@pytest.mark.parametrize("route", OF_ONE)
def test_charlie_finds_nothing_and_changes_nothing(alice, charlie, reminder, route):
    if route == WRITE[-1]:
        service.delete_reminder(alice.workspace_id, reminder.id)

    r = call(charlie.browser(), *route, reminder)

    assert r.status_code == 404
    assert "Secret" not in r.text
    if route != WRITE[-1]:
        same = service.get_reminder(alice.workspace_id, reminder.id)
        assert (same.title, same.due_at, same.version) == (
            reminder.title,
            reminder.due_at,
            reminder.version,
        )


@pytest.mark.parametrize("route", LISTS)
def test_charlie_lists_nothing_of_alice(charlie, reminder, route):
    assert "Secret" not in call(charlie.browser(), *route, reminder).text


def test_charlie_reminds_nobody_of_alice(alice, charlie, reminder, contact):
    typed = TYPED | {"recipients": [f"contact:{contact.id}"]}
    r = charlie.browser().post("/reminders", data=typed)
    picker = charlie.browser().get(f"/reminders/people?recipients=contact:{contact.id}&who=Carl")

    assert r.status_code == 422
    assert "Carl" not in r.text
    assert "carl@example.org" not in picker.text
    assert ">Carl<" not in picker.text


@pytest.mark.parametrize("route", ALL)
def test_nobody_gets_in_without_a_session(app, reminder, route):
    r = call(app.test_client(), *route, reminder)

    assert r.status_code == 303
    assert r.location.startswith("/sign-in")


@pytest.mark.parametrize(
    ("role", "refused"), [("admin", []), ("viewer", ACT + WRITE + NEW), ("child", WRITE + NEW)]
)
def test_roles_may_what_the_table_says(app, alice, reminder, join, role, refused):
    client = join(alice, make_person(app, "dora"), role).browser()

    for route in ALL:
        assert (call(client, *route, reminder).status_code == 403) == (route in refused), route


def test_a_viewer_sees_no_button_that_would_be_refused(app, alice, reminder, join):
    client = join(alice, make_person(app, "vera"), "viewer").browser()

    for path in ("/", "/reminders", f"/reminders/{reminder.id}"):
        main = client.get(path).text.partition("<main")[2].partition("</main>")[0]
        assert "Secret of alice" in main
        assert "<form" not in main.replace('<form class="search-box"', "")
        assert "/edit" not in main


def test_a_child_ticks_off_but_does_not_edit(app, alice, reminder, join):
    client = join(alice, make_person(app, "chris"), "child").browser()

    page = client.get("/reminders").text

    assert f"/reminders/{reminder.id}/done" in page
    assert f"/reminders/{reminder.id}/delete" not in page
