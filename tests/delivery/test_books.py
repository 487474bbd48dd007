import json
from datetime import timedelta

from sqlalchemy import delete, update

from reminder_app.database import db, now
from reminder_app.delivery import books, service
from reminder_app.delivery.models import Delivery
from tests.delivery.notes import planned


def run(app, *arguments):
    result = app.test_cli_runner().invoke(args=["delivery", *arguments])
    return result.exit_code, result.output


def test_the_books_balance_whatever_became_of_it(courier, plan, sink, alice, app):
    plan(2)
    courier.send_due(0)
    plan(template="nowhere")
    courier.send_due(0)
    plan(3)
    plan(state="missed")
    service.plan([planned(alice, "invitation:1", source_kind="invitation")])
    service.plan([planned(alice, "invitation:1", source_kind="invitation")])

    code, output = run(app, "balance", "--json")

    told = json.loads(output)
    assert (code, told["balanced"], told["audience"], told["total"]) == (0, True, 8, 8)
    invitation, reminder = told["sources"]
    assert (invitation["source_kind"], invitation["audience"]) == ("invitation", 1)
    counts = {name: reminder[name] for name in ("sent", "failed", "pending", "missed", "unknown")}
    assert counts == {"sent": 2, "failed": 1, "pending": 3, "missed": 1, "unknown": 0}


def test_a_row_that_vanished_is_found_out(plan, app):
    (gone, _) = plan(2)
    db.session.execute(delete(Delivery).where(Delivery.id == gone))
    db.session.commit()

    code, output = run(app, "balance", "--json")

    assert code == 1
    assert json.loads(output)["sources"][0]["balanced"] is False
    assert run(app, "balance") == (
        1,
        "reminder: 2 asked for = 1 pending\nThe books do NOT balance.\n",
    )


def test_empty_books_balance(app):
    assert run(app, "balance") == (0, "The books balance.\n")


def test_each_workspace_has_its_own(plan, alice, charlie):
    plan(2)
    service.plan([planned(charlie, "charlie")])

    (account,) = books.balance(charlie.workspace_id)

    assert (account.audience, account.total) == (1, 1)


def test_the_doubts_are_listed_for_scripts(plan, app):
    (doubt, _) = plan(2)
    db.session.execute(
        update(Delivery).where(Delivery.id == doubt).values(state="unknown", reason="Who knows.")
    )
    db.session.commit()

    code, output = run(app, "list", "--state", "unknown", "--json")

    (row,) = json.loads(output)
    assert code == 0
    assert (row["id"], row["state"], row["reason"]) == (str(doubt), "unknown", "Who knows.")
    assert row["due_at"].endswith("Z")


def test_a_doubt_is_resolved_by_its_id(plan, app):
    (doubt,) = plan(state="unknown")

    assert run(app, "resolve", str(doubt), "sent") == (0, f"{doubt} is sent.\n")
    code, output = run(app, "resolve", str(doubt), "drop")
    assert code == 1
    assert "Only a message in doubt" in output
    assert run(app, "resolve", "no-id", "drop")[0] == 2


def test_what_waits_for_long_is_found_with_its_reason(courier, plan, sink, later):
    plan()
    sink.kill()
    courier.send_due(0)
    assert books.overdue(timedelta(minutes=1)) is None

    later(minutes=2)

    assert "Connection refused" in books.overdue(timedelta(minutes=1)).reason


def test_of_all_that_waits_the_oldest_is_named_also_where_it_is_one_of_many(plan, later):
    (few,) = plan()
    (bulk,) = plan()
    set_to(bulk, is_bulk=True, not_before=now() - timedelta(minutes=1))
    set_to(*plan(), account="sms.1", not_before=now() - timedelta(minutes=2))
    later(minutes=2)

    assert books.overdue(timedelta(minutes=1)).id == bulk
    set_to(bulk, tries=1)
    assert books.overdue(timedelta(minutes=1)).id == few


def set_to(delivery_id, **values) -> None:
    db.session.execute(update(Delivery).where(Delivery.id == delivery_id).values(**values))
    db.session.commit()
