import pytest

from reminder_app.accounts import service as accounts
from reminder_app.accounts import sign_in
from reminder_app.accounts.models import User
from reminder_app.database import db
from reminder_app.workspaces.models import Membership, Workspace
from tests.accounts.mailbox import letters, path_in
from tests.conftest import PASSWORD

FORM = {
    "email": "dora@example.org",
    "password": "quiet rivers bend twice",
    "name": "Dora",
    "time_zone": "America/Lima",
    "locale": "es-PE",
}


def sign_up(app, headers=None, **changes):
    client = app.test_client()
    return client, client.post("/sign-up", data=FORM | changes, headers=headers)


def dora() -> User:
    db.session.rollback()
    return db.session.query(User).filter_by(email="dora@example.org").one()


def test_one_is_signed_in_at_once_in_a_personal_workspace(app):
    client, r = sign_up(app)

    membership = db.session.query(Membership).one()
    workspace = db.session.query(Workspace).one()
    assert (r.status_code, r.location) == (303, "/")
    assert client.get("/settings").status_code == 200
    assert (membership.user_id, membership.role) == (dora().id, "owner")
    assert (workspace.kind, workspace.time_zone) == ("personal", "America/Lima")


def test_zone_and_language_come_from_the_browser(app):
    sign_up(app)

    assert (dora().time_zone, dora().locale) == ("America/Lima", "es-PE")


def test_without_scripts_the_language_comes_from_the_headers(app):
    client, _ = sign_up(
        app, headers={"Accept-Language": "fr-CA,fr;q=0.8,en;q=0.5"}, time_zone="", locale=""
    )

    assert (dora().time_zone, dora().locale) == ("UTC", "fr-CA")
    assert "set your zone" in client.get("/settings").text


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../../etc/passwd", "x" * 500, "posixrules"])
def test_a_zone_that_is_none_becomes_utc(app, zone):
    sign_up(app, time_zone=zone, locale="<script>")

    assert (dora().time_zone, dora().locale) == ("UTC", "en")


def test_the_address_is_kept_in_lower_case(app):
    sign_up(app, email="  Dora@EXAMPLE.org ")

    assert sign_in.sign_in("dora@example.org", FORM["password"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "not an address"),
        ("email", "a@example.org, b@example.org"),
        ("email", "a@example.org\r\nBcc: b@example.org"),
        ("email", "x" * 300 + "@example.org"),
        ("password", ""),
        ("password", "short"),
        ("password", "password1"),
        ("password", "dora@example.org"),
        ("password", "x" * 1025),
        ("name", "two\nlines"),
        ("name", "n" * 121),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(app, field, value):
    _, r = sign_up(app, **{field: value})

    assert r.status_code == 422
    assert f'id="f-{field}-error"' in r.text
    assert db.session.query(User).count() == 0


def test_what_was_typed_stays_but_the_password(app):
    _, r = sign_up(app, email="not an address")

    assert 'value="not an address"' in r.text
    assert 'value="Dora"' in r.text
    assert FORM["password"] not in r.text


def test_a_known_address_is_told_only_to_its_owner(app, alice):
    client, r = sign_up(app, email=alice.email)

    (letter,) = letters()
    assert r.status_code == 200
    assert "Look into your mailbox" in r.text
    assert "exist" not in r.text
    assert "already" not in r.text
    assert client.get_cookie("sid") is None
    assert (letter.address, letter.payload["kind"]) == (alice.email, "taken")
    assert app.test_client().get(path_in(letter)).status_code == 200


def test_a_known_address_keeps_its_password(app, alice):
    sign_up(app, email=alice.email)

    assert sign_in.sign_in(alice.email, PASSWORD)


def test_sign_up_can_be_closed(closed):
    client = closed.test_client()

    assert client.get("/sign-up").status_code == 403
    assert client.post("/sign-up", data=FORM).status_code == 403
    assert "Create an account" not in client.get("/sign-in").text
    assert db.session.query(User).count() == 0


def test_the_page_asks_for_zone_and_language_where_scripts_run(app):
    page = app.test_client().get("/sign-up").text

    assert "data-browser-zone" in page
    assert "data-browser-locale" in page
    assert "Create an account" in app.test_client().get("/sign-in").text


def test_whoever_is_signed_in_needs_no_account(alice):
    assert alice.browser().get("/sign-up").location == "/"


def test_a_name_is_not_needed(app):
    client, _ = sign_up(app, name="")

    assert "dora" in client.get("/settings").text
    assert accounts.find_user("dora@example.org").name == ""
