import re

from reminder_app.accounts.models import ApiToken
from reminder_app.database import db, now
from reminder_app.workspaces import roles
from tests.conftest import Person

FORM = {"name": "Backup", "days": "30", "scopes": ["reminders:read", "me:read"]}


def secret_in(page: str) -> str:
    return re.search(r"rk_live_[\w-]+", page)[0]


def tokens() -> list[ApiToken]:
    db.session.rollback()
    return db.session.query(ApiToken).order_by(ApiToken.created_at).all()


def test_a_token_is_shown_once_and_works(app, alice):
    client = alice.browser()

    r = client.post("/settings/tokens", data=FORM)

    secret = secret_in(r.text)
    api = app.test_client()
    me = api.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert r.status_code == 201
    assert me.json["scopes"] == ["me:read", "reminders:read"]
    assert secret not in client.get("/settings/tokens").text
    assert "Backup" in client.get("/settings/tokens").text


def test_only_its_hash_and_first_letters_are_kept(app, alice):
    secret = secret_in(alice.browser().post("/settings/tokens", data=FORM).text)

    (token,) = tokens()
    assert token.prefix == secret[:16]
    assert secret.encode() not in token.token_hash


def test_it_ends_when_its_days_are_over(app, alice, later):
    secret = secret_in(alice.browser().post("/settings/tokens", data=FORM).text)
    header = {"Authorization": f"Bearer {secret}"}

    later(days=29)
    assert app.test_client().get("/api/v1/me", headers=header).status_code == 200
    later(days=2)
    assert app.test_client().get("/api/v1/me", headers=header).status_code == 401


def test_one_without_end_works_on(app, alice):
    alice.browser().post("/settings/tokens", data=FORM | {"days": ""})

    assert tokens()[0].expires_at is None


def test_it_can_be_revoked(app, alice):
    client = alice.browser()
    secret = secret_in(client.post("/settings/tokens", data=FORM).text)

    r = client.post(f"/settings/tokens/{tokens()[0].id}/revoke")

    me = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert r.status_code == 303
    assert me.status_code == 401
    page = client.get("/settings/tokens").text
    assert "Backup" in page
    assert "Revoked" in page
    assert "Revoke for good" not in page


def test_a_stranger_cannot_revoke_it(alice, charlie):
    alice.browser().post("/settings/tokens", data=FORM)

    r = charlie.browser().post(f"/settings/tokens/{tokens()[0].id}/revoke")

    assert r.status_code == 404
    assert tokens()[0].revoked_at is None


def test_a_child_can_hand_on_only_what_a_child_may(app, alice, charlie, join):
    child: Person = join(alice, charlie, "child")
    client = child.browser()

    offered = set(re.findall(r'name="scopes" value="([^"]+)"', client.get("/settings/tokens").text))
    r = client.post("/settings/tokens", data=FORM | {"scopes": ["reminders:write"]})

    assert offered == roles.ROLES["child"] | roles.TOKEN_ONLY
    assert r.status_code == 422
    assert 'id="f-scopes-error"' in r.text
    assert tokens() == []


def test_the_account_itself_is_never_handed_on(alice):
    for scope in ("account", "workspace:own", "nonsense"):
        r = alice.browser().post("/settings/tokens", data=FORM | {"scopes": [scope]})
        assert r.status_code == 422


def test_what_is_missing_is_asked_for(alice):
    client = alice.browser()

    assert client.post("/settings/tokens", data=FORM | {"name": ""}).status_code == 422
    assert client.post("/settings/tokens", data=FORM | {"scopes": []}).status_code == 422
    assert client.post("/settings/tokens", data=FORM | {"days": "9" * 30}).status_code == 422


def test_the_list_costs_the_same_with_many(alice, count_queries):
    client = alice.browser()
    client.post("/settings/tokens", data=FORM)
    with count_queries() as few:
        client.get("/settings/tokens")
    for _ in range(20):
        client.post("/settings/tokens", data=FORM)
    with count_queries() as many:
        client.get("/settings/tokens")

    assert len(few) == len(many)


def test_there_is_a_limit_to_their_number(alice, monkeypatch):
    monkeypatch.setattr("reminder_app.accounts.tokens.MOST", 1)
    client = alice.browser()
    client.post("/settings/tokens", data=FORM)

    r = client.post("/settings/tokens", data=FORM)

    assert r.status_code == 422
    assert "revoke one" in r.text
    assert tokens()[0].created_at <= now()
