"""Thousands of odd requests to every page, and odd queries to every GET: none is answered with a 5xx."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import exists, select
from werkzeug.routing import Rule

from reminder_app.accounts import reset_link
from reminder_app.accounts.credentials import digest
from reminder_app.accounts.models import User
from reminder_app.accounts.site import Site
from reminder_app.database import db, now
from reminder_app.reminders import act_link
from reminder_app.reminders.models import Occurrence, Reminder
from reminder_app.web.errors import PARENT_GONE
from reminder_app.workspaces import service as workspaces
from reminder_app.workspaces.models import Invitation, Membership, Workspace
from tests.architecture.routes_called import METHODS, NOT_OURS
from tests.conftest import Person
from tests.web.belongings import a_reminder
from tests.web.full_house import House
from tests.web.odd_requests import FORMS, Odd, requests_to, weight

# Beside the 10,000 to the API that tests/api/test_fuzz.py sends; FUZZ_REQUESTS changes both.
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "10000")) * 3 // 10
SHARDS = 8
# What they say while no worker runs, and no revision is noted.
NOT_READY = {"/health/ready": 503, "/health/db": 503}
DAMAGED = "W10.x"
# After these there is nothing left to do the others to.
LAST = ("/delete", "/remove", "/revoke", "/leave", "/accept", "/transfer", "/role")


def targets(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=in_order)
        if rule.endpoint not in NOT_OURS
        for method in sorted((rule.methods or set()) & METHODS)
        if method == "GET" or not rule.rule.startswith("/api/")
    ]


def in_order(rule: Rule) -> tuple[bool, str]:
    return rule.rule.endswith(LAST), rule.rule


@pytest.fixture
def alice(alice: Person) -> Person:
    """In a workspace that others share."""
    made = workspaces.create_workspace(alice.id, kind="family", name="Us")
    return Person(alice.app, alice.id, alice.email, made.id)


@pytest.fixture
def ids(app: Flask, alice: Person) -> dict[str, object]:
    """What stands in addresses: rows of alice's, and links that were mailed to her."""
    house = House(alice)
    house.fill(3)
    invited = db.session.scalars(select(Invitation)).first()
    invited.token_hash = digest("invited")
    db.session.commit()
    reminder_id = a_reminder(alice, house.first["contact_id"])
    site, user = Site.of(app.config["SETTINGS"]), db.session.get_one(User, alice.id)
    claim = act_link.Claim(first(Occurrence), alice.id)
    mark = reset_link.fingerprint(user.email, user.password_hash)
    return house.first | {
        "membership_id": first(Membership, role="member"),
        "invitation_id": invited.id,
        "workspace_id": alice.workspace_id,
        "reminder_id": reminder_id,
        "at": db.session.get_one(Reminder, reminder_id).next_at.isoformat(),
        "user_id": uuid.uuid4(),
        "session_id": uuid.uuid4(),
        "token_id": uuid.uuid4(),
        "name": "../x.eml",
        "/invitations/<token>": "invited",
        "/invitations/<token>/accept": "invited",
        "/invitations/<token>/sign-up": "invited",
        "/d/<token>": act_link.sign(site, claim, now()),
        "/reset/<token>": reset_link.sign(site, reset_link.Claim(alice.id, mark), now()),
    }


def first(model, **which) -> uuid.UUID:
    return db.session.scalars(select(model.id).filter_by(**which)).first()


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_odd_request_breaks_a_page(app, alice, ids, shard):
    found = targets(app)
    each = REQUESTS // sum(weight(*target) for target in found)
    mine, api = found[shard::SHARDS], alice.api()
    sent = sum(attack(alice, api, ids, *target, each * weight(*target)) for target in mine)

    assert sent >= sum(each * weight(*target) for target in mine) * 0.9


def attack(alice: Person, api: FlaskClient, ids, rule: Rule, method: str, count: int) -> int:
    sent = 0
    paths = cycle(rule, ids)

    @settings(
        max_examples=max(count, 1),
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(odd=requests_to(rule, method))
    def send(odd: Odd) -> None:
        nonlocal sent
        # A new session each time: some of these end it, and what is odd may end it too.
        client = api if rule.rule.startswith("/api/") else where_left(alice).browser()
        path = next(paths)
        answer = client.open(path, method=method, **odd.arguments(ids))
        sent += 1
        is_well = answer.status_code < 500 or answer.status_code == NOT_READY.get(path)
        is_race = answer.status_code == 409 and str(PARENT_GONE) in answer.text
        assert is_well, f"{method} {path} {odd}\n{answer.text[:500]}"
        assert not is_race, f"{method} {path} {odd}: nobody else was at work"

    send()
    return sent


def where_left(alice: Person) -> Person:
    """One of these requests deletes the workspace: then where she is taken."""
    is_there = db.session.scalar(select(exists().where(Workspace.id == alice.workspace_id)))
    return alice if is_there else replace(alice, workspace_id=None)


def cycle(rule: Rule, ids: dict[str, object]) -> Iterator[str]:
    """Mostly the row that is there; every eighth time one that is not, and a damaged one."""
    while True:
        for number in range(8):
            yield path_of(rule, ids if number else {})


def path_of(rule: Rule, ids: dict[str, object]) -> str:
    path = rule.rule
    for argument in rule.arguments:
        given = ids.get(rule.rule) or ids.get(argument)
        for kind in ("uuid:", ""):
            other = uuid.UUID(int=7) if kind else DAMAGED
            path = path.replace(f"<{kind}{argument}>", str(given or other))
    return path


def test_every_form_that_is_filled_in_is_one_of_ours(app):
    assert set(FORMS) <= {rule.rule for rule, method in targets(app) if method == "POST"}
