from collections.abc import Callable

import pytest
from flask import Flask

from reminder_app.accounts import service as accounts
from reminder_app.app import create_app
from reminder_app.workspaces import service
from tests.conftest import Person


@pytest.fixture
def firm(app: Flask, alice: Person) -> Person:
    """Alice in the business she owns."""
    made = service.create_workspace(alice.id, kind="business", name="Alice & Co")
    return Person(app, alice.id, alice.email, made.id)


@pytest.fixture
def closed(settings, app) -> Flask:
    """An application that strangers cannot sign up to."""
    return create_app(
        settings.__class__(**vars(settings) | {"sign_up_open": False}),
        WTF_CSRF_ENABLED=False,
        RATELIMIT_ENABLED=False,
    )


@pytest.fixture
def as_browser_of() -> Callable[..., str]:
    """The secret of a session, for another application on the same database."""
    return lambda person: accounts.open_session(person.id, person.workspace_id)
