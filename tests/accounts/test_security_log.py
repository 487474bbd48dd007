"""Who got in, who did not, and who changed what stands in the log: by id, never by address."""

import logging

import pytest

from reminder_app.accounts import service, sign_in
from reminder_app.accounts.devices import Browser
from reminder_app.errors import Invalid, TooMany
from reminder_app.workspaces import members
from reminder_app.workspaces import service as workspaces
from tests.accounts.test_lockout import fail
from tests.conftest import PASSWORD


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.INFO, logger="reminder_app")
    return caplog


def test_signing_in_and_failing_to(app, alice, log):
    sign_in.sign_in(alice.email, PASSWORD, Browser(address="192.0.2.1"))
    with pytest.raises(Invalid):
        sign_in.sign_in(alice.email, "wrong password", Browser(address="192.0.2.9"))

    assert f"user {alice.id} signed in from 192.0.2.1" in log.text
    assert "sign-in refused from 192.0.2.9" in log.text
    assert alice.email not in log.text


def test_being_locked(app, alice, log):
    fail(5)
    with pytest.raises(TooMany):
        sign_in.sign_in(alice.email, PASSWORD)

    assert "locked after 5 failures" in log.text


def test_a_new_password_a_token_and_a_superuser(alice, log):
    client = alice.browser()
    form = {"current_password": PASSWORD, "new_password": "quiet rivers bend twice"}
    client.post("/settings/password", data=form)
    client.post("/settings/tokens", data={"name": "Cron", "scopes": ["me:read"]})
    service.make_superuser(alice.email)

    assert f"user {alice.id}: password_changed" in log.text
    assert f"user {alice.id} made token" in log.text
    assert f"user {alice.id} is a superuser now" in log.text


def test_who_belongs_to_a_workspace(app, alice, bob, log):
    there = members.browse(alice.workspace_id).items
    bobs = next(member.id for member in there if member.user_id == bob.id)
    members.change_role(alice.workspace_id, alice.id, bobs, "viewer")
    members.remove(alice.workspace_id, alice.id, bobs)
    made = workspaces.create_workspace(alice.id, kind="family", name="Bakers")
    workspaces.delete(made.id, alice.id, "Bakers")

    assert f"made user {bob.id} viewer of workspace {alice.workspace_id}" in log.text
    assert f"user {bob.id} left workspace {alice.workspace_id}" in log.text
    assert f"user {alice.id} deleted workspace {made.id}" in log.text
