import pytest
from flask import render_template
from itsdangerous import URLSafeSerializer

from reminder_app.accounts import reset, service, sign_in
from reminder_app.accounts.site import Site
from reminder_app.calendars import feeds
from reminder_app.database import db
from reminder_app.errors import NotFound
from tests.accounts.mailbox import letters, path_in
from tests.accounts.test_sign_in import body
from tests.conftest import PASSWORD

NEW = "four words in a row"


def ask(app, email="alice@example.org"):
    return app.test_client().post("/reset", data={"email": email})


@pytest.fixture
def link(app, alice):
    ask(app)
    return path_in(letters()[-1])


def test_a_link_is_mailed_to_the_account(app, alice):
    r = ask(app, " Alice@example.org")

    (letter,) = letters()
    assert r.status_code == 200
    assert (letter.address, letter.template, letter.is_secret) == (alice.email, "reset", True)
    assert letter.payload["link"].startswith("http://localhost/reset/")
    assert letter.deadline_at is not None


def test_the_mail_reads_well(app, alice):
    ask(app)
    (letter,) = letters()

    with app.test_request_context():
        html = render_template("mail/reset.html", **letter.payload)
        text = render_template("mail/reset.txt", **letter.payload)

    assert letter.payload["link"] in text
    assert letter.payload["link"] in html
    assert "alice@example.org" in text


def test_the_answer_is_the_same_for_an_unknown_address(app, alice):
    known, unknown = ask(app), ask(app, "nobody@example.org")

    assert known.status_code == unknown.status_code == 200
    assert body(known).replace(alice.email, "") == body(unknown).replace("nobody@example.org", "")
    assert [letter.address for letter in letters()] == [alice.email]


def test_the_link_sets_a_new_password(app, alice, link):
    client = app.test_client()
    shown = client.get(link)
    r = client.post(link, data={"password": NEW})

    assert shown.status_code == 200
    assert r.location == "/sign-in"
    assert sign_in.sign_in(alice.email, NEW)
    assert letters()[-1].payload["kind"] == "password_changed"


def test_it_ends_every_session(app, alice, link):
    client = alice.browser()

    app.test_client().post(link, data={"password": NEW})

    assert client.get("/settings").status_code == 303


def test_it_revokes_every_token(app, alice, link):
    client = alice.api("me:read")
    assert client.get("/api/v1/me").status_code == 200

    app.test_client().post(link, data={"password": NEW})

    assert client.get("/api/v1/me").status_code == 401


def test_it_ends_every_address_of_a_calendar(app, alice, link):
    feed, token = feeds.create(alice.id, name="Mine")
    path = f"/calendar-feeds/{token}.ics"
    assert app.test_client().get(path).status_code == 200

    app.test_client().post(link, data={"password": NEW})

    assert app.test_client().get(path).status_code == 404
    _, renewed = feeds.renew(alice.id, feed.id)
    assert app.test_client().get(f"/calendar-feeds/{renewed}.ics").status_code == 200


def test_looking_at_the_link_changes_nothing(app, alice, link):
    for _ in range(3):
        assert app.test_client().get(link).status_code == 200

    assert sign_in.sign_in(alice.email, PASSWORD)


def test_it_works_once(app, alice, link):
    app.test_client().post(link, data={"password": NEW})

    again = app.test_client().post(link, data={"password": "another one altogether"})

    assert again.status_code == 404
    assert "no longer valid" in again.text
    assert sign_in.sign_in(alice.email, NEW)


def test_it_works_for_an_hour(app, alice, link, later):
    later(minutes=59)
    assert app.test_client().get(link).status_code == 200
    later(minutes=2)
    assert app.test_client().get(link).status_code == 404


def test_it_dies_when_the_password_or_the_address_changes(app, alice, link):
    service.get_user(alice.id).email = "alice@elsewhere.example"
    db.session.commit()

    assert app.test_client().get(link).status_code == 404


@pytest.mark.parametrize("wrong", ["x", "a.b", "W10.AAAA", "%00", "é"])
def test_what_we_did_not_sign_is_no_link(app, alice, link, wrong):
    assert app.test_client().get(f"/reset/{wrong}").status_code == 404
    assert app.test_client().get(link[:-3]).status_code == 404
    assert app.test_client().post(link[:-3], data={"password": NEW}).status_code == 404


def test_a_link_for_another_purpose_is_no_reset_link(app, alice):
    signer = URLSafeSerializer(app.config["SECRET_KEY"], salt="another purpose")
    other = signer.dumps([alice.id.hex, "x", 9_999_999_999])

    assert app.test_client().get(f"/reset/{other}").status_code == 404


def test_a_key_that_was_rotated_out_still_opens_it_while_it_is_a_fallback(app, alice, link):
    token = link.rpartition("/")[2]
    new = Site("http://localhost", [app.config["SECRET_KEY"], "n" * 40])
    without = Site("http://localhost", ["n" * 40])

    assert reset.owner(token, new).id == alice.id
    with pytest.raises(NotFound):
        reset.owner(token, without)


def test_a_weak_password_is_refused_beside_its_field(app, alice, link):
    short = app.test_client().post(link, data={"password": "short"})
    common = app.test_client().post(link, data={"password": "Password123"})

    assert short.status_code == common.status_code == 422
    assert 'id="f-password-error"' in short.text
    assert "guessers" in common.text
    assert sign_in.sign_in(alice.email, PASSWORD)


def test_a_missing_address_is_asked_for(app):
    assert ask(app, "").status_code == 422
    assert "new password" in app.test_client().get("/reset").text
