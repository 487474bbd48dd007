import re
import threading

import pytest

from reminder_app.accounts import service as accounts
from reminder_app.database import db
from reminder_app.errors import AppError, Conflict
from reminder_app.workspaces import members, roles
from reminder_app.workspaces import service as workspaces
from reminder_app.workspaces.models import Invitation, Membership
from tests.conftest import Person, make_person


def membership(person) -> Membership | None:
    db.session.rollback()
    return (
        db.session.query(Membership)
        .filter_by(workspace_id=person.workspace_id, user_id=person.id)
        .one_or_none()
    )


def role(person) -> str | None:
    row = membership(person)
    return row.role if row else None


def post(person, other, action, **data):
    return person.browser().post(f"/members/{membership(other).id}/{action}", data=data)


def hand_over(person, other):
    data = {"membership_id": str(membership(other).id)}
    return person.browser().post("/members/transfer", data=data)


@pytest.fixture
def crew(app, firm, join):
    """One person in each role."""
    others = {r: join(firm, make_person(app, r), r) for r in roles.ROLES if r != "owner"}
    return {"owner": firm} | others


def test_everybody_who_may_see_them_sees_them(firm, bob, join):
    viewer = join(firm, bob, "viewer")

    page = viewer.browser().get("/members").text

    assert "alice@example.org" in page
    assert "bob@example.org" in page
    assert "Invite somebody" not in page


@pytest.mark.parametrize("kind", ["family", "business"])
def test_only_a_family_is_offered_the_role_of_a_child(alice, bob, kind, join):
    made = workspaces.create_workspace(alice.id, kind=kind, name="Ours")
    owner = Person(alice.app, alice.id, alice.email, made.id)
    join(owner, bob, "member")

    page = owner.browser().get("/members").text

    offered = ("Sees reminders and ticks them off" in page, "Make child" in page)
    assert offered == (kind == "family",) * 2
    assert "Make viewer" in page


def test_a_personal_workspace_says_how_to_share(alice):
    page = alice.browser().get("/members").text

    assert "yours alone" in page
    assert "/workspaces/new" in page
    assert "Invite somebody" not in page


def test_an_owner_changes_a_role(firm, charlie, join):
    member = join(firm, charlie, "member")

    r = post(firm, member, "role", role="admin")

    assert r.status_code == 303
    assert role(member) == "admin"


@pytest.mark.parametrize("mine", list(roles.ROLES))
@pytest.mark.parametrize("theirs", list(roles.ROLES))
def test_roles_are_given_and_taken_as_the_table_says(crew, app, join, mine, theirs):
    target = join(crew["owner"], make_person(app, "target"), theirs)
    may = "members:write" in roles.ROLES[mine] and theirs in roles.manageable(mine)

    change = post(crew[mine], target, "role", role="viewer")
    assert change.status_code == (303 if may else 403)
    assert role(target) == ("viewer" if may else theirs)


@pytest.mark.parametrize("mine", list(roles.ROLES))
@pytest.mark.parametrize("theirs", list(roles.ROLES))
def test_members_are_removed_as_the_table_says(crew, app, join, mine, theirs):
    target = join(crew["owner"], make_person(app, "target"), theirs)
    may = "members:write" in roles.ROLES[mine] and theirs in roles.manageable(mine)

    assert post(crew[mine], target, "remove").status_code == (303 if may else 403)
    assert role(target) == (None if may else theirs)


def test_nobody_gives_more_than_they_manage(crew):
    assert post(crew["admin"], crew["member"], "role", role="admin").status_code == 403
    assert post(crew["admin"], crew["admin"], "role", role="owner").status_code == 403
    assert role(crew["member"]) == "member"


def test_a_role_that_is_none_is_refused(crew):
    r = (
        crew["owner"]
        .browser()
        .post(f"/members/{membership(crew['member']).id}/role", data={"role": "king"})
    )

    assert r.status_code == 422


def test_the_last_owner_stays_the_owner(crew):
    owner = crew["owner"]

    demoted = post(owner, owner, "role", role="member")
    removed = post(owner, owner, "remove")
    left = owner.browser().post("/members/leave")

    assert {demoted.location, removed.location, left.location} == {"/members"}
    assert role(owner) == "owner"


def test_the_only_owner_is_told_why_there_is_no_way_to_leave(crew):
    owner = crew["owner"].browser()
    page = owner.get("/members").text

    assert "You are its only owner" in page
    assert "/members/leave" not in page
    assert "/members/leave" in crew["member"].browser().get("/members").text
    assert "You are its only owner" not in crew["member"].browser().get("/members").text


def test_an_owner_who_leaves_all_the_same_reads_what_to_do(crew):
    r = crew["owner"].browser().post("/members/leave", follow_redirects=True)

    assert r.request.path == "/members"
    assert "hand it over to somebody first, or delete it" in r.text


def test_one_of_two_owners_may_go(crew):
    post(crew["owner"], crew["admin"], "role", role="owner")

    assert crew["owner"].browser().post("/members/leave").status_code == 303
    assert role(crew["owner"]) is None


def test_two_owners_leaving_at_the_same_moment_leave_one(app, crew):
    one, other = crew["owner"], crew["admin"]
    post(one, other, "role", role="owner")
    answers = []

    def leave(person):
        with app.app_context():
            try:
                members.leave(person.workspace_id, person.id)
            except AppError as error:
                answers.append(type(error))

    threads = [threading.Thread(target=leave, args=(person,)) for person in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [Conflict]
    assert sorted(filter(None, (role(one), role(other)))) == ["owner"]


def test_the_workspace_is_handed_over(crew):
    r = hand_over(crew["owner"], crew["member"])

    assert r.status_code == 303
    assert (role(crew["member"]), role(crew["owner"])) == ("owner", "admin")


def test_only_an_owner_hands_it_over(crew):
    assert hand_over(crew["admin"], crew["member"]).status_code == 403
    assert hand_over(crew["owner"], crew["owner"]).location == "/members"
    assert role(crew["owner"]) == "owner"


def test_a_personal_workspace_is_not_handed_over_or_left(alice, bob):
    assert hand_over(alice, bob).location == "/members"
    assert alice.browser().post("/members/leave").location == "/members"
    assert (role(alice), role(bob)) == ("owner", "member")


def test_a_removed_member_is_out_at_once(app, firm, charlie, join):
    member = join(firm, charlie, "member")
    browser, api = member.browser(), member.api()
    assert "Alice &amp; Co" in browser.get("/settings").text

    post(firm, member, "remove")

    assert browser.get("/settings").status_code == 200
    assert "Alice &amp; Co" not in browser.get("/settings").text
    assert "alice@example.org" not in browser.get("/members").text
    assert api.get("/api/v1/me").status_code == 401


def test_their_tokens_stay_dead_when_they_come_back(firm, charlie, join):
    member = join(firm, charlie, "member")
    api = member.api()
    post(firm, member, "remove")

    join(firm, charlie, "member")

    assert api.get("/api/v1/me").status_code == 401


def test_whoever_was_removed_while_away_signs_in_at_home(firm, charlie, join):
    member = join(firm, charlie, "member")
    accounts.work_in(charlie.id, None, firm.workspace_id)
    post(firm, member, "remove")

    secret = accounts.open_session(charlie.id, firm.workspace_id)
    actor = workspaces.actor_of_session(secret)

    assert actor is not None
    assert actor.workspace_id == charlie.workspace_id


def test_a_new_role_counts_from_the_next_request(firm, charlie, join):
    member = join(firm, charlie, "member")
    api = member.api()
    browser = member.browser()
    post(firm, member, "role", role="child")

    assert browser.get("/members").status_code == 403
    assert api.get("/api/v1/me").json["scopes"] == [
        "me:read", "me:write", "reminders:act", "reminders:read", "tokens:write",
    ]  # fmt: skip


def test_one_leaves(firm, charlie, join):
    member = join(firm, charlie, "viewer")
    client = member.browser()

    r = client.post("/members/leave")

    assert (r.status_code, r.location) == (303, "/")
    assert role(member) is None
    assert "You have left Alice &amp; Co" in client.get("/settings").text
    assert "Alice &amp; Co" not in client.get("/settings").text


def test_a_stranger_reaches_no_member(firm, charlie):
    client = charlie.browser()
    foreign, missing = membership(firm).id, charlie.id

    for row in (foreign, missing):
        answers = [
            client.post(f"/members/{row}/role", data={"role": "viewer"}),
            client.post(f"/members/{row}/remove"),
            client.post("/members/transfer", data={"membership_id": str(row)}),
        ]
        assert [r.status_code for r in answers] == [404, 404, 404]
    assert role(firm) == "owner"


def test_many_come_in_pages_at_the_same_cost(app, firm, join, count_queries):
    client = firm.browser()
    client.get("/members")
    with count_queries() as few:
        client.get("/members")
    for n in range(60):
        # Without a password that is one: hashing sixty takes long.
        user = accounts.add_user(f"many{n}@example.org", "-", name=f"Many {n}")
        join(firm, Person(app, user.id, user.email, firm.workspace_id), "viewer")
    with count_queries() as many:
        page = client.get("/members").text

    assert len(few) == len(many)
    assert page.count("@example.org") < 60
    more = re.search(r'href="(/members\?cursor=[^"]+)"', page)[1]
    assert "many59@example.org" in client.get(more).text


def one_of(firm, person) -> Membership:
    which = {"workspace_id": firm.workspace_id, "user_id": person.id}
    return db.session.query(Membership).filter_by(**which).one()


def test_a_lower_role_takes_back_the_invitations_it_could_not_send(firm, charlie, join):
    owner = join(firm, charlie, "owner")
    for email, role in (("one@example.org", "admin"), ("two@example.org", "member")):
        owner.browser().post("/members/invitations", data={"email": email, "role": role})
    mine = one_of(firm, charlie)
    path = f"/members/{mine.id}/role"

    firm.browser().post(path, data={"role": "admin"})
    assert [one.role for one in db.session.query(Invitation)] == ["member"]

    firm.browser().post(path, data={"role": "viewer"})
    assert db.session.query(Invitation).count() == 0


def test_who_hands_a_workspace_over_has_invited_no_admin_any_more(firm, charlie, join):
    join(firm, charlie, "member")
    firm.browser().post("/members/invitations", data={"email": "one@example.org", "role": "admin"})
    theirs = one_of(firm, charlie)

    firm.browser().post("/members/transfer", data={"membership_id": theirs.id})

    assert db.session.query(Invitation).count() == 0


def test_the_invitations_of_a_removed_admin_go_with_them(app, firm, charlie, join):
    admin = join(firm, charlie, "admin")
    admin.browser().post(
        "/members/invitations", data={"email": "back@example.org", "role": "member"}
    )
    assert db.session.query(Invitation).count() == 1
    member = db.session.query(Membership).filter_by(user_id=charlie.id, role="admin").one()

    r = firm.browser().post(f"/members/{member.id}/remove")

    assert r.status_code == 303
    assert db.session.query(Invitation).count() == 0
