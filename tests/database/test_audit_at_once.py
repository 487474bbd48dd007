"""The log of changes while others write: what each replaced, and one chain."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, select, text, update

from reminder_app.contacts.models import Contact
from reminder_app.database import capabilities, db, new_id, now, run_written, transaction
from reminder_app.database.audit import sealing
from reminder_app.database.audit.models import AuditSeal
from reminder_app.database.audit.verifying import verify
from tests.database.audit_trail import told, trail_with

IS_WAITING = text(
    "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
)


def is_server():
    """In a file one writer waits for the other."""
    return capabilities.of(db.engine).is_server


@pytest.fixture
def contact(alice):
    row = Contact(id=new_id(), workspace_id=alice.workspace_id, name="Ann")
    transaction(lambda: db.session.add(row))()


def until_somebody_waits():
    """InnoDB shows what it showed the last time to whoever asks again within a tenth of a second."""
    for _ in range(300):
        if db.session.scalar(IS_WAITING):
            return
        db.session.execute(text("SELECT SLEEP(0.2)"))
    raise AssertionError("nobody waits")


def test_a_written_out_update_tells_what_it_replaced_and_not_what_was_there_before(
    app, alice, contact
):
    if not is_server():
        return

    def overwrite():
        with app.app_context():
            transaction(run_written)("UPDATE contacts SET notes = ? WHERE name = ?", ["b", "Ann"])

    with db.engine.connect() as first, ThreadPoolExecutor(1) as threads:
        first.execute(update(Contact.__table__).values(notes="a"))
        second = threads.submit(overwrite)
        until_somebody_waits()
        first.commit()
        second.result(timeout=60)

    db.session.rollback()
    assert told()[1:] == [
        ("update", {"notes": ""}, {"notes": "a"}),
        ("update", {"notes": "a"}, {"notes": "b"}),
    ]


def test_what_is_retired_while_others_seal_comes_behind_their_seal(app, alice, later):
    if not is_server():
        return
    trail = trail_with(keys=[b"a key of the tests that signs the chain"], anchor="")
    later(minutes=1)

    def seal():
        with app.app_context():
            return sealing.seal(trail)

    others = [seal]

    def meanwhile(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO audit_seals") and others:
            with ThreadPoolExecutor(1) as threads:
                assert threads.submit(others.pop()).result(timeout=60) > 0

    event.listen(db.engine, "before_cursor_execute", meanwhile)
    try:
        sealing.retire(trail, now(), 1, "it is time")
    finally:
        event.remove(db.engine, "before_cursor_execute", meanwhile)

    db.session.rollback()
    seals = db.session.scalars(select(AuditSeal).order_by(AuditSeal.number))
    assert [(one.number, one.kind) for one in seals] == [(1, "entries"), (2, "retired")]
    assert verify(trail).problems == []
