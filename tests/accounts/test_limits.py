import socket
from contextlib import suppress
from types import SimpleNamespace

import pytest

from reminder_app.accounts import service as accounts
from reminder_app.web import limits
from tests.accounts.mailbox import letters
from tests.accounts.test_forgery import token_in
from tests.servers.redis import Redis

pytestmark = pytest.mark.sqlite_only  # Redis counts, or the process


def post(client, path, address="192.0.2.1", **data):
    peer = {"REMOTE_ADDR": address}
    token = token_in(client.get(path, environ_base=peer))
    return client.post(path, data=data | {"csrf_token": token}, environ_base=peer)


def try_to_enter(client, n, address="192.0.2.1"):
    return post(client, "/sign-in", address, email=f"user{n}@example.org", password="guess guess")


def test_one_address_tries_many_accounts_only_so_often(guarded):
    client = guarded().test_client()
    answers = [try_to_enter(client, n) for n in range(21)]

    assert {r.status_code for r in answers[:20]} == {422}
    assert answers[20].status_code == 429
    assert 0 < int(answers[20].headers["Retry-After"]) <= 60
    assert 'value="user20@example.org"' in answers[20].text


def test_it_is_refused_before_the_password_is_hashed(guarded, monkeypatch):
    client = guarded().test_client()
    for n in range(20):
        try_to_enter(client, n)
    hashed = []
    monkeypatch.setattr(
        "reminder_app.accounts.credentials.is_password", lambda *_: hashed.append(1)
    )

    assert try_to_enter(client, 20).status_code == 429
    assert hashed == []


def test_others_go_on(guarded):
    client = guarded().test_client()
    for n in range(21):
        try_to_enter(client, n)

    assert try_to_enter(client, 99, "192.0.2.2").status_code == 422


def left(client, path):
    return int(client.get(path).headers["X-RateLimit-Remaining"])


def browser(app, person):
    client = app.test_client()
    client.set_cookie("sid", accounts.open_session(person.id, person.workspace_id))
    return client


def script(app, person):
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = person.api().environ_base["HTTP_AUTHORIZATION"]
    return client


def test_people_and_tokens_behind_one_address_have_a_budget_each(guarded, alice, bob):
    app = guarded()
    callers = [browser(app, alice), browser(app, bob), app.test_client()]

    assert [left(client, "/settings") for client in callers] == [5999] * 3
    assert [left(client, "/settings") for client in callers] == [5998] * 3
    tokens = [script(app, alice), script(app, alice), app.test_client()]
    assert [left(client, "/api/v1/me") for client in tokens] == [5999] * 3


def test_strangers_behind_one_address_share_theirs_whatever_they_send(guarded, alice):
    app = guarded()
    planted = app.test_client()
    planted.set_cookie("sid", "made up")

    assert left(app.test_client(), "/settings") == 5999
    assert left(planted, "/settings") == 5998


def test_a_password_confirmed_many_times_takes_nothing_from_the_others_in_the_office(
    guarded, alice, bob
):
    app = guarded()
    form = {"current_password": "wrong password", "new_password": "four words in a row"}
    hers, his = browser(app, alice), browser(app, bob)
    codes = [change(hers, form).status_code for _ in range(21)]

    assert codes[-1] == 429
    assert "not your current password" in change(his, form).text


def change(client, form):
    token = token_in(client.get("/settings/security"))
    return client.post("/settings/password", data=form | {"csrf_token": token})


def test_a_household_with_ipv6_counts_as_one(guarded):
    client = guarded().test_client()
    for n in range(20):
        try_to_enter(client, n, f"2001:db8:1:2::{n}")

    assert try_to_enter(client, 99, "2001:db8:1:2:ffff::1").status_code == 429
    assert try_to_enter(client, 99, "2001:db8:1:3::1").status_code == 422


def test_a_mailbox_gets_five_letters_an_hour(guarded, alice, later):
    client = guarded().test_client()
    known, unknown = [], []
    for n in range(6):
        later(seconds=1)
        known.append(post(client, "/reset", f"192.0.2.{n}", email="alice@example.org"))
        unknown.append(post(client, "/reset", f"198.51.100.{n}", email="x@example.org"))

    assert [r.status_code for r in known] == [200] * 5 + [429]
    assert [r.status_code for r in unknown] == [200] * 5 + [429]
    assert len(letters("alice@example.org")) == 5


def test_a_letter_too_many_keeps_the_page(guarded, alice):
    client = guarded().test_client()
    for n in range(5):
        post(client, "/reset", f"192.0.2.{n}", email="alice@example.org")

    r = post(client, "/reset", email="alice@example.org")

    assert 'value="alice@example.org"' in r.text
    assert "wait a little" in r.text


def test_new_accounts_are_limited_per_address(guarded):
    app = guarded()
    codes = []
    for n in range(11):
        data = {"email": f"new{n}@example.org", "password": "four words in a row"}
        codes.append(post(app.test_client(), "/sign-up", **data).status_code)

    assert codes == [303] * 10 + [429]


def test_while_redis_is_away_this_process_counts(guarded, monkeypatch):
    """Nothing listens there: counting goes on, and nobody waits long."""
    monkeypatch.setattr(limits, "SECONDS", 0.2)
    app = guarded(REDIS_URL="redis://127.0.0.1:1/0")
    client = app.test_client()
    codes = [try_to_enter(client, n).status_code for n in range(21)]

    assert codes == [422] * 20 + [429]


def test_all_processes_count_together(guarded, alice):
    with Redis() as server:
        one, other = (guarded(REDIS_URL=server.patient_url) for _ in range(2))
        codes = [try_to_enter(one.test_client(), n).status_code for n in range(20)]

        assert codes == [422] * 20
        assert try_to_enter(other.test_client(), 20).status_code == 429


def test_a_redis_that_hangs_is_waited_for_once(guarded, alice, monkeypatch):
    monkeypatch.setattr(limits, "AWAY_SECONDS", 3600)
    # It looks again a second later, then two, then four: here, no second passes.
    stopped = SimpleNamespace(time=lambda: 1_800_000_000.0)
    monkeypatch.setattr("flask_limiter._extension.time", stopped)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        app = guarded(REDIS_URL=f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        try_to_enter(app.test_client(), 0)
        first = connections(silent)
        codes = [try_to_enter(app.test_client(), n).status_code for n in range(1, 5)]
        after_it = connections(silent)

    assert codes == [422] * 4
    assert first > 0
    assert after_it < 4  # not one for each


def connections(listening) -> int:
    """How often somebody came since the last time."""
    listening.setblocking(False)
    came = 0
    with suppress(BlockingIOError):
        while True:
            listening.accept()[0].close()
            came += 1
    return came


def test_no_address_of_a_mailbox_is_kept(guarded, alice):
    app = guarded()
    post(app.test_client(), "/reset", email="alice@example.org")

    kept = app.extensions["counts"].shared.storage.storage
    assert kept
    assert not [key for key in kept if "alice" in key]
