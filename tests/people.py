"""Somebody with an account, a browser and a token. Needs no library of tests: benchmarks use it too."""

import uuid
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from reminder_app.accounts import service as accounts
from reminder_app.accounts.models import User
from reminder_app.workspaces import roles
from reminder_app.workspaces import service as workspaces

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Person:
    app: Flask
    id: uuid.UUID
    email: str
    workspace_id: uuid.UUID

    def browser(self) -> FlaskClient:
        """A signed-in browser."""
        client = self.app.test_client()
        client.set_cookie("sid", accounts.open_session(self.id, self.workspace_id))
        return client

    def api(self, *scopes: str) -> FlaskClient:
        """An API client with a token: all scopes unless some are named."""
        _, secret = accounts.create_token(
            self.id, self.workspace_id, name="test", scopes=list(scopes or roles.SCOPES)
        )
        client = self.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return client


def make_person(app: Flask, name: str) -> Person:
    user: User = workspaces.sign_up(
        f"{name}@example.org", PASSWORD, name=name.title(), time_zone="Europe/Berlin"
    )
    assert user.workspace_id is not None
    return Person(app, user.id, user.email, user.workspace_id)
