import dataclasses
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from reminder_app.accounts.site import Site
from reminder_app.config import Settings
from reminder_app.database import db, now
from reminder_app.delivery import batch
from reminder_app.delivery.endpoints import service
from reminder_app.delivery.endpoints.models import Endpoint
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.sending import Courier
from reminder_app.delivery.sidelines import Sidelines
from reminder_app.files.shelf import Shelf
from reminder_app.reminders import attaching, planning, recipients
from reminder_app.reminders import service as reminders
from tests import shelves
from tests.servers import SmtpSink
from tests.servers.hook_receiver import HookReceiver
from tests.servers.push_service import PushService


@pytest.fixture(autouse=True)
def patient(monkeypatch) -> None:
    """A machine that is slow or busy gives no part of a batch back."""
    monkeypatch.setattr(batch, "HOLD_SECONDS", 60.0)


@pytest.fixture
def trusting(settings: Settings) -> Settings:
    """The operator lets messages go to servers of this machine, by all that Apprise knows."""
    return dataclasses.replace(settings, private_hosts=True, apprise_schemes=["*"])


@pytest.fixture
def push_service() -> Iterator[PushService]:
    with PushService() as found:
        yield found


@pytest.fixture
def hook() -> Iterator[HookReceiver]:
    with HookReceiver() as found:
        yield found


@pytest.fixture
def box(hook) -> HookReceiver:
    """A server of somebody's that takes JSON, signed or not."""
    hook.check = lambda *_: None
    return hook


@pytest.fixture
def phone(alice, push_service) -> Endpoint:
    """alice's, with push switched on."""
    given = push_service.subscription()
    return service.subscribe(alice.id, name="Phone", **given, may_be_private=True)


@pytest.fixture
def webhook(alice, hook) -> Endpoint:
    found, hook.secret = service.add_webhook(
        alice.id, name="Home", url=hook.url, may_be_private=True
    )
    return found


@pytest.fixture
def remind(app, alice, settings, later) -> Callable[..., UUID]:
    """remind(channel=…): alice is reminded of something that is due now; its id."""

    def remind(*channels: str, **fields) -> UUID:
        due = (now() + timedelta(seconds=60)).replace(microsecond=0, tzinfo=None)
        wanted = [{"kind": "me", "channel": one} for one in channels] or [{"kind": "me"}]
        made = reminders.create_reminder(
            alice.workspace_id,
            alice.id,
            **{"title": "Pay the rent", "starts_at": due, "time_zone": "UTC"} | fields,
            recipients=wanted,
        )
        later(seconds=59)
        planning.plan_due(Site.of(settings))
        return made.id

    return remind


@pytest.fixture
def attach(alice, settings, tmp_path) -> Callable[..., None]:
    """attach(reminder_id, "bill.pdf"): it has this file."""
    shelf = dataclasses.replace(Shelf.of(settings), folder=tmp_path / "files")

    def attach(reminder_id: UUID, name: str) -> None:
        taken = [shelves.put(shelf, name, b"x" * 2048)]
        attaching.attach(alice.workspace_id, alice.id, reminder_id, taken, shelf)

    return attach


@pytest.fixture
def send(app, trusting, later) -> Iterator[Callable[..., None]]:
    """send(account): what is due there goes out."""
    couriers: list[Courier] = []

    def send(account: str, settings: Settings = trusting) -> None:
        later(seconds=2)
        courier = Courier(settings, account)
        couriers.append(courier)
        courier.send_due(0)

    yield send
    for courier in couriers:
        courier.close()


@pytest.fixture
def hangs_alone(app, trusting, remind, later, ledger) -> Callable[..., None]:
    """hangs_alone(kind, hanging, good): by `good`, a channel of the same kind, and by mail all
    has gone while `hanging` still hangs."""

    def check(kind: str, hanging: HookReceiver, good: HookReceiver) -> None:
        hanging.mode = "hang"
        with SmtpSink() as sink:
            sink.start()
            settings = dataclasses.replace(trusting, smtp_host=sink.host, smtp_port=sink.port)
            remind(kind, "email")
            later(seconds=2)
            lines = Sidelines(settings, app.app_context)
            lines.wake()
            try:
                assert hanging.came.wait(60)
                assert good.came.wait(60)
                courier = Courier(settings)
                courier.send_due(0)
                courier.close()
                assert ledger()["email"].state == "sent"
                assert not hanging.over.is_set()
            finally:
                hanging.over.set()
                lines.stop(cut=True)
                assert lines.wait(60)

    return check


@pytest.fixture
def ledger() -> Callable[[], dict[str, Delivery]]:
    """By channel."""

    def ledger() -> dict[str, Delivery]:
        db.session.expire_all()
        return {one.channel: one for one in db.session.query(Delivery)}

    return ledger


def fresh(one: Endpoint) -> Endpoint:
    """As it is now."""
    db.session.expire_all()
    return db.session.get_one(Endpoint, one.id)


def chosen(reminder_id: UUID) -> list[str]:
    rows = db.session.query(recipients.Recipient).filter_by(reminder_id=reminder_id)
    return sorted(one.channel for one in rows)
