"""What goes out right now, what waits, and when that will be done."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from reminder_app.database import db, now
from reminder_app.delivery import sending_accounts, tally, traffic, traffic_repository
from reminder_app.delivery.bars import HEIGHT, LOWEST, Bar, bars
from reminder_app.delivery.models import Delivery

SUMMARY = "/api/v1/deliveries/summary"


def set_to(ids, **values) -> None:
    db.session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(**values))
    db.session.commit()


def test_nothing_at_all(alice):
    found = traffic.of(alice.workspace_id)

    assert (found.sent, found.backlog, found.in_doubt, found.failed) == (0, 0, 0, 0)
    assert found.oldest_due_at is found.done_in is None
    assert found.minutes == [0] * 60
    assert [lane.channel for lane in found.lanes] == ["email"]


def test_what_was_sent_shows_once_it_is_counted(alice, courier, plan):
    plan(3)
    courier.send_due(0)
    tally.count_up()

    found = traffic.of(alice.workspace_id)

    assert found.sent == 3
    assert 3 / 61 < found.per_second <= 3 / 50
    assert sum(found.minutes) == 3
    assert sum(found.minutes[-2:]) == 3


def test_the_last_minute_ends_when_it_is_over(alice, courier, plan, later):
    plan(3)
    courier.send_due(0)
    tally.count_up()
    later(seconds=75)
    tally.count_up()

    found = traffic.of(alice.workspace_id)

    assert found.sent == 0
    assert sum(found.minutes) == 3


def test_without_anybody_who_counts_nothing_is_said_to_go_out(alice, courier, plan, later):
    plan(3)
    courier.send_due(0)
    tally.count_up()
    later(minutes=5)

    assert traffic.of(alice.workspace_id).sent == 0


def test_the_backlog_is_what_is_due_and_waits(alice, plan):
    at = now()
    plan(2, due_at=at - timedelta(minutes=3))
    plan(due_at=at - timedelta(minutes=7))
    plan(due_at=at + timedelta(hours=1))
    tried = plan(2)
    set_to(tried, tries=1, not_before=at + timedelta(minutes=5))
    held = plan()  # by a limit: it has not been tried
    set_to(held, not_before=at + timedelta(minutes=5))

    for found in (traffic.of(alice.workspace_id), traffic.of()):
        assert (found.backlog, found.later) == (4, 2)
        assert found.oldest_due_at == at - timedelta(minutes=7)
        assert timedelta(minutes=7) <= found.oldest_age < timedelta(minutes=8)


def test_it_says_when_the_backlog_will_be_done(alice, courier, plan):
    plan(6)
    courier.send_due(0)
    tally.count_up()
    plan(12)

    found = traffic.of(alice.workspace_id)

    assert found.done_in == timedelta(seconds=12 / found.per_second)
    assert timedelta(seconds=99) < found.done_in <= timedelta(seconds=122)


def test_it_promises_no_end_while_what_waits_cannot_go(alice, charlie, courier, plan):
    plan(6)
    courier.send_due(0)
    tally.count_up()
    name = f"sms.{alice.workspace_id.hex}"
    sending_accounts.add(name, alice.workspace_id, "SMS")
    set_to(plan(2), account=name, channel="sms")
    sending_accounts.broke(name, "Timeout", sending_accounts.FREE)

    hers = traffic.of(alice.workspace_id)

    assert hers.done_in is None
    assert [lane.channel for lane in hers.lanes if lane.is_held_up] == ["sms"]
    assert hers.other_accounts == []
    assert traffic.of().done_in is not None  # what is one workspace's holds up no site

    sending_accounts.broke("email", "421 no", sending_accounts.FREE)
    plan()
    assert traffic.of().done_in is None


def test_each_workspace_has_its_own_and_the_operator_all(alice, charlie, courier, plan):
    plan(2)
    plan(workspace_id=charlie.workspace_id)
    plan(workspace_id=None)
    courier.send_due(0)
    tally.count_up()
    set_to(plan(2), state="failed")
    set_to(plan(workspace_id=charlie.workspace_id), state="unknown")

    hers, his, all_of_them = (
        traffic.of(workspace_id)
        for workspace_id in (alice.workspace_id, charlie.workspace_id, None)
    )

    assert (hers.sent, hers.failed, hers.in_doubt) == (2, 2, 0)
    assert (his.sent, his.failed, his.in_doubt) == (1, 0, 1)
    assert (all_of_them.sent, all_of_them.failed, all_of_them.in_doubt) == (4, 2, 1)


def test_with_two_channels_each_has_its_own(alice, plan, monkeypatch):
    monkeypatch.setattr(traffic, "CHANNELS", ("email", "pigeon"))
    set_to(plan(2), state="failed")
    set_to(plan(3), state="failed", channel="pigeon", account="pigeon")
    set_to(plan(1), channel="pigeon", account="pigeon")

    for found in (traffic.of(alice.workspace_id), traffic.of()):
        assert [(lane.channel, lane.failed, lane.backlog) for lane in found.lanes] == [
            ("email", 2, 0),
            ("pigeon", 3, 1),
        ]
        assert (found.failed, found.backlog) == (5, 1)


def test_counting_stops_at_a_limit(alice, plan, monkeypatch):
    monkeypatch.setattr(traffic_repository, "MOST", 5)
    set_to(plan(9), state="failed")
    plan(9)

    for found in (traffic.of(alice.workspace_id), traffic.of()):
        assert (found.failed, found.backlog) == (6, 6)


@pytest.mark.parametrize("count", [10, 1_000])
def test_it_takes_five_queries_whatever_there_is(alice, plan, count_queries, count):
    plan(count)
    set_to(plan(count), state="failed")

    for workspace_id in (alice.workspace_id, None):
        with count_queries() as statements:
            traffic.of(workspace_id)
        assert len(statements) == 5


def test_the_api_tells_the_same(alice, plan, courier):
    plan(2)
    courier.send_due(0)
    tally.count_up()
    set_to(plan(1), state="failed")
    plan(3, due_at=(due_at := now() - timedelta(minutes=3)))
    done_at = alice.api("deliveries:read").get(SUMMARY).get_json()["done_at"]
    sending_accounts.pause("email", "Alice")

    told = alice.api("deliveries:read").get(SUMMARY).get_json()

    assert (told["sent_last_minute"], told["backlog"], told["failed"]) == (2, 3, 1)
    assert told["oldest_due_at"][:19] == due_at.isoformat()[:19]
    assert (told["done_at"], done_at > due_at.isoformat()) == (None, True)
    assert len(told["minutes"]) == 60
    assert told["channels"][0]["channel"] == "email"
    assert told["channels"][0]["backlog"] == 3
    assert told["accounts"][0]["paused_by"] == "The operator"
    assert told["accounts"][0]["is_paused"] is True


def test_what_was_said_of_one_message_is_no_matter_of_others(alice, plan):
    said = "554 5.7.1 <bob@x.org>: Relay access denied for Bob"
    sending_accounts.broke("email", said, sending_accounts.FREE)

    (account,) = alice.api("deliveries:read").get(SUMMARY).get_json()["accounts"]

    assert account["is_broken"] is True
    assert account["broken_words"] == "It answers 554 5.7.1."
    (whole,) = traffic.of().accounts
    assert whole.broken_words == "554 5.7.1 … Relay access denied for Bob"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("421 Too many", "It answers 421."),
        ("451-192.0.2.1 is not yet authorized", "It answers 451."),
        ("The mail server turned us away: 554 5.7.1 No", "It answers 554 5.7.1."),
        ("The mail server cannot be reached: Timed out", "Nothing can be handed to it."),
    ],
)
def test_workspaces_are_told_the_number_of_an_answer(words, told):
    account = sending_accounts.Status(name="email", broken_words=words)

    assert account.for_all().broken_words == told


def test_the_api_wants_its_scope_and_shows_nothing_of_others(alice, charlie, plan):
    plan(3)

    assert alice.api("reminders:read").get(SUMMARY).status_code == 403
    assert charlie.api("deliveries:read").get(SUMMARY).get_json()["backlog"] == 0


def test_bars_reach_from_the_ground_to_the_top():
    assert bars([]) == []
    assert bars([0, 0]) == []
    assert bars([0, 1000, 1]) == [Bar(10, 0, HEIGHT), Bar(20, HEIGHT - LOWEST, LOWEST)]
