"""Figures of all workspaces together: for superusers alone."""

from datetime import timedelta

from reminder_app.database import db, new_id, now
from reminder_app.delivery.models import Delivery, Tally
from reminder_app.delivery.tally import EVERYBODY

PAGE, JSON = "/operations/notifications", "/admin/notifications/stats"


def counted(scope_id, many, outcome="sent", ago=5):
    at = now() - timedelta(minutes=ago)
    row = {"channel": "email", "outcome": outcome, "within_ms": 100, "seconds": 0.1}
    db.session.add(Tally(scope_id=scope_id, at=at, many=many, **row))
    db.session.commit()


def message(person, state, **values):
    given = {"source_kind": "reminder", "address": "a@example.org", "template": "reminder"}
    times = {"due_at": now(), "not_before": now()}
    row = {**given, **times, "workspace_id": person.workspace_id, "state": state, **values}
    db.session.add(Delivery(key=f"t:{new_id()}", **row))
    db.session.commit()


def test_by_state_channel_and_workspace(operator, alice):
    message(alice, "pending")
    message(alice, "failed")
    message(alice, "failed", not_before=now() - timedelta(days=2))
    for scope in (alice.workspace_id, EVERYBODY):
        counted(scope, 7)
        counted(scope, 2, "permanent")
        counted(scope, 9, ago=90)

    found = operator.get(JSON).json

    assert (found["states"]["pending"], found["states"]["failed"], found["states"]["sent"]) == (
        1,
        1,
        0,
    )
    assert found["channels"] == [{"channel": "email", "sent": 7, "failed": 2, "tries": 9}]
    [one] = found["workspaces"]
    assert (one["workspace_id"], one["sent"], one["failed"]) == (str(alice.workspace_id), 7, 2)
    page = operator.get(PAGE).text
    assert one["name"] in page


def test_the_busiest_twenty(operator, count_queries):
    scopes = [new_id() for _ in range(25)]
    for number, scope in enumerate(scopes):
        counted(scope, number + 1)

    found = operator.get(JSON).json["workspaces"]

    assert [one["sent"] for one in found] == list(range(25, 5, -1))
    with count_queries() as statements:
        operator.get(JSON)
    assert len(statements) < 12


def test_for_everybody_else_there_is_nothing_here(alice, app):
    assert [alice.browser().get(path).status_code for path in (PAGE, JSON)] == [404, 404]
    assert app.test_client().get(JSON).status_code in (302, 303, 401)
