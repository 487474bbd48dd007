import pytest

from reminder_app.accounts.models import ApiToken
from reminder_app.database import db

TOKEN = {"name": "Script", "scopes": ["reminders:read"]}


def create(api, **changes):
    return api.post("/api/v1/tokens", json=TOKEN | changes)


def bearer(app, secret):
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def test_me_says_who_and_where_and_what(alice):
    r = alice.api("me:read", "reminders:read").get("/api/v1/me")

    assert r.status_code == 200
    assert r.json["user"] == {
        "id": str(alice.id),
        "email": "alice@example.org",
        "name": "Alice",
        "time_zone": "Europe/Berlin",
        "locale": "en",
    }
    assert r.json["workspace"] == {
        "id": str(alice.workspace_id),
        "name": "Personal",
        "kind": "personal",
    }
    assert r.json["role"] == "owner"
    assert r.json["scopes"] == ["me:read", "reminders:read"]


def test_me_needs_its_scope(alice):
    r = alice.api("reminders:read").get("/api/v1/me")

    assert r.status_code == 403
    assert r.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer rk_live_" + "x" * 51, "Bearer \u00e9"],
)
def test_without_a_valid_token_nothing_is_told(app, alice, header):
    r = app.test_client().get("/api/v1/me", headers={"Authorization": header})

    assert r.status_code == 401
    assert r.headers["WWW-Authenticate"] == "Bearer"


def test_noise_never_reaches_the_database(app, count_queries):
    with count_queries() as statements:
        app.test_client().get("/api/v1/me", headers={"Authorization": "Bearer rk_live_noise"})

    assert statements == []


def test_the_cookie_of_a_browser_opens_no_api(alice):
    assert alice.browser().get("/api/v1/me").status_code == 401


def test_a_token_makes_another_one(app, alice):
    r = create(alice.api())

    assert r.status_code == 201
    assert r.json["token"].startswith(r.json["prefix"])
    listed = bearer(app, r.json["token"]).get("/api/v1/tokens")
    assert listed.status_code == 403


def test_a_token_hands_on_no_more_than_it_holds(alice):
    r = create(alice.api("tokens:write", "reminders:read"), scopes=["reminders:write"])

    assert r.status_code == 422
    assert "reminders:write" in r.json["fields"]["scopes"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 81),
        ("name", "   "),
        ("name", "a\x00b"),
        ("name", "\ud800"),
        ("name", 7),
        ("scopes", []),
        ("scopes", ["account"]),
        ("scopes", ["workspace:own"]),
        ("scopes", [None]),
        ("scopes", "me:read"),
        ("expires_at", "2020-01-01T00:00:00+00:00"),
        ("expires_at", "2030-01-01T00:00:00"),
        ("expires_at", "9999-12-31T23:59:59-12:00"),
        ("expires_at", "soon"),
        ("is_admin", True),
    ],
)
def test_what_cannot_be_is_refused_and_named(alice, field, value):
    r = create(alice.api(), **{field: value})

    assert r.status_code == 422
    assert any(name.startswith(field) for name in r.json["fields"])


def test_the_list_comes_in_pages_without_secrets(alice):
    api = alice.api()
    made = [create(api, name=f"Script {n}").json for n in range(5)]

    first = api.get("/api/v1/tokens?limit=3").json
    second = api.get(f"/api/v1/tokens?limit=3&cursor={first['next_cursor']}").json

    names = [token["name"] for token in first["items"] + second["items"]]
    assert names == ["Script 4", "Script 3", "Script 2", "Script 1", "Script 0", "test"]
    assert second["next_cursor"] is None
    assert all("token" not in token for token in first["items"])
    assert all(token["token"] not in str(first) for token in made)


def test_a_bad_cursor_is_named(alice):
    r = alice.api().get("/api/v1/tokens?cursor=nonsense")

    assert r.status_code == 422
    assert "cursor" in r.json["fields"]


def test_a_revoked_token_works_no_longer(app, alice):
    api = alice.api()
    made = create(api, scopes=["me:read"]).json

    assert api.delete(f"/api/v1/tokens/{made['id']}").status_code == 204
    assert bearer(app, made["token"]).get("/api/v1/me").status_code == 401
    assert api.delete(f"/api/v1/tokens/{made['id']}").status_code == 404


def test_charlie_sees_and_revokes_only_charlies(alice, charlie):
    made = create(alice.api()).json

    api = charlie.api()
    assert [token["name"] for token in api.get("/api/v1/tokens").json["items"]] == ["test"]
    foreign = api.delete(f"/api/v1/tokens/{made['id']}")
    missing = api.delete(f"/api/v1/tokens/{charlie.workspace_id}")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json == missing.json


def test_members_of_one_workspace_do_not_see_each_others(alice, bob):
    create(alice.api())

    assert len(bob.api().get("/api/v1/tokens").json["items"]) == 1


def test_a_repeated_request_keeps_no_secret(alice):
    headers = {"Idempotency-Key": "same"}
    api = alice.api()

    first = api.post("/api/v1/tokens", json=TOKEN, headers=headers).json
    second = api.post("/api/v1/tokens", json=TOKEN, headers=headers).json

    assert first["token"] != second["token"]
    assert db.session.query(ApiToken).count() == 3


def test_the_list_costs_the_same_with_many(alice, count_queries):
    api = alice.api()
    api.get("/api/v1/tokens")
    with count_queries() as few:
        api.get("/api/v1/tokens")
    for _ in range(20):
        create(api)
    with count_queries() as many:
        api.get("/api/v1/tokens")

    assert len(few) == len(many) == 2
