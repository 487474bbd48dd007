import pytest

from reminder_app.accounts import service as accounts
from reminder_app.accounts import sign_in
from reminder_app.database import db
from reminder_app.workspaces import service
from reminder_app.workspaces.models import Workspace

EMAIL, PASSWORD = "dora@example.org", "quiet rivers bend twice"


@pytest.fixture
def run(app):
    def command(*words, typed=None):
        return app.test_cli_runner().invoke(args=["accounts", *words], input=typed)

    return command


def create(run, email=EMAIL, password=PASSWORD, *options):
    return run("create-user", email, "--password-stdin", *options, typed=password + "\n")


def test_a_user_is_made_with_a_personal_workspace(run):
    r = create(run, " Dora@Example.org", PASSWORD, "--time-zone", "Europe/Rome", "--name", "Dora")

    user = accounts.find_user(EMAIL)
    assert r.exit_code == 0
    assert (user.name, user.time_zone) == ("Dora", "Europe/Rome")
    assert [w.kind for w in service.of_user(user.id)] == ["personal"]
    assert sign_in.sign_in(EMAIL, PASSWORD)
    assert PASSWORD not in r.output


def test_the_password_may_be_typed(run):
    r = run("create-user", EMAIL, typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert r.exit_code == 0
    assert PASSWORD not in r.output


def test_a_forgotten_password_is_replaced_and_ends_every_session(run, alice):
    browser = alice.browser()

    r = run("set-password", "Alice@example.org", "--password-stdin", typed=PASSWORD + "\n")

    assert r.exit_code == 0, r.output
    assert PASSWORD not in r.output
    assert sign_in.sign_in(alice.email, PASSWORD)
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("nobody@example.org", PASSWORD, "no account for"),
        ("alice@example.org", "short", "at least"),
    ],
)
def test_a_password_that_cannot_be_set_is_one_clear_line(run, alice, email, password, said):
    r = run("set-password", email, "--password-stdin", typed=password + "\n")

    assert r.exit_code == 1
    assert said in r.output
    assert r.output.count("\n") == 1


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "short"),
        (EMAIL, ""),
        ("no address", PASSWORD),
        ("alice@example.org", PASSWORD),
        ("ALICE@example.org", PASSWORD),
    ],
)
def test_what_cannot_be_is_one_clear_line(run, alice, email, password):
    r = create(run, email, password)

    assert r.exit_code == 1
    assert r.output.startswith("Error: ")
    assert r.output.count("\n") == 1
    assert db.session.query(Workspace).count() == 1


def test_a_password_that_is_guessed_first_is_warned_of(run):
    r = create(run, EMAIL, "password123")

    assert r.exit_code == 0
    assert "Warning" in r.output


def test_a_zone_that_is_none_is_refused(run):
    assert create(run, EMAIL, PASSWORD, "--time-zone", "Mars/Base").exit_code == 1


def test_a_token_stands_alone_on_the_last_line(app, run, alice):
    r = run("create-token", alice.email)

    token = r.output.splitlines()[-1]
    me = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert r.exit_code == 0
    assert me.status_code == 200
    assert "reminders:write" in me.json["scopes"]
    assert "tokens:write" in me.json["scopes"]


def test_a_token_may_be_narrow_and_short_lived(app, run, alice, later):
    r = run("create-token", alice.email, "--scope", "me:read", "--days", "1", "--name", "Cron")

    header = {"Authorization": f"Bearer {r.output.splitlines()[-1]}"}
    assert app.test_client().get("/api/v1/me", headers=header).json["scopes"] == ["me:read"]
    assert app.test_client().get("/api/v1/tokens", headers=header).status_code == 403
    later(days=2)
    assert app.test_client().get("/api/v1/me", headers=header).status_code == 401


def test_a_token_is_for_where_one_works(app, run, alice, firm):
    accounts.work_in(alice.id, None, firm.workspace_id)

    token = run("create-token", alice.email).output.splitlines()[-1]

    me = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json["workspace"]["name"] == "Alice & Co"


@pytest.mark.parametrize(
    "words",
    [
        ("create-token", "nobody@example.org"),
        ("make-superuser", "nobody@example.org"),
        ("create-token", "alice@example.org", "--scope", "account"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(run, alice, words):
    r = run(*words)

    assert r.exit_code == 1
    assert r.output.startswith("Error: ")
    assert r.output.count("\n") == 1


def test_a_superuser_is_made_here_and_nowhere_else(app, run, alice):
    assert not accounts.get_user(alice.id).is_superuser

    assert run("make-superuser", "Alice@example.org").exit_code == 0

    db.session.expire_all()
    assert accounts.get_user(alice.id).is_superuser
