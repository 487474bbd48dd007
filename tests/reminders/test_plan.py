from datetime import timedelta

from reminder_app.reminders import acting, service
from reminder_app.workspaces.models import Membership
from tests.reminders.conftest import change, ledger, occurrences, read, remove, states

NINE = timedelta(hours=1)  # from monday, 8:00


def test_nothing_is_planned_before_its_time(monday, make, plan, later):
    reminder = make()
    later(minutes=59, seconds=50)
    plan()

    assert ledger(reminder) == []
    assert reminder.next_at == monday + NINE


def test_it_is_planned_a_few_seconds_ahead_and_waits_for_its_second(monday, make, plan, later):
    reminder = make()
    later(minutes=59, seconds=58)
    plan()

    [row] = ledger(reminder)
    assert (row.state, row.due_at, row.not_before) == ("pending", monday + NINE, monday + NINE)
    assert row.address == "alice@example.org"
    assert row.subject == "Pay the rent"
    assert row.deadline_at == monday + NINE + timedelta(hours=24)
    [(due_at, state)] = occurrences(reminder)
    assert (due_at, state) == (monday + NINE, "open")
    assert row.key.startswith(f"reminder:{row.part_id}:{read(reminder).recipients[0].id}:email:due")


def test_planning_again_plans_nothing_more(monday, make, plan, later):
    reminder = make(rule="FREQ=DAILY")
    later(hours=1)
    plan()
    plan()
    later(seconds=2)
    plan()

    assert len(ledger(reminder)) == 1


def test_a_one_off_that_is_over_is_not_looked_at_again(monday, make, plan, later):
    reminder = make()
    later(hours=1)
    plan()

    stored = read(reminder)
    assert stored.plan_at is None
    assert stored.next_at == monday + NINE  # still to be done
    assert stored.status == "active"


def test_a_recurring_one_stays_due_until_the_next_comes_due(monday, make, plan, later):
    reminder = make(rule="FREQ=DAILY")
    later(hours=1)
    plan()
    assert read(reminder).next_at == monday + NINE

    later(hours=24)
    plan()

    tomorrow = monday + NINE + timedelta(days=1)
    assert read(reminder).next_at == tomorrow
    assert occurrences(reminder) == [(monday + NINE, "missed"), (tomorrow, "open")]
    assert states(reminder) == ["pending", "pending"]


def test_each_notice_goes_out_at_its_own_time(monday, make, plan, later):
    reminder = make(advance_notices=[30, 10])
    said = []
    for minutes in (30, 20, 10):
        later(minutes=minutes)
        plan()
        said.append([row.subject for row in ledger(reminder)][-1])

    assert said == ["Pay the rent (in 30 minutes)", "Pay the rent (in 10 minutes)", "Pay the rent"]
    assert [row.key.rsplit(":")[-1] for row in ledger(reminder)] == ["30", "10", "due"]
    assert len(occurrences(reminder)) == 1
    assert [row.deadline_at for row in ledger(reminder)][0] == monday + NINE


def test_each_recipient_gets_a_row_in_their_own_zone(monday, make, plan, later, contact):
    change(contact, time_zone="America/New_York")
    reminder = make(
        recipients=[{"kind": "me"}, {"kind": "contact", "id": contact.id, "channel": "email"}]
    )
    later(hours=1)
    plan()

    by_address = {row.address: row for row in ledger(reminder)}
    alice, carl = by_address["alice@example.org"], by_address["carl@example.org"]
    assert "9:00" in alice.payload["when"]
    assert alice.payload["when_there"] == ""
    assert "3:00" in carl.payload["when"]
    assert "Europe/Berlin" in carl.payload["when_there"]


def test_a_client_cannot_tick_off_what_the_firm_has_to_do(monday, make, plan, later, contact):
    reminder = make(recipients=[{"kind": "me"}, {"kind": "contact", "id": contact.id}])
    later(hours=1)
    plan()

    by_address = {row.address: row for row in ledger(reminder)}
    assert by_address["carl@example.org"].payload["act_path"] == ""
    assert by_address["carl@example.org"].reply_to == "alice@example.org"
    assert by_address["alice@example.org"].payload["act_path"].startswith("/d/")


def test_what_is_done_ahead_of_its_time_is_not_said(monday, make, plan, later, alice):
    reminder = make(rule="FREQ=DAILY")
    acting.done(alice.workspace_id, alice.id, reminder.id)
    later(hours=1)
    plan()

    assert ledger(reminder) == []
    assert read(reminder).next_at == monday + NINE + timedelta(days=1)


def test_a_paused_one_says_nothing_and_goes_on_from_when_it_is_resumed(
    monday, make, plan, later, alice
):
    reminder = make(rule="FREQ=DAILY")
    service.pause(alice.workspace_id, reminder.id)
    later(hours=49)
    plan()
    assert ledger(reminder) == []

    service.resume(alice.workspace_id, reminder.id)
    plan()
    assert ledger(reminder) == []
    assert read(reminder).next_at == monday + NINE + timedelta(days=3)


def test_an_archived_contact_is_not_written_to_and_the_ledger_says_why(
    monday, make, plan, later, contact
):
    reminder = make(recipients=[{"kind": "contact", "id": contact.id}])
    change(contact, archived_at=monday)
    later(hours=1)
    plan()

    [row] = ledger(reminder)
    assert (row.state, row.reason) == ("suppressed", "This contact is archived.")


def test_who_left_the_workspace_hears_nothing_more_of_it(monday, make, plan, later, bob):
    reminder = make(recipients=[{"kind": "me"}, {"kind": "member", "id": bob.id}])
    remove(Membership, user_id=bob.id, workspace_id=bob.workspace_id)
    later(hours=1)
    plan()

    by_address = {row.address: row for row in ledger(reminder)}
    assert by_address["alice@example.org"].state == "pending"
    assert by_address["bob@example.org"].state == "suppressed"
    assert by_address["bob@example.org"].reason == "No longer a member of this workspace."


def test_one_address_gets_one_message(monday, make, plan, later, contact):
    change(contact, email="alice@example.org")
    reminder = make(recipients=[{"kind": "me"}, {"kind": "contact", "id": contact.id}])
    later(hours=1)
    plan()

    assert sorted(states(reminder)) == ["pending", "suppressed"]
