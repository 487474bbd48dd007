"""What a person sees when something is not there, or the database is not."""

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from reminder_app.app import create_app
from reminder_app.database import db
from tests.conftest import PASSWORD


@pytest.fixture
def client(alice):
    """Signed in; then the database says who is asking, and nothing more."""
    client = alice.browser()

    def cut(_connection, _cursor, statement, *_):
        if statement.startswith("SELECT") and "user_sessions" not in statement:
            raise OperationalError(statement, None, ConnectionError("gone"))

    event.listen(db.engine, "before_cursor_execute", cut)
    yield client
    event.remove(db.engine, "before_cursor_execute", cut)


def test_a_page_that_is_not_there_says_what_to_do_and_leads_to_today(alice):
    answer = alice.browser().get("/nothing-here")

    assert answer.status_code == 404
    assert "It may be mistyped, or what was here is gone" in answer.text
    assert "URL" not in answer.text
    assert 'href="/"' in answer.text
    assert "Back to Today" in answer.text


def test_a_script_without_the_token_of_a_page_is_told_where_it_is(app, alice, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    browser = alice.browser()

    as_json = browser.post("/db-monitor/analyze-query", json={"query": "SELECT 1"})
    as_page = browser.post("/contacts", data={"name": "Ann"})

    assert (as_json.status_code, "X-CSRFToken" in as_json.get_json()["title"]) == (400, True)
    assert (as_page.status_code, "reload the page" in as_page.text) == (400, True)


@pytest.mark.parametrize(("method", "status"), [("GET", 404), ("PATCH", 405)])
def test_the_api_says_it_in_our_words_too(alice, method, status):
    path = {"GET": "/api/v1/nothing", "PATCH": "/api/v1/tokens"}[method]
    answer = alice.api().open(path, method=method)

    assert (answer.status_code, answer.json["status"]) == (status, status)
    assert "/api/docs" in answer.json["title"]
    assert answer.content_type == "application/problem+json"


def test_an_old_form_says_how_to_go_on(settings):
    guarded = create_app(settings)
    answer = guarded.test_client().post("/sign-in", data={"email": "a@example.org"})

    assert answer.status_code == 400
    assert "reload the page and send it again" in answer.text


@pytest.mark.parametrize("path", ["/contacts", "/reminders", "/members"])
def test_a_page_says_that_the_database_is_away(client, path):
    answer = client.get(path)

    assert answer.status_code == 503
    assert "Nothing was changed" in answer.text
    assert "Back to Today" in answer.text
    assert answer.headers["Retry-After"] == "10"


def test_another_error_is_still_told_while_the_database_is_away(client):
    answer = client.get("/nothing-here")

    assert answer.status_code == 404
    assert "Back to Today" in answer.text


@pytest.fixture
def vanishing():
    """The workspace is deleted just before a row is added to it."""

    def delete(_connection, cursor, statement, *_):
        if statement.startswith(("INSERT INTO contacts", "INSERT INTO user_sessions")):
            cursor.execute("DELETE FROM workspaces")

    def begin():
        event.listen(db.engine, "before_cursor_execute", delete)

    yield begin
    event.remove(db.engine, "before_cursor_execute", delete)


CONTACT = {"name": "Ann", "email": "ann@example.org", "time_zone": "UTC", "locale": "en"}
PASSWORDS = {"current_password": PASSWORD, "new_password": "four words in a row"}


@pytest.mark.parametrize(
    ("path", "form"), [("/contacts", CONTACT), ("/settings/password", PASSWORDS)]
)
def test_whoever_saves_in_a_workspace_as_it_is_deleted_is_told_so(alice, vanishing, path, form):
    client = alice.browser()
    vanishing()
    answer = client.post(path, data=form)

    assert answer.status_code == 409
    assert "was deleted at the same moment, so nothing was changed" in answer.text
    assert "Back to Today" in answer.text


def test_whoever_saves_as_the_database_goes_is_told_to_look_first(losing):
    answer = losing.post("/settings", data={"time_zone": "UTC", "locale": "en"})

    assert answer.status_code == 503
    assert "it may be saved or not: look before you do it again" in answer.text
    assert "Nothing was changed" not in answer.text


@pytest.fixture
def losing(alice):
    """The connection breaks while COMMIT is answered."""

    def cut(_connection):
        raise OperationalError("COMMIT", None, ConnectionError("gone"), connection_invalidated=True)

    client = alice.browser()
    event.listen(db.engine, "commit", cut)
    yield client
    event.remove(db.engine, "commit", cut)


def test_who_may_not_is_told_whom_to_ask(alice, bob):
    answer = bob.browser().get("/settings/senders/new")

    assert answer.status_code == 403
    assert "senders:write" not in answer.text
    assert "Ask an owner or an admin" in answer.text
