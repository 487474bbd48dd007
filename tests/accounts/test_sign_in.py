import re

import pytest

from reminder_app.accounts import credentials, service, sign_in
from reminder_app.accounts.models import UserSession
from reminder_app.database import db
from tests.conftest import PASSWORD

STRANGE_PATHS = [
    "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "///evil.example",
    "javascript:alert(1)", "/\tevil.example", "http:evil.example", "evil.example", "/ok\r\nSet-Cookie: a=b", " //evil",
]  # fmt: skip


def enter(client, email="alice@example.org", password=PASSWORD, **more):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def body(response):
    """Without what differs from request to request anyway."""
    return re.sub(
        r'(nonce|csrf_token)="?[^"]*"|value="[^"]*"|"X-CSRFToken": "[^"]*"', "", response.text
    )


def session_cookie(response):
    return next(c for c in response.headers.getlist("Set-Cookie") if "sid=" in c)


def test_it_opens_a_session(app, alice):
    client = app.test_client()

    r = enter(client)

    assert (r.status_code, r.location) == (303, "/")
    assert client.get("/settings").status_code == 200


def test_the_page_goes_on_where_one_wanted_to(app, alice):
    client = app.test_client()
    asked = client.get("/settings/security")
    assert asked.status_code == 303
    assert asked.location.startswith("/sign-in?next=/settings/security")

    shown = client.get(asked.location)
    r = enter(client, next="/settings/security")

    assert 'name="next" value="/settings/security' in shown.text
    assert r.location == "/settings/security"


@pytest.mark.parametrize("path", STRANGE_PATHS)
def test_it_never_leads_to_another_site(app, alice, path):
    assert enter(app.test_client(), next=path).location == "/"
    assert alice.browser().get("/sign-in", query_string={"next": path}).location == "/"


def test_the_address_may_be_typed_in_capitals(app, alice):
    assert enter(app.test_client(), "  Alice@Example.ORG ").status_code == 303


def test_whoever_is_signed_in_already_goes_on(alice):
    r = alice.browser().get("/sign-in?next=/settings")

    assert (r.status_code, r.location) == (303, "/settings")


def test_a_wrong_password_keeps_what_was_typed_but_the_password(app, alice):
    r = enter(app.test_client(), password="not it at all")

    assert r.status_code == 422
    assert 'value="alice@example.org"' in r.text
    assert "not it at all" not in r.text
    assert str(sign_in.WRONG) in r.text
    assert "Set-Cookie" not in r.headers or "sid=" not in str(r.headers)


def test_an_unknown_address_gets_the_same_answer(app, alice):
    known = enter(app.test_client(), password="wrong password")
    unknown = enter(app.test_client(), "nobody@example.org", "wrong password")

    assert known.status_code == unknown.status_code == 422
    assert body(known) == body(unknown)


def test_the_queries_are_the_same_for_an_unknown_address(app, alice, count_queries):
    with count_queries() as known:
        enter(app.test_client(), password="wrong password")
    with count_queries() as unknown:
        enter(app.test_client(), "nobody@example.org", "wrong password")

    assert known == unknown


def test_somebody_whose_account_was_closed_cannot_sign_in(app, alice):
    service.get_user(alice.id).is_active = False
    db.session.commit()

    assert enter(app.test_client()).status_code == 422


def test_a_password_of_a_megabyte_is_refused_without_hashing(app, alice, monkeypatch):
    hashed = []
    monkeypatch.setattr(credentials, "is_password", lambda *_: hashed.append(1))

    assert enter(app.test_client(), password="x" * 40).status_code == 422
    assert hashed == [1]
    assert enter(app.test_client(), password="x" * 900_000).status_code == 422
    assert hashed == [1]


def test_the_session_is_a_new_one_and_the_one_before_ends(app, alice):
    client = alice.browser()
    before = client.get_cookie("sid").value

    enter(client)

    after = client.get_cookie("sid").value
    assert after != before
    old = app.test_client()
    old.set_cookie("sid", before)
    assert old.get("/settings").status_code == 303


def test_a_cookie_planted_before_signing_in_is_worth_nothing(app, alice):
    client = app.test_client()
    client.set_cookie("sid", "planted-by-somebody-else")

    enter(client)

    planted = app.test_client()
    planted.set_cookie("sid", "planted-by-somebody-else")
    assert client.get_cookie("sid").value != "planted-by-somebody-else"
    assert planted.get("/settings").status_code == 303


def test_the_cookie_cannot_be_read_by_scripts_or_sent_from_other_sites(app, alice):
    cookie = session_cookie(enter(app.test_client()))

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_the_table_holds_no_secret(app, alice):
    client = app.test_client()
    enter(client)
    secret = client.get_cookie("sid").value

    assert len(secret) >= 43  # 256 bits
    assert all(secret.encode() not in row.token_hash for row in db.session.query(UserSession))


def test_it_works_without_redis_and_without_scripts(app, alice):
    r = app.test_client().get("/sign-in")

    assert r.status_code == 200
    assert 'method="post"' in r.text
    assert 'for="f-password"' in r.text
