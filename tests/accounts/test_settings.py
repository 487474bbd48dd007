import pytest

from reminder_app.accounts import service, sign_in
from reminder_app.accounts.models import User
from reminder_app.database import db
from tests.accounts.mailbox import letters
from tests.conftest import PASSWORD

NEW = "four words in a row"
PROFILE = {
    "name": "Alice B.",
    "time_zone": "Asia/Kathmandu",
    "locale": "de-AT",
    "theme": "dark",
}


def user(person) -> User:
    db.session.expire_all()
    return service.get_user(person.id)


def change_password(client, current=PASSWORD, new=NEW):
    data = {"current_password": current, "new_password": new}
    return client.post("/settings/password", data=data)


def change_email(client, email="alice@elsewhere.example", password=PASSWORD):
    return client.post("/settings/email", data={"email": email, "password": password})


def test_the_profile_is_kept(alice):
    client = alice.browser()

    r = client.post("/settings", data=PROFILE)

    row = user(alice)
    assert r.status_code == 303
    assert {name: getattr(row, name) for name in PROFILE} == PROFILE
    assert 'value="Alice B."' in client.get("/settings").text
    assert client.get_cookie("theme").value == "dark"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Europe/Atlantis"),
        ("time_zone", "posixrules"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", ""),
        ("locale", "xx-YY"),
        ("locale", "x" * 300),
        ("theme", "pink"),
        ("name", "n" * 121),
        ("name", "two\nlines"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(alice, field, value):
    r = alice.browser().post("/settings", data=PROFILE | {field: value})

    assert r.status_code == 422
    assert f'id="f-{field}-error"' in r.text
    assert user(alice).name == "Alice"


def test_only_these_settings_can_be_set(alice):
    alice.browser().post("/settings", data=PROFILE | {"is_superuser": "1", "email": "x@y.org"})

    assert not user(alice).is_superuser
    assert user(alice).email == "alice@example.org"


def test_an_old_name_of_a_zone_stays_selectable(alice):
    alice.browser().post("/settings", data=PROFILE | {"time_zone": "Asia/Calcutta"})

    page = alice.browser().get("/settings").text

    assert '<option value="Asia/Calcutta" selected>' in page


def test_a_new_password_needs_the_current_one(alice):
    r = change_password(alice.browser(), current="not my password")

    assert r.status_code == 422
    assert 'id="f-current_password-error"' in r.text
    assert sign_in.sign_in(alice.email, PASSWORD)


def test_a_new_password_signs_out_everywhere_but_here(app, alice):
    here, there = alice.browser(), alice.browser()
    before = here.get_cookie("sid").value

    r = change_password(here)

    old = app.test_client()
    old.set_cookie("sid", before)
    assert r.status_code == 303
    assert here.get("/settings").status_code == 200
    assert here.get_cookie("sid").value != before
    assert there.get("/settings").status_code == 303
    assert old.get("/settings").status_code == 303
    assert sign_in.sign_in(alice.email, NEW)


def test_its_owner_is_told_of_a_new_password(alice):
    change_password(alice.browser())

    (letter,) = letters()
    assert (letter.address, letter.payload["kind"]) == (alice.email, "password_changed")


def test_guessing_the_current_password_is_slowed_down(alice):
    client = alice.browser()
    for _ in range(5):
        change_password(client, current="a guess")

    r = change_password(client)

    assert r.status_code == 429
    assert "Retry-After" in r.headers


@pytest.mark.parametrize("new", ["short", "password1", "alice@example.org", "ä" * 600])
def test_a_bad_new_password_is_refused(alice, new):
    r = change_password(alice.browser(), new=new)

    assert r.status_code == 422
    assert 'id="f-new_password-error"' in r.text
    assert sign_in.sign_in(alice.email, PASSWORD)


def test_a_new_address_needs_the_password(alice):
    r = change_email(alice.browser(), password="not my password")

    assert r.status_code == 422
    assert user(alice).email == "alice@example.org"


def test_a_new_address_is_the_one_to_sign_in_with_and_the_old_one_is_told(alice):
    here, there = alice.browser(), alice.browser()

    r = change_email(here, " Alice@Elsewhere.example ")

    (letter,) = letters()
    assert r.status_code == 303
    assert (letter.address, letter.payload["kind"]) == ("alice@example.org", "email_changed")
    assert sign_in.sign_in("alice@elsewhere.example", PASSWORD)
    assert here.get("/settings").status_code == 200
    assert there.get("/settings").status_code == 303


@pytest.mark.parametrize("email", ["charlie@example.org", "not an address", "a@b@c.org"])
def test_an_address_that_cannot_be_is_refused(alice, charlie, email):
    r = change_email(alice.browser(), email)

    assert r.status_code == 422
    assert 'id="f-email-error"' in r.text
    assert user(alice).email == "alice@example.org"
