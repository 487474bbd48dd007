"""Every route, asked by every role: 403 exactly where the table says no."""

import re
import uuid

import pytest

from reminder_app.accounts import scopes as words
from reminder_app.workspaces import roles
from reminder_app.workspaces.roles import ROLES
from tests.architecture.routes_called import METHODS, NOT_OURS

pytestmark = pytest.mark.sqlite_only  # who may what is asked of no database
ANY_ID = str(uuid.UUID(int=7))
ARGUMENT = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>")
API = "/api/v1/"
# No route asks for it: it decides whose address a reminder shows.
SHOWS_MORE = {"members:read"}
# What hands on a second permission is refused to a token that lacks it.
HANDS_ON = {
    ("POST", f"{API}calendar-feeds"): "reminders:read",
    ("POST", f"{API}calendar-feeds/{ANY_ID}/renew"): "reminders:read",
}
# These end what the others are asked with: the membership, the session.
LAST = ("/members/leave", "/sign-out")


def closed_routes(app):
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule in LAST):
        view = app.view_functions[rule.endpoint]
        if rule.endpoint in NOT_OURS or getattr(view, "is_public", False):
            continue
        for method in sorted(rule.methods & METHODS):
            yield method, path_of(rule), view.permission


def path_of(rule) -> str:
    return ARGUMENT.sub(lambda found: "1" if found[1] == "int" else ANY_ID, rule.rule)


@pytest.mark.parametrize("role", list(ROLES))
def test_a_browser_is_refused_exactly_what_its_role_lacks(app, alice, charlie, join, role):
    person = alice if role == "owner" else join(alice, charlie, role)
    client = person.browser()
    held = roles.by_session(role)

    wrong = []
    for method, path, permission in closed_routes(app):
        if path.startswith(API):
            continue
        status = client.open(path, method=method).status_code
        if (status == 403) != (permission not in held) or status >= 500:
            wrong.append((method, path, permission, status))

    assert wrong == []


@pytest.mark.parametrize("role", list(ROLES))
def test_a_token_is_refused_exactly_what_its_maker_lacks(app, alice, charlie, join, role):
    person = alice if role == "owner" else join(alice, charlie, role)
    api = person.api()
    held = roles.by_token(role, roles.SCOPES)

    wrong = []
    for method, path, permission in closed_routes(app):
        if not path.startswith(API):
            continue
        status = api.open(path, method=method).status_code
        if (status == 403) != (permission not in held) or status >= 500:
            wrong.append((method, path, permission, status))

    assert wrong == []


@pytest.mark.parametrize("scope", roles.SCOPES)
def test_a_scope_opens_its_own_routes_and_no_others(app, alice, scope):
    api = alice.api(scope)

    wrong = []
    for method, path, permission in closed_routes(app):
        if path.startswith(API):
            needed = {permission, HANDS_ON.get((method, path), permission)}
            status = api.open(path, method=method).status_code
            if (status == 403) != (needed != {scope}):
                wrong.append((method, path, permission, status))

    assert wrong == []


def test_without_signing_in_every_closed_route_leads_to_the_sign_in(app):
    client = app.test_client()

    wrong = []
    for method, path, _ in closed_routes(app):
        r = client.open(path, method=method)
        is_api = path.startswith((API, "/db-monitor/"))
        expected = 401 if is_api else 303
        if r.status_code != expected or not (is_api or r.location.startswith("/sign-in")):
            wrong.append((method, path, r.status_code))

    assert wrong == []


def test_every_route_asks_for_a_permission_that_somebody_holds(app):
    known = ROLES["owner"] | roles.SELF | roles.TOKEN_ONLY

    assert {permission for _, _, permission in closed_routes(app)} <= known


def test_more_power_never_means_less():
    order = ["owner", "admin", "member", "viewer"]
    for more, less in zip(order, order[1:], strict=False):
        assert ROLES[more] > ROLES[less]


def test_a_token_never_holds_the_account_or_the_workspace():
    for role in ROLES:
        held = roles.by_token(role, [*roles.SCOPES, "account", "workspace:own"])
        assert "account" not in held
    assert "workspace:own" not in roles.SCOPES


def test_every_scope_that_is_offered_opens_something_and_all_the_api_is_open_to_some(app):
    asked = {permission for _, path, permission in closed_routes(app) if path.startswith(API)}

    assert asked | SHOWS_MORE == set(roles.SCOPES) == set(words.MEANING)


def test_every_scope_is_a_permission_and_every_role_has_its_words():
    assert set(roles.SCOPES) <= ROLES["owner"] | roles.TOKEN_ONLY
    assert set(roles.MEANING) == set(ROLES)


def test_a_role_manages_only_those_below_it():
    assert roles.manageable("owner") == list(ROLES)
    assert roles.manageable("admin") == ["member", "viewer", "child"]
    assert [roles.manageable(role) for role in ("member", "viewer", "child")] == [[], [], []]
    assert "owner" not in roles.invitable("owner")
