"""Several at once: planners, workers, a person who changes her mind."""

from concurrent.futures import ThreadPoolExecutor

from reminder_app.database import db
from reminder_app.delivery import books, service
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.sending import Courier
from tests.delivery.notes import planned


def at_once(app, *calls):
    def run(call):
        with app.app_context():
            return call()

    db.session.rollback()  # or this session goes on seeing what was before
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_planners_of_the_same_messages_count_each_once(app, alice):
    def plan_all():
        return sum(
            service.plan([planned(alice, f"n{n}:{k}") for k in range(20)]) for n in range(10)
        )

    assert sum(at_once(app, plan_all, plan_all, plan_all)) == 200

    assert db.session.query(Delivery).count() == 200
    assert all(account.is_balanced for account in books.balance())


def test_workers_share_what_is_due_and_double_nothing(app, mail_settings, plan, sink):
    plan(120)
    couriers = [Courier(mail_settings) for _ in range(3)]

    def send_all(courier):
        while courier.send_due(0.2):
            pass
        courier.close()

    at_once(app, *(lambda courier=courier: send_all(courier) for courier in couriers))

    assert sink.count == 120
    assert set(sink.message_ids().values()) == {1}
    assert db.session.query(Delivery.state).distinct().all() == [("sent",)]


def test_a_courier_that_is_busy_is_left_alone(app, courier, plan, sink):
    """One connection, one mail at a time, whatever the pool of the worker is."""
    plan(5)
    sink.delay(0.1)

    at_once(app, *[lambda: courier.send_due(5)] * 3)

    assert sink.count == 5
    assert sink.connections == 1 or set(sink.message_ids().values()) == {1}


def test_what_is_called_off_while_it_is_sent_is_either_sent_or_not(app, courier, plan, sink, alice):
    plan(60)

    at_once(
        app,
        lambda: courier.send_due(5),
        lambda: service.cancel(source_kind="reminder", source_id=alice.id, reason="Done."),
    )

    states = [state for (state,) in db.session.query(Delivery.state)]
    assert set(states) <= {"sent", "cancelled"}
    assert states.count("sent") == sink.count
