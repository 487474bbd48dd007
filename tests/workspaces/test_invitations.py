import pytest
from flask import render_template

from reminder_app.accounts import service as accounts
from reminder_app.accounts import sign_in
from reminder_app.database import db
from reminder_app.workspaces import invitations, roles
from reminder_app.workspaces.models import Invitation, Membership
from tests.accounts.mailbox import letters, path_in
from tests.conftest import make_person

DORA = "dora@example.org"
NEW = {
    "password": "quiet rivers bend twice",
    "name": "Dora",
    "time_zone": "Europe/Rome",
    "locale": "it",
}


def invite(person, email=DORA, role="member"):
    data = {"email": email, "role": role}
    return person.browser().post("/members/invitations", data=data)


def rows() -> list[Invitation]:
    db.session.rollback()
    return db.session.query(Invitation).all()


def role_in(firm, user_id) -> str | None:
    db.session.rollback()
    found = db.session.query(Membership).filter_by(workspace_id=firm.workspace_id, user_id=user_id)
    return found.one().role if found.count() else None


@pytest.fixture
def link(firm):
    invite(firm)
    return path_in(letters()[-1])


def test_it_goes_out_by_mail(firm):
    r = invite(firm, " Dora@Example.org ", "viewer")

    (letter,) = letters()
    (row,) = rows()
    assert r.status_code == 303
    assert (row.email, row.role, row.invited_by) == (DORA, "viewer", firm.id)
    assert (letter.address, letter.template, letter.is_secret) == (DORA, "invitation", True)
    assert letter.workspace_id == firm.workspace_id
    assert letter.payload["link"].encode() not in row.token_hash
    assert DORA in firm.browser().get("/members").text


def test_the_mail_says_who_and_where_and_what(app, firm):
    invite(firm)
    (letter,) = letters()

    with app.test_request_context():
        html = render_template("mail/invitation.html", **letter.payload)
        text = render_template("mail/invitation.txt", **letter.payload)

    assert letter.payload["subject"] == "Alice invites you to Alice & Co"
    assert "Alice &amp; Co" in html
    assert "Alice & Co" in text
    assert letter.payload["link"] in text


def test_somebody_new_signs_up_and_joins(app, firm, link):
    client = app.test_client()
    page = client.get(link).text
    r = client.post(f"{link}/sign-up", data=NEW)

    dora = accounts.find_user(DORA)
    assert f'value="{DORA}"' in page
    assert "readonly" in page
    assert (r.status_code, r.location) == (303, "/")
    assert "Alice &amp; Co" in client.get("/settings").text
    assert role_in(firm, dora.id) == "member"
    assert (dora.time_zone, dora.locale) == ("Europe/Rome", "it")
    assert rows() == []
    assert sign_in.sign_in(DORA, NEW["password"])


def test_it_works_where_sign_up_is_closed(closed, firm, link):
    client = closed.test_client()

    assert client.get(link).status_code == 200
    assert client.post(f"{link}/sign-up", data=NEW).status_code == 303


def test_the_address_cannot_be_chosen(app, firm, link):
    app.test_client().post(f"{link}/sign-up", data=NEW | {"email": "other@example.org"})

    assert accounts.find_user("other@example.org") is None
    assert accounts.find_user(DORA) is not None


def test_a_weak_password_is_refused_and_the_invitation_stays(app, firm, link):
    r = app.test_client().post(f"{link}/sign-up", data=NEW | {"password": "password"})

    assert r.status_code == 422
    assert 'id="f-password-error"' in r.text
    assert len(rows()) == 1


def test_somebody_with_an_account_signs_in_first(app, firm, link):
    make_person(app, "dora")

    page = app.test_client().get(link).text

    assert "Sign in to accept" in page
    assert f"/sign-in?next={link}" in page
    assert app.test_client().post(f"{link}/sign-up", data=NEW).status_code == 422


def test_somebody_signed_in_accepts(app, firm, link):
    dora = make_person(app, "dora")
    client = dora.browser()
    assert "Accept as dora@example.org" in client.get(link).text

    r = client.post(f"{link}/accept")

    assert r.status_code == 303
    assert role_in(firm, dora.id) == "member"
    assert "Alice &amp; Co" in client.get("/settings").text
    assert accounts.get_user(dora.id).workspace_id == firm.workspace_id


def test_another_account_may_accept_and_is_told_so(firm, charlie, link):
    client = charlie.browser()

    page = client.get(link).text

    assert "charlie@example.org" in page
    assert "another address" in page
    assert client.post(f"{link}/accept").status_code == 303
    assert role_in(firm, charlie.id) == "member"


def test_accepting_needs_somebody_signed_in(app, firm, link):
    assert app.test_client().post(f"{link}/accept").location.startswith("/sign-in")
    assert len(rows()) == 1


def test_it_works_once(app, firm, charlie, bob, link):
    charlie.browser().post(f"{link}/accept")

    assert bob.browser().post(f"{link}/accept").status_code == 404
    assert bob.browser().get(link).status_code == 404
    assert role_in(firm, bob.id) is None


def test_it_works_for_seven_days(app, firm, link, later):
    later(days=6, hours=23)
    assert app.test_client().get(link).status_code == 200
    later(hours=2)

    r = app.test_client().get(link)
    assert r.status_code == 404
    assert "Ask for a new one" in r.text
    assert app.test_client().post(f"{link}/sign-up", data=NEW).status_code == 404


def test_sending_it_again_ends_the_link_before(app, firm, link):
    r = firm.browser().post(f"/members/invitations/{rows()[0].id}/send")

    new = path_in(letters()[-1])
    assert r.status_code == 303
    assert new != link
    assert app.test_client().get(link).status_code == 404
    assert app.test_client().get(new).status_code == 200
    assert len(rows()) == 1


def test_inviting_again_changes_the_role_and_says_so(app, firm, link):
    client = firm.browser()
    r = client.post("/members/invitations", data={"email": DORA, "role": "viewer"})

    assert r.status_code == 303
    assert "The role is viewer now; it was member." in client.get("/members").text
    assert [row.role for row in rows()] == ["viewer"]
    assert app.test_client().get(link).status_code == 404


def test_inviting_again_with_the_same_role_says_that_the_old_link_is_dead(firm, link):
    client = firm.browser()
    client.post("/members/invitations", data={"email": DORA, "role": "member"})

    page = client.get("/members").text
    assert "is renewed; the old link is dead." in page
    assert "it was" not in page


def test_it_can_be_withdrawn(app, firm, link):
    r = firm.browser().post(f"/members/invitations/{rows()[0].id}/revoke")

    assert r.status_code == 303
    assert rows() == []
    assert app.test_client().get(link).status_code == 404
    assert letters()[-1].state == "cancelled"


def test_a_member_is_not_invited_again(firm, charlie, join):
    join(firm, charlie, "viewer")

    r = invite(firm, "charlie@example.org")

    assert r.status_code == 422
    assert 'id="f-email-error"' in r.text


def test_whoever_is_a_member_already_keeps_their_role(app, firm, charlie, join, link):
    join(firm, charlie, "admin")

    assert charlie.browser().post(f"{link}/accept").status_code == 303
    assert role_in(firm, charlie.id) == "admin"


@pytest.mark.parametrize("mine", ["owner", "admin", "member", "viewer", "child"])
@pytest.mark.parametrize("role", list(roles.ROLES))
def test_roles_are_offered_as_the_table_says(app, firm, charlie, join, mine, role):
    person = firm if mine == "owner" else join(firm, charlie, mine)
    may = "members:write" in roles.ROLES[mine] and role in roles.invitable(mine)

    assert invite(person, role=role).status_code == (303 if may else 403)
    assert len(rows()) == may


def test_an_admin_cannot_touch_the_invitation_of_an_admin(app, firm, charlie, join):
    invite(firm, role="admin")
    admin = join(firm, charlie, "admin").browser()
    theirs = rows()[0].id

    assert admin.post(f"/members/invitations/{theirs}/revoke").status_code == 403
    assert admin.post(f"/members/invitations/{theirs}/send").status_code == 403
    assert (
        admin.post("/members/invitations", data={"email": DORA, "role": "viewer"}).status_code
        == 403
    )
    assert rows()[0].role == "admin"


@pytest.mark.parametrize("email", ["", "nobody", "a@b, c@d.org", "x\r\nBcc: y@example.org"])
def test_what_is_no_address_is_refused(firm, email):
    r = invite(firm, email)

    assert r.status_code == 422
    assert 'id="f-email-error"' in r.text


def test_a_personal_workspace_has_one_person(alice):
    r = invite(alice)

    assert r.status_code == 422
    assert rows() == []


def test_a_stranger_reaches_no_invitation(firm, charlie, link):
    theirs = rows()[0].id
    client = charlie.browser()

    for action in ("send", "revoke"):
        foreign = client.post(f"/members/invitations/{theirs}/{action}")
        missing = client.post(f"/members/invitations/{charlie.id}/{action}")
        assert foreign.status_code == missing.status_code == 404
    assert len(rows()) == 1


def test_there_is_a_limit_to_open_ones(firm, monkeypatch):
    monkeypatch.setattr(invitations, "MOST_OPEN", 1)
    invite(firm)

    assert invite(firm, "eve@example.org").status_code == 422


def test_old_ones_are_forgotten(firm, link, later):
    later(days=36)
    invitations.purge()
    assert len(rows()) == 1
    later(days=2)
    invitations.purge()
    assert rows() == []
