import re

import pytest

KEY = "Idempotency-Key"
REFERENCE = {"$ref": "#/components/parameters/IdempotencyKey"}


@pytest.fixture
def page(app):
    r = app.test_client().get("/api/docs")
    assert r.status_code == 200
    return r.text


def test_the_page_of_the_api_is_public_and_names_every_operation(app, page):
    spec = app.test_client().get("/api/openapi.json").json

    for path, item in spec["paths"].items():
        for method in set(item) & {"get", "post", "put", "patch", "delete"}:
            assert item[method]["summary"].replace("'", "&#39;") in page, f"{method} {path}"
        assert path in page


def test_every_link_of_its_table_of_contents_leads_somewhere(page):
    targets = set(re.findall(r'href="#([\w-]+)"', page)) - {"main"}

    assert targets
    assert targets <= set(re.findall(r'id="([\w-]+)"', page))


def test_its_examples_name_this_server(app, page):
    assert app.config["SETTINGS"].public_url.rstrip("/") + "/api/v1/" in page


def test_signed_in_it_stands_within_the_navigation(alice):
    assert 'href="/contacts"' in alice.browser().get("/api/docs").text


def test_every_create_says_whether_it_takes_an_idempotency_key(app, page):
    spec = app.test_client().get("/api/openapi.json").json
    creates = {
        path: operation
        for path, item in spec["paths"].items()
        if (operation := item.get("post")) and "201" in operation["responses"]
    }
    takes = {path for path, one in creates.items() if REFERENCE in one.get("parameters", [])}
    says = {path for path, one in creates.items() if KEY in one.get("description", "")}

    assert spec["components"]["parameters"]["IdempotencyKey"]["name"] == KEY
    assert says == {
        "/api/v1/tokens",
        "/api/v1/calendar-feeds",
        "/api/v1/channels/webhooks",
        "/api/v1/reminders/{reminder_id}/files",
    }
    assert takes == set(creates) - says
    assert page.count(f">{KEY}</code>") >= len(takes)


def test_the_first_example_says_which_scope_it_needs(page):
    start = page[page.index("Getting started") : page.index("Rules that hold everywhere")]

    assert "/api/v1/me" in start
    assert "<code>me:read</code>" in start
