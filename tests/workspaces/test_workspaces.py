import pytest

from reminder_app.accounts import service as accounts
from reminder_app.database import db
from reminder_app.delivery import service as delivery
from reminder_app.delivery.letters import Planned
from reminder_app.delivery.models import Delivery
from reminder_app.workspaces.models import Membership, Workspace

FORM = {"kind": "family", "name": "The Bakers"}
SETTINGS = {"name": "Baker's Dozen", "time_zone": "Europe/Paris", "locale": "fr-FR"}


def here(client) -> str:
    """The name of the workspace that a page is about."""
    text = client.get("/settings").text
    return text.partition("Workspace: </span><strong>")[2].partition("<")[0]


def by_name(name: str) -> Workspace:
    db.session.rollback()
    return db.session.query(Workspace).filter_by(name=name).one()


def test_a_new_one_is_owned_and_worked_in_at_once(alice):
    client = alice.browser()
    assert client.get("/workspaces/new").status_code == 200

    r = client.post("/workspaces", data=FORM)

    membership = db.session.query(Membership).filter_by(workspace_id=by_name("The Bakers").id).one()
    assert r.location == "/members"
    assert (membership.user_id, membership.role) == (alice.id, "owner")
    assert here(client) == "The Bakers"
    assert by_name("The Bakers").time_zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "personal"), ("kind", "club"), ("name", ""), ("name", "   "), ("name", "n" * 81)],
)
def test_what_cannot_be_is_refused(alice, field, value):
    r = alice.browser().post("/workspaces", data=FORM | {field: value})

    assert r.status_code == 422
    assert f'id="f-{field}-error"' in r.text
    assert db.session.query(Workspace).count() == 1


def test_there_is_a_limit_to_their_number(alice, monkeypatch):
    monkeypatch.setattr("reminder_app.workspaces.service.MOST", 1)

    assert alice.browser().post("/workspaces", data=FORM).status_code == 422


def test_one_switches_between_ones_own(alice, firm):
    client = alice.browser()
    assert here(client) == "Personal"

    r = client.post("/workspaces/switch", data={"workspace_id": str(firm.workspace_id)})

    assert (r.status_code, r.location) == (303, "/")
    assert here(client) == "Alice &amp; Co"
    page = client.get("/settings").text
    assert str(alice.workspace_id) in page
    assert str(firm.workspace_id) in page


def test_only_this_browser_switches_and_the_next_sign_in(alice, firm):
    client, other = alice.browser(), alice.browser()

    client.post("/workspaces/switch", data={"workspace_id": str(firm.workspace_id)})

    db.session.expire_all()
    assert here(other) == "Personal"
    assert accounts.get_user(alice.id).workspace_id == firm.workspace_id


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example"])
def test_switching_leads_to_no_other_site(alice, target):
    data = {"workspace_id": str(alice.workspace_id), "next": target}

    assert alice.browser().post("/workspaces/switch", data=data).location == "/"


def test_nobody_switches_to_what_is_not_theirs(alice, charlie):
    client = charlie.browser()

    foreign = client.post("/workspaces/switch", data={"workspace_id": str(alice.workspace_id)})
    missing = client.post("/workspaces/switch", data={"workspace_id": str(alice.id)})

    assert foreign.status_code == missing.status_code == 404
    assert here(client) == "Personal"
    assert client.post("/workspaces/switch", data={"workspace_id": "x"}).status_code == 422


def test_its_settings_are_kept(firm):
    client = firm.browser()
    assert "Alice &amp; Co" in client.get("/settings/workspace").text

    r = client.post("/settings/workspace", data=SETTINGS)

    workspace = by_name("Baker's Dozen")
    assert r.status_code == 303
    assert {name: getattr(workspace, name) for name in SETTINGS} == SETTINGS


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("time_zone", "Mars/Base"), ("locale", "zz")]
)
def test_settings_that_cannot_be_are_refused(firm, field, value):
    r = firm.browser().post("/settings/workspace", data=SETTINGS | {field: value})

    assert r.status_code == 422
    assert f'id="f-{field}-error"' in r.text
    assert by_name("Alice & Co")


def test_a_workspace_is_deleted_with_all_that_is_in_it(firm, charlie, join):
    member = join(firm, charlie, "member")
    browser, other = firm.browser(), member.browser()

    r = browser.post("/settings/workspace/delete", data={"typed_name": "Alice & Co"})

    assert (r.status_code, r.location) == (303, "/")
    assert db.session.query(Workspace).filter_by(kind="business").count() == 0
    assert here(browser) == "Personal"
    assert here(other) == "Personal"


def test_the_ledger_outlives_it_and_what_still_waits_is_called_off(firm):
    delivery.enqueue(
        Planned(
            key="proof",
            source_kind="reminder",
            source_id=None,
            workspace_id=firm.workspace_id,
            address="ann@example.org",
            template="invitation",
            payload={"subject": "Proof"},
        )
    )

    firm.browser().post("/settings/workspace/delete", data={"typed_name": "Alice & Co"})

    db.session.rollback()
    left = db.session.query(Delivery).one()
    assert left.workspace_id is None
    assert (left.state, left.reason) == ("cancelled", "Its workspace was deleted.")


def test_its_name_must_be_typed(firm):
    client = firm.browser()

    r = client.post("/settings/workspace/delete", data={"typed_name": "alice"})

    assert r.status_code == 422
    assert 'id="f-typed_name-error"' in r.text
    assert by_name("Alice & Co")


def test_a_personal_one_stays(alice):
    client = alice.browser()

    r = client.post("/settings/workspace/delete", data={"typed_name": "Personal"})

    assert r.status_code == 422
    assert "Delete this workspace" not in client.get("/settings/workspace").text
    assert by_name("Personal")


def test_an_admin_cannot_delete_it(firm, charlie, join):
    admin = join(firm, charlie, "admin").browser()

    r = admin.post("/settings/workspace/delete", data={"typed_name": "Alice & Co"})

    assert r.status_code == 403
    assert "Delete this workspace" not in admin.get("/settings/workspace").text


def test_charlie_does_not_see_its_name(firm, charlie):
    client = charlie.browser()

    for path in ("/settings", "/settings/workspace", "/members", "/workspaces/new"):
        assert "Alice" not in client.get(path).text
