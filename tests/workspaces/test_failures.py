"""Colleagues are told of messages to clients that failed: collected, and never of themselves."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from reminder_app.accounts.models import User
from reminder_app.database import db, new_id, now
from reminder_app.delivery.models import Delivery
from reminder_app.workspaces import failures
from reminder_app.workspaces import service as workspaces
from reminder_app.workspaces.models import Workspace
from tests.people import make_person
from tests.reminders.test_mail import html, text


@pytest.fixture
def firm(alice):
    db.session.execute(
        update(Workspace).where(Workspace.id == alice.workspace_id).values(kind="business")
    )
    db.session.commit()
    return alice


@pytest.fixture
def fail(alice):
    def made(**values):
        given = {
            "workspace_id": alice.workspace_id,
            "contact_id": new_id(),
            "key": f"reminder:{new_id()}",
            "source_kind": "reminder",
            "address": "carl@example.org",
            "name": "Carl",
            "template": "reminder",
            "subject": "Invoice",
            "state": "failed",
            "reason": "550 5.1.1 no such user",
            "due_at": now(),
            "not_before": now(),
        }
        delivery = Delivery(**given | values)
        db.session.add(delivery)
        db.session.commit()
        return delivery.id

    return made


def told():
    query = select(Delivery).filter_by(source_kind="failures").order_by(Delivery.address)
    db.session.rollback()
    return db.session.scalars(query).all()


def test_owner_and_admins_get_one_mail_for_all_of_them(firm, bob, charlie, join, fail):
    join(firm, charlie, "admin")
    fail(), fail(subject="Second <b>")

    assert failures.tell() == 1

    rows = told()
    assert [row.address for row in rows] == ["alice@example.org", "charlie@example.org"]
    assert rows[0].subject == "2 messages to clients could not be sent"
    for said in (text(rows[0]), html(rows[0])):
        assert "550 5.1.1 no such user" in said
        assert "/settings/failures" in said
    assert "Second &lt;b&gt;" in html(rows[0])


def test_each_reads_it_in_their_own_language(firm, fail):
    db.session.execute(update(User).where(User.id == firm.id).values(locale="de-AT"))
    db.session.commit()
    fail(reason="This contact is archived.")
    failures.tell()

    [row] = told()
    assert row.subject == "Eine Nachricht an einen Kunden konnte nicht gesendet werden"
    assert "Dieser Kontakt ist archiviert." in text(row)


def test_at_most_every_ten_minutes_and_each_once(firm, fail, later):
    fail()
    assert failures.tell() == 1
    later(minutes=2)
    fail()
    assert failures.tell() == 0
    later(minutes=9)
    assert failures.tell() == 1
    later(minutes=11)
    assert failures.tell() == 0

    assert [row.subject for row in told()] == ["A message to a client could not be sent"] * 2


def test_what_is_sent_again_or_called_off_meanwhile_is_not_told(firm, fail):
    fail(state="pending"), fail(state="cancelled")

    assert failures.tell() == 0


def test_never_of_what_went_to_members_or_of_itself(firm, fail):
    fail(contact_id=None)
    fail(contact_id=None, source_kind="failures")

    assert failures.tell() == 0


def test_a_family_is_not_told_unless_it_wants_to(alice, fail, later):
    fail()
    failures.tell()
    assert told() == []

    failures.switch(alice.workspace_id, is_on=True)
    later(minutes=11)
    fail()
    failures.tell()
    assert len(told()) == 1


def test_switched_off_nothing_more_goes_out(firm, fail):
    fail()
    failures.tell()
    failures.switch(firm.workspace_id, is_on=False)

    assert [row.state for row in told()] == ["cancelled"]


def test_each_person_decides_for_themselves(firm, charlie, join, fail):
    join(firm, charlie, "admin")
    failures.switch_own(firm.workspace_id, charlie.id, is_on=False)
    fail()
    failures.tell()

    assert [row.address for row in told()] == ["alice@example.org"]


def test_more_than_are_listed_are_counted(firm, fail):
    for _ in range(25):
        fail()
    failures.tell()

    [row] = told()
    assert row.subject == "25 messages to clients could not be sent"
    assert "And 5 more." in text(row)


def test_the_page_switches_both(firm, bob):
    browser = firm.browser()
    page = browser.get("/settings/failures").text
    assert page.count(" checked aria-") == 2

    assert browser.post("/settings/failures", data={"of_all": "1"}).status_code == 303
    assert failures.switches(firm.workspace_id, firm.id) == (True, False)
    assert bob.browser().get("/settings/failures").status_code == 403


def test_old_failures_are_not_dug_out(firm, fail, later):
    fail()
    later(hours=2)

    assert failures.tell() == 0
    assert timedelta(hours=1) == failures.FIRST


def test_its_links_lead_there_from_any_workspace(firm, fail, app):
    delivery_id = fail()
    failures.tell()
    (row,) = told()
    links = [row.payload["items"][0]["path"], row.payload["path"]]
    client, said = firm.browser(), text(row)
    family = workspaces.create_workspace(firm.id, kind="family", name="Family")
    assert all(link in said for link in links)

    assert client.get(links[0]).location == f"/deliveries/{delivery_id}"
    client.post("/workspaces/switch", data={"workspace_id": family.id})
    for link, path in zip(
        links, (f"/deliveries/{delivery_id}", "/deliveries?state=failed"), strict=True
    ):
        page = client.get(link)
        assert page.status_code == 200
        assert "This is in Personal" in page.text
        assert f'name="next" value="{path}"' in page.text
    assert make_person(app, "stranger").browser().get(links[0]).status_code == 404
