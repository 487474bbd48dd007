"""Charlie has every permission in his own workspace, and none of them opens anything of Alice's.

As one who was never in hers, who was removed from it, and who has left it: the sweeps go over every
route there is, with the session and the token that he had before.
"""

import re
import uuid
from dataclasses import dataclass
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from reminder_app.database import new_id
from reminder_app.workspaces import members
from reminder_app.workspaces.models import Membership
from tests.architecture.routes_called import METHODS, NOT_OURS
from tests.conftest import Person
from tests.web.belongings import SECRETS, as_they_stand, first, rows_of

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
JSON = {
    "/snooze": {"until": "2036-01-01T09:00:00Z"},
    "/verify": {"code": "123456"},
    "/use": {"date": "2036-01-01"},
    "/merge": {"others": ["01890000-0000-7000-8000-000000000000"]},
}
# What an address may name besides rows: signed for one person (reminders/test_links.py,
# accounts/test_reset.py, workspaces/test_invitations.py), a file of this machine's developer, or what
# superusers alone look at (operations/test_console.py).
NO_ROWS = {
    "token", "name", "fingerprint", "int:connection_id", "table", "advice", "key", "service_name", "channel",
}  # fmt: skip
# The same for everybody: samples of the design, and 503 as no worker runs and no revision is noted here.
OF_NOBODY = {"/kit", "/health/ready", "/health/db"}


@dataclass(frozen=True)
class Stranger:
    browser: FlaskClient
    api: FlaskClient
    old_api: FlaskClient


@pytest.fixture
def owned(alice: Person, bob: Person) -> dict[str, uuid.UUID]:
    return rows_of(alice, bob)


@pytest.fixture(params=["never in", "removed", "left"])
def stranger(request, alice: Person, charlie: Person, join, owned) -> Stranger:
    """His browser is the one that was open before; his old token was made in her workspace."""
    if request.param == "never in":
        return Stranger(charlie.browser(), charlie.api(), charlie.api())
    inside = join(alice, charlie, "admin")
    stranger = Stranger(inside.browser(), charlie.api(), inside.api())
    assert stranger.browser.get(f"/reminders/{owned['reminder_id']}").status_code == 200
    assert stranger.old_api.get("/api/v1/reminders").status_code == 200
    mine = first(
        select(Membership.id).filter_by(user_id=charlie.id, workspace_id=alice.workspace_id)
    )
    if request.param == "removed":
        members.remove(alice.workspace_id, alice.id, mine)
    else:
        members.leave(alice.workspace_id, charlie.id)
    stranger.browser.get("/")
    return stranger


def routes(app) -> list[tuple[str, str]]:
    return [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in NOT_OURS
        for method in sorted(rule.methods & METHODS)
    ]


def test_every_row_in_an_address_is_one_of_those_looked_for(app, owned):
    named = {found for _, rule in routes(app) for found in re.findall(r"<([^>]+)>", rule)}

    assert named == {f"uuid:{name}" for name in owned} | NO_ROWS


def test_no_route_opens_or_changes_what_is_alices(app, alice, owned, stranger):
    before = as_they_stand(alice)
    wrong = []
    for method, rule in routes(app):
        if "<uuid:" not in rule:
            continue
        path = re.sub(r"<uuid:(\w+)>", lambda match: str(owned[match[1]]), rule)
        for client, refusals in who_asks(stranger, rule):
            answer = ask(client, method, path)
            if answer.status_code not in refusals or tells(answer):
                wrong.append(f"{method} {rule} -> {answer.status_code}")

    assert wrong == []
    assert as_they_stand(alice) == before


def who_asks(stranger: Stranger, rule: str):
    """With a token that died it may be a 401; but never a 403, which says that there is something."""
    if rule.startswith("/api/"):
        return [(stranger.api, {404}), (stranger.old_api, {401, 404})]
    return [(stranger.browser, {404})]


def ask(client: FlaskClient, method: str, path: str, **headers: str):
    if method == "POST" and path.endswith("/files"):
        return client.post(path, data={"file": (BytesIO(b"Mine now"), "mine.txt")})
    if path.startswith("/api/"):
        return client.open(path, method=method, json=json_for(path) if method != "GET" else None)
    body = FORM if method != "GET" else None
    return client.open(path, method=method, data=body, query_string=QUERY, headers=headers)


def tells(answer) -> bool:
    return any(secret in answer.text for secret in SECRETS)


def json_for(path: str) -> dict[str, str]:
    return next((body for end, body in JSON.items() if path.endswith(end)), {})


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}], ids=["whole", "fragment"])
def test_no_page_or_list_tells_of_what_is_alices(app, stranger, htmx):
    wrong = []
    for method, rule in routes(app):
        if method != "GET" or "<" in rule or rule in OF_NOBODY:
            continue
        for client, _ in who_asks(stranger, rule):
            answer = ask(client, "GET", rule, **htmx)
            if answer.status_code >= 500 or tells(answer):
                wrong.append(f"{rule} -> {answer.status_code}")

    assert wrong == []


def test_a_missing_row_answers_like_a_foreign_one(app, charlie, owned):
    browser, api = charlie.browser(), charlie.api()
    for client, prefix in ((browser, ""), (api, "/api/v1")):
        foreign = client.get(f"{prefix}/reminders/{owned['reminder_id']}")
        missing = client.get(f"{prefix}/reminders/{new_id()}")

        assert foreign.status_code == missing.status_code == 404
        assert without_noise(foreign.text) == without_noise(missing.text)


def without_noise(text: str) -> str:
    """Nonces, ids and tokens of forms differ from answer to answer."""
    return re.sub(r'nonce="[^"]*"|[0-9a-f]{12}|[0-9a-f-]{36}|"[\w.-]{60,}"', "", text)
