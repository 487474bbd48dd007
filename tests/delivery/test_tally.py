"""What the figures are made of: tries, counted by the ten seconds they were recorded in."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from reminder_app.database import db, new_id, now
from reminder_app.delivery import tally, tally_repository
from reminder_app.delivery.lateness_bounds import BEYOND, BOUNDS, NOT_SENT, SLICE, cumulative
from reminder_app.delivery.models import Attempt, Delivery, Tally, TallyMark, TallyTotal


def try_to(delivery_id, *, late: float = 0.05, outcome: str = "sent") -> None:
    """As a worker records one right now."""
    due_at = db.session.scalar(select(Delivery.due_at).filter_by(id=delivery_id))
    ended = due_at + timedelta(seconds=late)
    db.session.add(
        Attempt(
            delivery_id=delivery_id, number=1, worker="w", started_at=ended, finished_at=ended,
            outcome=outcome,
        )
    )  # fmt: skip
    db.session.commit()


def totals() -> dict[tuple[str, int], int]:
    db.session.rollback()
    rows = db.session.scalars(select(TallyTotal)).all()
    return {(row.outcome, row.within_ms): row.many for row in rows}


def counted(scope_id) -> int:
    db.session.rollback()
    query = select(func.sum(Tally.many)).where(Tally.scope_id == scope_id)
    return int(db.session.scalar(query) or 0)


def test_tries_are_counted_of_each_workspace_and_of_all(plan, alice, charlie):
    for delivery_id in plan(3):
        try_to(delivery_id)
    (hers,) = plan(workspace_id=charlie.workspace_id)
    (nobodys,) = plan(workspace_id=None)
    for delivery_id in (hers, nobodys):
        try_to(delivery_id)

    tally.count_up()

    assert counted(alice.workspace_id) == 3
    assert counted(charlie.workspace_id) == 1
    assert counted(tally.EVERYBODY) == 5


def test_counting_again_counts_nothing_twice(plan, alice, later):
    for delivery_id in plan(2):
        try_to(delivery_id)
    for _ in range(3):
        tally.count_up()
    assert counted(alice.workspace_id) == 2
    assert totals() == {}  # it may still become more

    later(seconds=25)
    for _ in range(3):
        tally.count_up()

    assert counted(alice.workspace_id) == 2
    assert totals() == {("sent", 100): 2}


def test_what_is_recorded_a_little_later_is_counted_too(plan, alice, later):
    first, second = plan(2)
    try_to(first)
    tally.count_up()
    try_to(second)
    tally.count_up()
    later(seconds=25)
    tally.count_up()

    assert totals() == {("sent", 100): 2}


LATE = [(0.05, 100), (0.4, 500), (2, 2_500), (59, 60_000), (3_500, 3_600_000), (9_999, BEYOND)]


def test_lateness_is_counted_in_steps(plan, later):
    for (seconds, _), delivery_id in zip(LATE, plan(len(LATE)), strict=True):
        try_to(delivery_id, late=seconds)
    (refused,) = plan()
    try_to(refused, outcome="permanent")
    tally.count_up()
    later(seconds=25)
    tally.count_up()

    assert totals() == {("sent", bound): 1 for _, bound in LATE} | {("permanent", NOT_SENT): 1}
    seconds = db.session.scalar(select(func.sum(TallyTotal.seconds)))
    assert seconds == pytest.approx(sum(late for late, _ in LATE), abs=0.01)


def test_a_message_before_its_time_is_not_late(plan, later):
    (delivery_id,) = plan()
    try_to(delivery_id, late=-5)
    tally.count_up()
    later(seconds=25)
    tally.count_up()

    assert totals() == {("sent", 100): 1}
    assert db.session.scalar(select(TallyTotal.seconds)) == 0


def test_after_a_long_silence_nothing_is_left_out(plan, later, alice):
    tally.count_up()
    long_ago = now() - timedelta(hours=9)
    db.session.execute(update(TallyMark).values(counted_until=long_ago, counted_at=long_ago))
    db.session.commit()
    for delivery_id in plan(3):
        try_to(delivery_id)

    tally.count_up()
    assert counted(alice.workspace_id) == 3
    later(seconds=25)
    tally.count_up()

    assert totals() == {("sent", 100): 3}


def test_old_counts_go_and_totals_stay(plan, later, alice):
    (delivery_id,) = plan()
    try_to(delivery_id)
    tally.count_up()
    later(hours=3)

    tally.count_up()

    assert counted(alice.workspace_id) == 0
    assert sum(totals().values()) == 1


def test_of_two_at_once_one_counts(app, plan, alice, later):
    for delivery_id in plan(5):
        try_to(delivery_id)
    later(seconds=25)

    def count() -> None:
        with app.app_context():
            tally.count_up()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.count_up()

    assert sum(totals().values()) == 5
    assert db.session.scalar(select(func.count(TallyMark.id))) == 1


def test_a_slice_is_found_by_the_keys_of_its_attempts():
    before, at, after = (tally_repository.lowest_id(now() + SLICE * n) for n in (-1, 0, 1))

    assert before < at < after
    assert before < new_id() < after


@pytest.mark.parametrize("rows", [10, 2_000])
def test_what_it_costs_does_not_depend_on_what_is_recorded(plan, count_queries, rows):
    tally.count_up()
    ids = plan(rows)
    db.session.add_all(
        Attempt(
            delivery_id=delivery_id, number=1, worker="w", started_at=now(), finished_at=now(),
            outcome="sent",
        )
        for delivery_id in ids
    )  # fmt: skip
    db.session.commit()

    with count_queries() as statements:
        tally.count_up()

    assert len(statements) <= 14


def test_steps_are_told_as_counts_up_to_each():
    told = dict(cumulative({100: 5, 1_000: 2, BEYOND: 1}))

    assert told["0.1"] == 5
    assert told["1.0"] == 7
    assert told["3600.0"] == 7
    assert told["+Inf"] == 8
    assert len(told) == len(BOUNDS) + 1


def test_how_far_it_was_counted_is_read_under_the_lock(app):
    """Not as somebody read it before, while another counted."""
    tally.count_up()
    held = tally_repository.mark()
    later = held.counted_until + timedelta(minutes=1)
    db.session.execute(update(TallyMark.__table__).values(counted_until=later))
    assert held.counted_until < later

    assert tally_repository.lock_mark(later).counted_until == later
