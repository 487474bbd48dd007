"""Workspaces' own mail servers, as real ones: encrypted, with a password, or not well."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reminder_app.config import Settings
from reminder_app.database import db
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.senders import configurations, identities
from reminder_app.delivery.senders.models import EmailConfiguration, SenderIdentity
from reminder_app.delivery.sending import Courier
from reminder_app.delivery.sidelines import Sidelines
from tests.conftest import Person
from tests.servers import SmtpSink

USER, PASSWORD = "office", "Hunter2-is-not-it"


@pytest.fixture(scope="session")
def site_server() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def site(site_server: SmtpSink) -> SmtpSink:
    return well(site_server)


@pytest.fixture(scope="session")
def own_server() -> Iterator[SmtpSink]:
    with SmtpSink(security="tls", user=USER, password=PASSWORD) as sink:
        yield sink


@pytest.fixture
def own(own_server: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> SmtpSink:
    """TLS from the first byte, and nobody sends who has not signed in."""
    monkeypatch.setenv("SSL_CERT_FILE", str(own_server.ca_file))
    return well(own_server)


def well(server: SmtpSink) -> SmtpSink:
    server.start()
    server.empty()
    server.behave()
    return server


@pytest.fixture(autouse=True)
def trusting(request: pytest.FixtureRequest) -> Iterator[Settings | None]:
    """The operator lets workspaces use servers of this machine."""
    if "app" not in request.fixturenames:
        yield None
        return
    app: Flask = request.getfixturevalue("app")
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(before, private_hosts=True)
    yield app.config["SETTINGS"]
    app.config["SETTINGS"] = before


@pytest.fixture
def careful(app: Flask, trusting: Settings) -> None:
    """As it is when nobody has changed it."""
    app.config["SETTINGS"] = dataclasses.replace(trusting, private_hosts=False)


@pytest.fixture
def mail_settings(trusting: Settings, site: SmtpSink) -> Settings:
    return dataclasses.replace(
        trusting,
        smtp_host=site.host,
        smtp_port=site.port,
        mail_from="Reminder App <reminders@example.net>",
    )


@pytest.fixture
def courier(app: Flask, mail_settings: Settings) -> Iterator[Courier]:
    courier = Courier(mail_settings)
    yield courier
    courier.close()


@pytest.fixture
def lines(app: Flask, mail_settings: Settings) -> Iterator[Sidelines]:
    lines = Sidelines(mail_settings, app.app_context)
    yield lines
    lines.stop(cut=True)
    assert lines.wait(60)


def fields(server: SmtpSink, **changes: Any) -> dict[str, Any]:
    """What a person types in for a server."""
    return {
        "name": "Office",
        "smtp_host": server.host,
        "smtp_port": server.port,
        "smtp_security": server.security,
        "smtp_user": server.user,
        "smtp_password": server.password,
        "from_address": "office@example.org",
        **changes,
    }


@pytest.fixture
def configuration(alice: Person, own: SmtpSink) -> EmailConfiguration:
    return configurations.create(alice.workspace_id, "Alice", **fields(own))


@pytest.fixture
def sender(alice: Person) -> Callable[..., SenderIdentity]:
    """sender("office@example.org", configuration_id=…): one that is verified."""

    def sender(address: str, *, is_default: bool = False, **given: Any) -> SenderIdentity:
        made = identities.create(alice.workspace_id, address=address, **given)
        found = identities.verify_as_operator(made.id)
        if found.is_default != is_default:
            identities.set_default(alice.workspace_id, found.id, is_default)
        return found

    return sender


@pytest.fixture
def only() -> Callable[..., Delivery]:
    """only(source_kind="reminder"): the one message there is."""

    def only(**which: Any) -> Delivery:
        db.session.rollback()
        found: Delivery = db.session.query(Delivery).filter_by(**which).one()
        return found

    return only


@pytest.fixture
def browser(alice: Person) -> FlaskClient:
    return alice.browser()
