"""Every connection is taken, or a statement takes too long: an answer in time that says what to do."""

from contextlib import ExitStack

import pytest
from sqlalchemy import text

from reminder_app.database import capabilities, db, work
from reminder_app.reminders import service

TIMEOUT = 0.3
MUCH = "SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b"


@pytest.fixture
def crowd(app, monkeypatch):
    """with crowd(): every connection of the pool is with somebody else."""

    def hoard() -> ExitStack:
        monkeypatch.setattr(db.engine.pool, "_timeout", TIMEOUT)
        monkeypatch.setattr(db.engine.pool.figures, "said_at", 0.0)
        db.session.remove()
        held = ExitStack()
        with work.named("job:hoard"):
            for _ in range(db.engine.pool.most):
                held.enter_context(db.engine.connect())
        return held

    return hoard


@pytest.mark.parametrize("address", ["/api/v1/reminders", "/reminders"])
def test_a_full_pool_is_a_503_in_time(alice, crowd, caplog, address):
    client = alice.api() if address.startswith("/api") else alice.browser()
    with crowd():
        before = db.engine.pool.figures.exhausted
        answer = client.get(address)
        waits = db.engine.pool.figures.exhausted - before

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "try again in a few seconds" in answer.text
    assert 1 <= waits <= 3  # and not as long as somebody keeps one
    assert is_problem(answer) == address.startswith("/api")
    (line,) = [r.getMessage() for r in caplog.records if "are with job:hoard" in r.getMessage()]
    assert "in hoard" in line
    assert client.get(address).status_code == 200


def is_problem(answer) -> bool:
    return answer.content_type == "application/problem+json" and answer.json["status"] == 503


@pytest.mark.servers_only
def test_a_statement_that_was_ended_for_its_time_is_told_as_such(alice, monkeypatch):
    row = capabilities.of(db.engine)

    def counts(*_):
        db.session.execute(text(f"SET {row.limit_statements(0.001)}"))
        db.session.execute(text(MUCH))

    monkeypatch.setattr(service, "counts", counts)
    answer = alice.browser().get("/reminders")
    db.engine.dispose()  # the limit is the connection's

    assert answer.status_code == 503
    assert "took too long" in answer.text
