"""Charlie has every permission in his own workspace, and none of them opens anything of Alice's."""

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from reminder_app.accounts.models import ApiToken, UserSession
from reminder_app.contacts import service as contacts
from reminder_app.database import db, new_id, now
from reminder_app.delivery.models import Delivery
from reminder_app.reminders import service as reminders
from reminder_app.workspaces.models import Invitation, Membership

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
# Whatever a form asks for, so that the look-up is what refuses. A form ignores what it does not know.
FORM = {
    "title": "Mine now",
    "name": "Mallory",
    "email": "mallory@example.org",
    "role": "viewer",
    "until": "2036-01-01T09:00:00+00:00",
    "for": "60",
    "date": "2036-01-01",
    "time": "09:00",
    "time_zone": "UTC",
}
QUERY = {"at": "2036-01-01T09:00:00+00:00"}
# JSON is strict: only what the route takes.
JSON = {"/snooze": {"until": "2036-01-01T09:00:00Z"}}


@pytest.fixture
def owned(alice, bob) -> dict[str, uuid.UUID]:
    """One row of each kind, by the name that routes give its id."""
    alice.browser(), alice.api()
    contact = contacts.create(alice.workspace_id, name="Anna", email="anna@example.org")
    reminder = reminders.create_reminder(
        alice.workspace_id,
        alice.id,
        title="Alice's own",
        starts_at=(now() + timedelta(days=2)).replace(tzinfo=None),
        time_zone="UTC",
    )
    return {
        "contact_id": contact.id,
        "reminder_id": reminder.id,
        "delivery_id": a_delivery(alice),
        "invitation_id": an_invitation(alice),
        "membership_id": first(select(Membership.id).filter_by(user_id=bob.id, role="member")),
        "session_id": first(select(UserSession.id).filter_by(user_id=alice.id)),
        "token_id": first(select(ApiToken.id).filter_by(user_id=alice.id)),
    }


def first(query) -> uuid.UUID:
    found = db.session.scalars(query).first()
    assert found is not None
    return found


def a_delivery(alice) -> uuid.UUID:
    delivery = Delivery(
        workspace_id=alice.workspace_id,
        key=f"test:{new_id()}",
        source_kind="reminder",
        address="anna@example.org",
        template="reminder",
        payload={"subject": "Hello"},
        state="failed",
        due_at=now(),
        not_before=now(),
    )
    db.session.add(delivery)
    db.session.commit()
    return delivery.id


def an_invitation(alice) -> uuid.UUID:
    invitation = Invitation(
        workspace_id=alice.workspace_id,
        email="dora@example.org",
        role="member",
        token_hash=b"t" * 32,
        expires_at=now() + timedelta(days=7),
    )
    db.session.add(invitation)
    db.session.commit()
    return invitation.id


def routes(app) -> list[tuple[str, str]]:
    found = []
    for rule in app.url_map.iter_rules():
        if "<uuid:" in rule.rule:
            found += [(method, rule.rule) for method in sorted(rule.methods & METHODS)]
    return found


def alices_rows(alice) -> dict[str, list[tuple[object, ...]]]:
    """Everything of her workspace and her account, but for the times things were last seen."""
    rows = {}
    for name, table in db.metadata.tables.items():
        kept = [column for column in table.columns if column.name not in ("seen_at", "used_at")]
        for column, value in (("workspace_id", alice.workspace_id), ("user_id", alice.id)):
            if column in table.columns:
                query = select(*kept).where(table.columns[column] == value)
                rows[f"{name}.{column}"] = sorted(map(repr, db.session.execute(query)))
    return rows


def test_no_route_opens_or_changes_what_is_alices(app, alice, charlie, owned):
    before = alices_rows(alice)
    browser, api = charlie.browser(), charlie.api()
    wrong = []
    for method, rule in routes(app):
        path = re.sub(r"<uuid:(\w+)>", lambda match: str(owned[match[1]]), rule)
        if rule.startswith("/api/"):
            answer = api.open(path, method=method, json=json_for(rule))
        else:
            body = FORM if method != "GET" else None
            answer = browser.open(path, method=method, data=body, query_string=QUERY)
        if answer.status_code != 404 or "Alice" in answer.text or "anna@" in answer.text:
            wrong.append(f"{method} {rule} -> {answer.status_code}")

    assert wrong == []
    assert alices_rows(alice) == before


def json_for(rule: str) -> dict[str, str]:
    return next((body for end, body in JSON.items() if rule.endswith(end)), {})


def test_a_missing_row_answers_like_a_foreign_one(app, charlie, owned):
    browser, api = charlie.browser(), charlie.api()
    for client, prefix in ((browser, ""), (api, "/api/v1")):
        foreign = client.get(f"{prefix}/reminders/{owned['reminder_id']}")
        missing = client.get(f"{prefix}/reminders/{new_id()}")

        assert foreign.status_code == missing.status_code == 404
        assert without_noise(foreign.text) == without_noise(missing.text)


def without_noise(text: str) -> str:
    """Nonces and ids differ from answer to answer."""
    return re.sub(r'nonce="[^"]*"|[0-9a-f]{12}|[0-9a-f-]{36}|value="[\w.-]{60,}"', "", text)
