import pytest

from reminder_app.web.gate import safe_path


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/ok\r\nSet-Cookie: a=b",
        "/a b",
        "reminders",
    ],
)
def test_it_never_leads_to_another_site(target):
    assert safe_path(target) == "/"


def test_it_keeps_a_path_of_ours():
    assert safe_path("/reminders?view=all") == "/reminders?view=all"


def test_a_page_leads_a_stranger_to_the_sign_in_and_back(app):
    answer = app.test_client().get("/health?x=1")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/health?x%3D1"


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/", "/sign-in"),
        ("/?", "/sign-in"),
        ("/?day=1", "/sign-in?next=/?day%3D1"),
        ("/health", "/sign-in?next=/health"),
        ("/health?", "/sign-in?next=/health"),
        ("/find?q=?", "/sign-in?next=/find?q%3D?"),
    ],
)
def test_where_one_wanted_to_is_named_as_it_was(app, asked, leads):
    assert app.test_client().get(asked).headers["Location"] == leads


def test_htmx_moves_the_whole_page_to_the_sign_in(app):
    answer = app.test_client().get("/health", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/sign-in")


@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer rk_live_wrong", "Basic YTpi"])
def test_the_api_asks_a_stranger_for_a_token(app, header):
    headers = {"Authorization": header} if header else {}
    answer = app.test_client().get("/api/v1/me", headers=headers)

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_that_lacks_a_scope_is_told_which_and_where_to_make_one_with_it(alice):
    answer = alice.api("me:read").get("/api/v1/contacts")

    assert answer.status_code == 403
    assert "lacks the scope contacts:read" in answer.json["title"]
    assert "http://localhost/settings/tokens" in answer.json["title"]
    assert "admin" not in answer.json["title"]


def test_a_cookie_does_not_open_the_api(alice):
    assert alice.browser().get("/api/v1/me").status_code == 401


def test_a_token_opens_no_page(alice):
    assert alice.api().get("/health").status_code == 303


@pytest.mark.parametrize("header", ["HX-Current-URL", "Referer"])
def test_an_address_that_is_none_in_a_header_does_no_harm(app, alice, header):
    odd = {"HX-Request": "true", header: "http://[::"}
    mine = {"Referer": "http://[::"}
    reminder = alice.api().post(
        "/api/v1/reminders", json={"title": "Rent", "starts_at": "2036-01-01T09:00"}
    )

    assert app.test_client().get("/reminders", headers=odd).status_code == 401
    paused = alice.browser().post(f"/reminders/{reminder.json['id']}/pause", headers=mine)
    assert paused.location == "/reminders"
