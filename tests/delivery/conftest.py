import dataclasses
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from reminder_app.config import Settings
from reminder_app.database import db, new_id, now
from reminder_app.delivery import batch, service
from reminder_app.delivery.channels import message
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.sending import Courier
from reminder_app.delivery.sidelines import Sidelines
from tests.delivery.notes import WRITTEN_WITH, planned
from tests.servers import SmtpSink

HOLD_SECONDS = batch.HOLD_SECONDS


@pytest.fixture(scope="session")
def server() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def sink(server: SmtpSink) -> Iterator[SmtpSink]:
    """An SMTP server that keeps what it accepts, and behaves unless told otherwise."""
    server.start()
    server.empty()
    server.behave()
    yield server
    if server.is_running:
        server.resume()


@pytest.fixture(autouse=True)
def patient(monkeypatch) -> None:
    """A machine that is slow or busy gives no part of a batch back."""
    monkeypatch.setattr(batch, "HOLD_SECONDS", 60.0)


@pytest.fixture
def held_for_a_second(patient, monkeypatch) -> None:
    """As it is: who has a claim for longer looks again before each message."""
    monkeypatch.setattr(batch, "HOLD_SECONDS", HOLD_SECONDS)


@pytest.fixture(autouse=True)
def templates(monkeypatch) -> None:
    monkeypatch.setattr(message, "environment", lambda: WRITTEN_WITH)


@pytest.fixture
def mail_settings(settings: Settings, sink: SmtpSink) -> Settings:
    return dataclasses.replace(
        settings,
        smtp_host=sink.host,
        smtp_port=sink.port,
        mail_from="Reminder App <reminders@example.net>",
    )


@pytest.fixture
def courier(app, mail_settings: Settings) -> Iterator[Courier]:
    courier = Courier(mail_settings)
    yield courier
    courier.close()


@pytest.fixture
def lines(app, mail_settings: Settings) -> Iterator[Sidelines]:
    lines = Sidelines(mail_settings, app.app_context)
    yield lines
    lines.stop(cut=True)
    assert lines.wait(60)


@pytest.fixture
def plan(alice) -> Callable[..., list[UUID]]:
    """plan(3, template=…): so many messages to alice that are due now; their ids."""

    def plan(count: int = 1, **fields) -> list[UUID]:
        messages = [planned(alice, **{"key": f"note:{new_id()}"} | fields) for _ in range(count)]
        service.plan(messages)
        keys = {message.key: message for message in messages}
        rows = db.session.query(Delivery.key, Delivery.id).filter(Delivery.key.in_(keys))
        ids = dict(rows.all())
        return [ids[key] for key in keys]

    return plan


@pytest.fixture
def fresh() -> Callable[[UUID], Delivery]:
    """The row as it is now."""

    def fresh(delivery_id: UUID) -> Delivery:
        return db.session.get(Delivery, delivery_id, populate_existing=True)

    return fresh


@pytest.fixture
def wait_for(later, fresh) -> Callable[[UUID], None]:
    """The clock moves to just after its next try."""

    def wait_for(delivery_id: UUID) -> None:
        delivery = fresh(delivery_id)
        later(seconds=(delivery.not_before - now()).total_seconds() + 0.01)

    return wait_for
