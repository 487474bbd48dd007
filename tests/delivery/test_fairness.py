"""One workspace with very many messages, and others with a few."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from reminder_app.database import db, new_id, now
from reminder_app.delivery import claims, resending, service
from reminder_app.delivery.lately import WINDOW, Lately
from reminder_app.delivery.models import Delivery
from tests.delivery.notes import planned


@pytest.fixture(autouse=True)
def nothing_lately(monkeypatch):
    monkeypatch.setattr(service, "lately", Lately())


def plan_for(person, many, **fields):
    service.plan([planned(person, f"note:{new_id()}", **fields) for _ in range(many)])


def claim(limit):
    _, letters = claims.claim("w:1", "example.net", limit)
    return [letter.address for letter in letters]


def test_a_single_message_passes_a_long_line_that_was_there_first(alice, charlie):
    plan_for(alice, 500, due_at=now() - timedelta(minutes=5))
    for _ in range(service.FEW):  # what a workspace may have before it counts as many
        claim(1)
    plan_for(charlie, 1)

    assert charlie.email in claim(4)


def test_what_is_one_of_many_still_goes(alice, charlie):
    plan_for(alice, service.FEW + 100)
    plan_for(charlie, 40)
    plan_for(charlie, 40)

    claimed = claim(100)

    assert len(claimed) == 100
    assert claimed.count(alice.email) >= 25


def test_alone_it_has_all_places(alice):
    plan_for(alice, service.FEW + 150)

    assert len(claim(180)) == 180


def test_batch_after_batch_of_one_workspace_is_many(alice, charlie):
    for _ in range(3):
        plan_for(alice, service.FEW)
    plan_for(charlie, service.FEW)

    assert Delivery.query.filter_by(workspace_id=alice.workspace_id, is_bulk=True).count() == (
        2 * service.FEW
    )
    assert not Delivery.query.filter_by(workspace_id=charlie.workspace_id, is_bulk=True).count()


def test_what_was_long_ago_does_not_count():
    lately, whose = Lately(), new_id()
    assert [lately.count(whose, at) for at in (100, 101, 101 + WINDOW)] == [1, 2, 1]


def test_mail_of_no_workspace_is_never_one_of_many(alice):
    plan_for(alice, service.FEW + 10, workspace_id=None, source_kind="account")

    assert {row.is_bulk for row in Delivery.query.all()} == {False}


@pytest.mark.parametrize(("many", "is_bulk"), [(service.FEW, False), (service.FEW + 1, True)])
def test_many_that_are_sent_again_let_those_of_others_pass(alice, charlie, many, is_bulk):
    for _ in range(many):
        service.plan([planned(alice, f"note:{new_id()}", due_at=now() - timedelta(hours=1))])
    values = {"state": "failed", "is_bulk": False}
    db.session.execute(update(Delivery).values(values))
    db.session.commit()

    resending.send_all_again(alice.workspace_id, state="failed")
    plan_for(charlie, 1)

    assert Delivery.query.filter_by(is_bulk=True).count() == (many if is_bulk else 0)
    assert (charlie.email in claim(4)) is is_bulk
