import re

import pytest

from tests.accounts.test_sign_in import enter, session_cookie
from tests.conftest import PASSWORD

pytestmark = pytest.mark.sqlite_only  # a form and its token are no matter of the database


def token_in(page) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def sign_in(client, **more):
    page = client.get("/sign-in", **more)
    data = {"email": "alice@example.org", "password": PASSWORD, "csrf_token": token_in(page)}
    return client.post("/sign-in", data=data, **more)


def test_a_form_without_its_token_is_not_carried_out(guarded, alice):
    client = guarded().test_client()
    client.get("/sign-in")

    assert enter(client).status_code == 400
    assert client.get_cookie("sid") is None


def test_a_form_with_its_token_is(guarded, alice):
    client = guarded().test_client()

    assert sign_in(client).status_code == 303
    page = client.get("/settings")
    data = {"time_zone": "UTC", "locale": "en", "csrf_token": token_in(page)}
    assert client.post("/settings", data=data).status_code == 303


def test_the_token_of_somebody_else_does_not_do(guarded, alice):
    app = guarded()
    mine, theirs = app.test_client(), app.test_client()
    sign_in(mine)

    foreign = token_in(theirs.get("/sign-in"))

    assert mine.post("/sign-out", data={"csrf_token": foreign}).status_code == 400
    assert mine.get("/settings").status_code == 200


def test_the_token_from_before_signing_in_does_not_do_afterwards(guarded, alice):
    client = guarded().test_client()
    before = token_in(client.get("/sign-in"))
    sign_in(client)

    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400


def test_htmx_sends_it_as_a_header(guarded, alice):
    client = guarded().test_client()
    sign_in(client)
    token = token_in(client.get("/settings"))

    assert client.post("/sign-out", headers={"X-CSRFToken": token}).status_code == 303


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_sends_is_refused_even_with_a_token(guarded, alice, site):
    client = guarded().test_client()
    sign_in(client)
    token = token_in(client.get("/settings"))

    headers = {"Sec-Fetch-Site": site}
    r = client.post("/sign-out", data={"csrf_token": token}, headers=headers)

    assert r.status_code == 403
    assert client.get("/settings").status_code == 200


def test_over_tls_the_cookies_are_bound_to_the_host(guarded, alice):
    client = guarded(PUBLIC_URL="https://app.example.org").test_client()

    r = sign_in(client, base_url="https://app.example.org")

    cookie = session_cookie(r)
    assert cookie.startswith("__Host-sid=")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "Path=/;" in cookie + ";"
    assert "Domain" not in cookie
    page = client.get("/settings", base_url="https://app.example.org")
    others = [c for c in page.headers.getlist("Set-Cookie") if not c.startswith("theme=")]
    assert page.status_code == 200
    assert all(c.startswith("__Host-") and "Secure" in c for c in others)


def test_pages_are_not_kept_by_the_browser(alice):
    assert alice.browser().get("/settings/tokens").headers["Cache-Control"] == "no-store"
