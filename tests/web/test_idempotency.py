"""A create that is sent twice with one key happens once; the answers are the same."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from reminder_app.contacts.models import Contact
from reminder_app.database import db
from reminder_app.database.unit import unit_of
from reminder_app.web import idempotency
from reminder_app.web.models import IdempotencyKey

ANNA = {"name": "Anna", "email": "anna@example.org"}
KEY = {"Idempotency-Key": "order-1"}


def contacts() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Contact)) or 0


def test_a_repeated_key_gets_the_first_answer(alice):
    client = alice.api()

    first = client.post("/api/v1/contacts", json=ANNA, headers=KEY)
    again = client.post("/api/v1/contacts", json=ANNA, headers=KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert contacts() == 1


def test_eight_at_the_same_moment_make_one(app, alice):
    clients = [alice.api() for _ in range(8)]

    def send(client):
        return client.post("/api/v1/contacts", json=ANNA, headers=KEY)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, clients))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert contacts() == 1


def test_a_key_for_another_request_is_refused(alice):
    client = alice.api()
    client.post("/api/v1/contacts", json=ANNA, headers=KEY)

    other = client.post("/api/v1/contacts", json={"name": "Ben"}, headers=KEY)

    assert other.status_code == 409
    assert "Idempotency-Key" in other.json["fields"]
    assert contacts() == 1


def test_a_key_for_the_same_words_elsewhere_is_refused(alice):
    client = alice.api()
    due = {"title": "Pay", "starts_at": "2036-01-31T09:00:00", "time_zone": "Europe/Berlin"}
    one, other = (client.post("/api/v1/reminders", json=due).json["id"] for _ in range(2))

    sent = client.post(f"/api/v1/reminders/{one}/send-now", json={}, headers=KEY)
    again = client.post(f"/api/v1/reminders/{one}/send-now", json={}, headers=KEY)
    refused = client.post(f"/api/v1/reminders/{other}/send-now", json={}, headers=KEY)

    assert (sent.status_code, again.status_code, refused.status_code) == (202, 202, 409)
    assert again.json == sent.json


def test_a_refused_request_leaves_its_key_free(alice):
    client = alice.api()

    refused = client.post("/api/v1/contacts", json={"name": ""}, headers=KEY)
    mended = client.post("/api/v1/contacts", json=ANNA, headers=KEY)

    assert (refused.status_code, mended.status_code) == (422, 201)


def test_a_key_is_one_persons_own(alice, charlie):
    alice.api().post("/api/v1/contacts", json=ANNA, headers=KEY)

    assert charlie.api().post("/api/v1/contacts", json=ANNA, headers=KEY).status_code == 201
    assert contacts() == 2


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_cannot_be_kept_is_refused(alice, key):
    answer = alice.api().post("/api/v1/contacts", json=ANNA, headers={"Idempotency-Key": key})

    assert answer.status_code == 422


def test_old_keys_are_forgotten(app, alice, later):
    alice.api().post("/api/v1/contacts", json=ANNA, headers=KEY)

    later(hours=49)

    assert idempotency.purge() == 1
    assert db.session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0


@pytest.fixture
def lost_answer(app):
    """COMMIT is carried out, and the connection breaks before anybody is told; once."""
    lost = []

    def cut(connection) -> None:
        unit = unit_of(connection)
        if unit and unit.name.endswith("idempotency.made") and not lost:
            lost.append(connection.connection.commit())
            raise OperationalError(
                "COMMIT", None, ConnectionError("gone"), connection_invalidated=True
            )

    event.listen(db.engine, "commit", cut)
    yield lost
    event.remove(db.engine, "commit", cut)


def test_a_lost_answer_is_looked_up_under_the_key(alice, lost_answer):
    answer = alice.api().post("/api/v1/contacts", json=ANNA, headers=KEY)

    assert len(lost_answer) == 1
    assert answer.status_code == 201
    assert answer.headers["Idempotency-Replayed"] == "true"
    assert contacts() == 1
