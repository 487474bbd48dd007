import pytest

from reminder_app.accounts import reset, service
from reminder_app.accounts.models import ApiToken, UserSession
from reminder_app.accounts.site import Site
from reminder_app.database import db
from reminder_app.workspaces import invitations
from reminder_app.workspaces import service as workspaces
from tests.accounts.mailbox import letters, path_in
from tests.accounts.test_sign_in import enter

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def rows(person):
    db.session.rollback()
    return db.session.query(UserSession).filter_by(user_id=person.id).all()


def test_signing_out_ends_the_session(app, alice):
    client = alice.browser()
    secret = client.get_cookie("sid").value

    r = client.post("/sign-out")

    assert r.location == "/sign-in"
    assert client.get_cookie("sid") is None
    again = app.test_client()
    again.set_cookie("sid", secret)
    assert again.get("/settings").status_code == 303
    assert rows(alice) == []


@pytest.mark.parametrize("way", ["sign-in", "sign-up", "invitation", "reset"])
def test_whoever_comes_in_next_ends_the_session_that_this_browser_had(app, alice, charlie, way):
    client, phone = alice.browser(), alice.browser()
    before = client.get_cookie("sid").value

    r = come_in(client, way, charlie, Site.of(app.config["SETTINGS"]))

    assert r.status_code == 303
    assert not is_alive(app, before)
    assert phone.get("/settings").status_code == 200


def come_in(client, way, charlie, site):
    new = {"email": "dora@example.org", "password": "four words in a row"}
    if way == "sign-in":
        return enter(client, charlie.email)
    if way == "sign-up":
        return client.post("/sign-up", data=new)
    if way == "invitation":
        firm = workspaces.create_workspace(charlie.id, kind="family", name="Chaplins")
        fields = {"email": new["email"], "role": "member", "site": site}
        invitations.invite(firm.id, charlie.id, **fields)
        return client.post(path_in(letters()[-1]) + "/sign-up", data=new)
    reset.ask(charlie.email, site)
    return client.post(path_in(letters()[-1]), data=new)


def is_alive(app, secret):
    again = app.test_client()
    again.set_cookie("sid", secret)
    return again.get("/settings").status_code == 200


def test_one_sees_where_one_is_signed_in(app, alice):
    enter(app.test_client())
    client = app.test_client()
    client.post(
        "/sign-in",
        data={"email": alice.email, "password": "correct horse battery"},
        headers={"User-Agent": FIREFOX},
    )

    page = client.get("/settings/security").text

    assert "Firefox on Linux" in page
    assert page.count("This browser") == 1
    assert "Sign out all others" in page


def test_one_ends_another_session(app, alice):
    here, there = alice.browser(), alice.browser()
    there.get("/settings")
    other = rows(alice)[1]

    r = here.post(f"/settings/sessions/{other.id}/end")

    assert r.status_code == 303
    assert there.get("/settings").status_code == 303
    assert here.get("/settings").status_code == 200


def test_ending_the_own_session_signs_out(alice):
    client = alice.browser()

    r = client.post(f"/settings/sessions/{rows(alice)[0].id}/end")

    assert r.location == "/sign-in"
    assert client.get_cookie("sid") is None


def test_one_ends_all_others(alice):
    here, there, elsewhere = alice.browser(), alice.browser(), alice.browser()

    assert here.post("/settings/sessions/end-others").status_code == 303

    assert here.get("/settings").status_code == 200
    assert there.get("/settings").status_code == 303
    assert elsewhere.get("/settings").status_code == 303


def test_a_stranger_cannot_end_it(alice, charlie):
    client = alice.browser()

    r = charlie.browser().post(f"/settings/sessions/{rows(alice)[0].id}/end")

    assert r.status_code == 404
    assert client.get("/settings").status_code == 200


def test_it_ends_after_a_week_without_use(alice, later):
    client = alice.browser()
    later(days=6)
    assert client.get("/settings").status_code == 200
    later(days=6)
    assert client.get("/settings").status_code == 200
    later(days=7, minutes=1)

    assert client.get("/settings").status_code == 303


def test_it_ends_after_a_month_in_any_case(alice, later):
    client = alice.browser()
    for _ in range(6):
        later(days=4, hours=23)
        assert client.get("/settings").status_code == 200
    later(days=1)

    assert client.get("/settings").status_code == 303


def test_signing_in_takes_one_query(alice, count_queries):
    client = alice.browser()
    client.get("/settings/security")

    with count_queries() as statements:
        client.get("/workspaces/new", headers={"HX-Request": "true"})

    assert len(statements) == 1


def test_last_seen_is_written_once_in_five_minutes(alice, count_queries, later):
    client = alice.browser()
    begun = rows(alice)[0].seen_at

    later(minutes=4)
    client.get("/settings")
    assert rows(alice)[0].seen_at == begun
    later(minutes=2)
    with count_queries() as first:
        client.get("/settings")
    with count_queries() as second:
        client.get("/settings")

    assert rows(alice)[0].seen_at > begun
    assert sum(statement.startswith("UPDATE") for statement in first) == 1
    assert sum(statement.startswith("UPDATE") for statement in second) == 0


def test_use_of_a_token_is_written_once_in_five_minutes(alice, count_queries, later):
    api = alice.api("me:read")
    with count_queries() as first:
        api.get("/api/v1/me")
    with count_queries() as second:
        api.get("/api/v1/me")
    later(minutes=6)
    with count_queries() as third:
        api.get("/api/v1/me")

    assert [len(statements) for statements in (first, second, third)] == [2, 1, 2]
    db.session.rollback()
    assert db.session.query(ApiToken).one().used_at is not None


def test_the_list_costs_the_same_with_many(app, alice, count_queries):
    client = alice.browser()
    client.get("/settings/security")
    with count_queries() as few:
        client.get("/settings/security")
    for _ in range(30):
        service.open_session(alice.id, alice.workspace_id)
    with count_queries() as many:
        client.get("/settings/security")

    assert len(few) == len(many)
