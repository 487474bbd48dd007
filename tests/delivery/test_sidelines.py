"""Accounts beside the site's mail: their own server, breaker, pause and rates, and a thread that hangs
holds nobody up."""

import dataclasses
import os
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from reminder_app.config.rates import Rate
from reminder_app.database import db
from reminder_app.delivery import claims, recovery, sending_accounts, sidelines
from reminder_app.delivery.channels import registry
from reminder_app.delivery.channels.email import EmailChannel
from reminder_app.delivery.channels.errors import ACCOUNT, SendError
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.sending import Courier
from reminder_app.delivery.sidelines import Sidelines
from tests.delivery.hanging import Hanging
from tests.servers import SmtpSink

THEIRS = f"email.{uuid.UUID(int=7).hex}"


@pytest.fixture(scope="module")
def their_server() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def theirs(their_server) -> SmtpSink:
    """Where a workspace's own account sends."""
    their_server.start()
    their_server.empty()
    their_server.behave()
    return their_server


@pytest.fixture
def through(monkeypatch, mail_settings, theirs) -> dict[str, dict]:
    """Accounts by name, with the settings that are theirs; all others send through `theirs`."""
    own: dict[str, dict] = {}

    def make(account, settings):
        given = {"smtp_host": theirs.host, "smtp_port": theirs.port} | own.get(account, {})
        return EmailChannel(dataclasses.replace(settings, **given))

    monkeypatch.setitem(registry._makers, "email", make)
    return own


@pytest.fixture
def their_courier(app, mail_settings, through) -> Iterator[Courier]:
    courier = Courier(mail_settings, THEIRS)
    yield courier
    courier.close()


def states(ids) -> list[str]:
    db.session.rollback()  # to see what others did
    rows = db.session.query(Delivery.id, Delivery.state).filter(Delivery.id.in_(ids)).all()
    db.session.rollback()
    found = dict(rows)
    return [found[one] for one in ids]


def until(is_so: Callable[[], bool], lines: Sidelines | None = None, seconds: float = 60) -> None:
    """As beat would, wake them again and again."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never came"
        if lines:
            lines.wake()
        time.sleep(0.05)


def test_each_account_sends_its_own(courier, their_courier, plan, sink, theirs):
    (mine,), (other,) = plan(), plan(account=THEIRS)

    courier.send_due(0)
    assert (sink.count, theirs.count, states([mine, other])) == (1, 0, ["sent", "pending"])

    their_courier.send_due(0)
    assert (sink.count, theirs.count, states([mine, other])) == (1, 1, ["sent", "sent"])
    assert courier.worker != their_courier.worker


def test_its_channel_is_the_first_part_of_its_name(plan, fresh):
    (one,), (other,) = plan(account="push"), plan(channel="push")
    assert [(fresh(row).account, fresh(row).channel) for row in (one, other)] == [("push",) * 2] * 2


def test_the_sidelines_send_what_is_not_the_sites_mail(lines, through, plan, sink, theirs):
    (mine,), others = plan(), plan(5, account=THEIRS)

    until(lambda: set(states(others)) == {"sent"}, lines)

    assert (theirs.count, sink.count, states([mine])) == (5, 0, ["pending"])


def test_what_is_planned_for_later_goes_at_its_time_and_not_before(
    lines, through, plan, theirs, fresh
):
    due_at = claims.database_now() + timedelta(seconds=1)
    (one,) = plan(account=THEIRS, due_at=due_at)

    until(lambda: states([one]) == ["sent"], lines)

    assert fresh(one).handed_over_at >= due_at


def test_a_second_account_that_breaks_stops_alone(courier, their_courier, plan, sink, theirs):
    theirs.kill()
    plan(2), plan(2, account=THEIRS)

    their_courier.send_due(0)
    courier.send_due(0)

    assert sink.count == 2
    assert [one.name for one in sending_accounts.status() if one.is_broken] == []
    broken = sending_accounts.find(THEIRS, None)
    assert (broken.is_broken, broken.failures) == (True, 1)


def test_one_that_is_paused_waits_alone(lines, through, plan, theirs):
    other = f"email.{uuid.UUID(int=8).hex}"
    sending_accounts.pause(THEIRS, "Alice")
    (paused,), (free,) = plan(account=THEIRS), plan(account=other)

    until(lambda: states([free]) == ["sent"], lines)
    assert states([paused]) == ["pending"]

    sending_accounts.resume(THEIRS)
    until(lambda: states([paused]) == ["sent"], lines)


def test_its_rate_is_its_own(courier, app, mail_settings, through, plan, sink, theirs, fresh):
    through[THEIRS] = {"mail_rate": Rate.of("1/m burst 2")}
    slow = Courier(mail_settings, THEIRS)
    plan(9), plan(9, account=THEIRS)

    courier.send_due(0)
    slow.send_due(0)
    slow.close()

    assert (sink.count, theirs.count) == (9, 1)  # half of it, as there may be two workers
    waiting = db.session.query(Delivery).filter_by(state="pending").all()
    assert {(row.account, row.reason) for row in waiting} == {
        (THEIRS, "Waits for its turn: 1 a minute go out through this account.")
    }


def test_an_account_that_nobody_makes_a_channel_for_is_broken_and_the_others_go_on(
    lines, through, plan, theirs
):
    (lost,), (free,) = plan(account="carrier.pigeon"), plan(account=THEIRS)

    until(lambda: states([free]) == ["sent"], lines)
    until(lambda: bool(account_repository_row("carrier.pigeon")), lines)

    assert states([lost]) == ["pending"]


def account_repository_row(name):
    rows = sending_accounts.repository.accounts(None)
    db.session.rollback()
    return [row for row in rows if row.name == name]


def test_a_maker_that_breaks_is_left_alone(lines, plan, through, theirs, monkeypatch):
    def broken(account, settings):
        raise ZeroDivisionError

    monkeypatch.setitem(registry._makers, "odd", broken)
    (lost,), (free,) = plan(account="odd"), plan(account=THEIRS)

    until(lambda: states([free]) == ["sent"], lines)
    until(lambda: bool(account_repository_row("odd")), lines)

    assert states([lost]) == ["pending"]


def test_who_hangs_holds_nobody_up_who_answered_quickly(lines, through, plan, theirs):
    """N + 3 that take the connection and never speak, and one that is known to answer."""
    (first,) = plan(account=THEIRS)
    until(lambda: states([first]) == ["sent"], lines)

    with Hanging() as silent:
        hang = [f"email.{uuid.UUID(int=100 + n).hex}" for n in range(lines._seats.many + 3)]
        for name in hang:
            through[name] = {"smtp_host": "127.0.0.1", "smtp_port": silent.port}
            plan(account=name)
        lines.wake()
        assert silent.wait_for(lines._seats.many - 1)  # as many as may hang

        (good,) = plan(account=THEIRS)
        until(lambda: states([good]) == ["sent"], lines)

        # None of them has been given up meanwhile: it went beside them.
        assert len(lines._serving) >= lines._seats.many - 1
        assert theirs.count == 2


def test_a_large_account_is_served_in_turns(lines, through, plan, theirs, monkeypatch):
    monkeypatch.setattr(sidelines, "TURN", 0.0)
    lines._seats.many = 2  # one of them for who is not known yet
    large, others = plan(300, account=THEIRS), []
    for n in range(5):
        others += plan(account=f"email.{uuid.UUID(int=200 + n).hex}")

    until(lambda: set(states([*large, *others])) == {"sent"}, lines)

    claimed = {row.id: row.handed_over_at for row in db.session.query(Delivery)}
    assert min(claimed[one] for one in others) < max(claimed[one] for one in large)
    assert theirs.count == 305


def test_told_to_stop_they_finish_what_is_on_the_wire_and_give_the_rest_back(
    lines, through, plan, theirs
):
    theirs.delay(0.5, at="end")
    ids = plan(20, account=THEIRS)
    until(lambda: theirs.count > 0, lines)

    lines.stop()
    assert lines.wait(30)

    found = states(ids)
    assert found.count("sent") == theirs.count
    assert found.count("pending") == 20 - theirs.count
    assert not lines.is_busy


def test_cut_off_while_a_server_is_silent_it_is_in_doubt(lines, through, plan, theirs):
    theirs.delay(600, at="end")
    (one,) = plan(account=THEIRS)
    until(lambda: theirs.count == 1, lines)  # it has the whole mail, and says nothing

    lines.stop()
    lines.stop(cut=True)
    assert lines.wait(30)

    assert states([one]) == ["unknown"]


def test_two_journals_of_one_process_are_both_settled(
    courier, their_courier, plan, mail_settings, sink, theirs, fresh
):
    """Both die in the middle: what each had is told by its own journal."""
    mine, other = plan(2), plan(2, account=THEIRS)
    for one in (courier, their_courier):
        claims.claim(one.worker, "example.net", 10, None, one.account)
    now = claims.database_now()
    for one, ids in ((courier, mine), (their_courier, other)):
        one.journal.begin(ids[0], 1, b"\0" * 32, now)
        # As kill -9 leaves it: unlocked, and with all that was written.
        os.close(one.journal._file)
        one.journal._file = os.open(os.devnull, os.O_WRONLY)

    recovery.recover(timedelta(hours=1), mail_settings.journal_path)

    assert states([*mine, *other]) == ["unknown", "pending"] * 2


def test_a_channel_gone_with_its_row_says_so(app):
    with pytest.raises(SendError) as error:
        registry.for_account("fax.1", app.config["SETTINGS"])
    assert error.value.reason == ACCOUNT
