"""What a browser asks for before it offers to install."""

import struct

import pytest


def manifest(app, query=""):
    answer = app.test_client().get(f"/manifest.webmanifest{query}")
    assert answer.mimetype == "application/manifest+json"
    return answer.get_json()


def test_it_says_what_is_installed_and_where_it_starts(app):
    found = manifest(app)

    assert (found["name"], found["id"], found["start_url"], found["scope"]) == (
        "Reminder App",
        "/",
        "/",
        "/",
    )
    assert found["display"] == "standalone"


def test_its_colours_are_those_that_a_person_chose(app, alice):
    light, dark = manifest(app), manifest(app, "?theme=dark")

    assert light["theme_color"] != dark["theme_color"]
    browser = alice.browser()
    form = {"name": "Alice", "time_zone": "Europe/Berlin", "locale": "en-GB", "theme": "dark"}
    assert "/manifest.webmanifest?theme=dark" not in browser.get("/").text
    browser.post("/settings", data=form)
    assert "/manifest.webmanifest?theme=dark" in browser.get("/").text


@pytest.mark.parametrize("purpose", ["any", "maskable"])
def test_its_pictures_are_there_in_their_sizes(app, purpose):
    icons = [one for one in manifest(app)["icons"] if one["purpose"] == purpose]

    assert {one["sizes"] for one in icons} == {"any", "192x192", "512x512"}
    for one in icons:
        with app.test_client().get(one["src"]) as answer:
            assert answer.mimetype == one["type"]
            if one["type"] == "image/png":
                width, height = struct.unpack(">II", answer.data[16:24])
                assert f"{width}x{height}" == one["sizes"]


def test_its_shortcuts_lead_to_pages(app, alice):
    for one in manifest(app)["shortcuts"]:
        assert alice.browser().get(one["url"]).status_code == 200


def test_the_worker_is_at_the_root_and_for_anybody(app):
    answer = app.test_client().get("/sw.js")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    assert answer.mimetype == "text/javascript"
    assert "showNotification" in answer.text


def test_the_page_for_no_net_names_nobody(alice):
    page = alice.browser().get("/offline").text

    assert "You are offline" in page
    assert alice.email not in page


def test_every_page_says_whose_it_is(app, alice):
    assert alice.browser().get("/").headers["Signed-In"] == str(alice.id)
    assert app.test_client().get("/sign-in").headers["Signed-In"] == "no"
    assert app.test_client().get("/").headers["Signed-In"] == "no"


@pytest.mark.parametrize("path", ["/offline", "/health/live", "/sw.js", "/static/app.js"])
def test_what_is_for_anybody_says_nothing_of_who_is_signed_in(alice, path):
    """The worker would take silence for a sign-out, and forget what is kept."""
    with alice.browser().get(path) as answer:
        assert "Signed-In" not in answer.headers
