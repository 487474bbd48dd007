"""Everybody's accounts: a superuser sees them, and says whose are open."""

import pytest

from reminder_app.accounts import service as accounts

PAGE = "/operations/users"


@pytest.fixture
def operator(alice):
    accounts.make_superuser(alice.email)
    return alice.browser()


def test_all_are_listed_and_found_by_address(operator, alice, charlie):
    assert charlie.email in operator.get(PAGE).text
    found = operator.get(f"{PAGE}?q=charlie").text
    assert charlie.email in found
    assert f'row-title">{alice.email}' not in found
    shown = operator.get("/admin/users?q=CHARLIE").json
    assert [(one["email"], one["is_active"]) for one in shown["items"]] == [(charlie.email, True)]
    assert "Nobody has this address" in operator.get(f"{PAGE}?q=nobody").text


def test_who_is_closed_out_is_out_at_once_and_may_come_back(operator, charlie):
    browser, api = charlie.browser(), charlie.api()
    assert operator.post(f"{PAGE}/{charlie.id}/close").status_code == 303

    assert browser.get("/settings").status_code in (302, 303)
    assert api.get("/api/v1/me").status_code == 401
    assert "closed" in operator.get(f"{PAGE}?q=charlie").text

    assert operator.post(f"{PAGE}/{charlie.id}/open").status_code == 303
    assert api.get("/api/v1/me").status_code == 200


def test_nobody_closes_the_door_behind_themselves(operator, alice):
    assert operator.post(f"{PAGE}/{alice.id}/close").status_code == 409
    assert operator.get(PAGE).status_code == 200


def test_to_all_others_there_is_no_such_page(charlie, alice):
    client = charlie.browser()
    for path in (PAGE, "/admin/users"):
        assert client.get(path).status_code == 404
    assert client.post(f"{PAGE}/{alice.id}/close").status_code == 404
    assert alice.browser().get("/settings").status_code == 200
