"""The ledger narrowed down, counted, and many of its messages sent again or called off."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from reminder_app.database import db, new_id
from reminder_app.database.audit.models import AuditEntry
from reminder_app.delivery import resending
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.repository import ledger

URL = "/api/v1/deliveries"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def row(alice):
    def made(**values):
        given = {
            "workspace_id": alice.workspace_id,
            "key": f"reminder:{new_id()}",
            "source_kind": "reminder",
            "address": "carl@example.org",
            "template": "reminder",
            "subject": "Hello",
            "payload": {"subject": "Hello"},
            "due_at": NOON,
            "not_before": NOON,
        }
        delivery = Delivery(**given | values)
        db.session.add(delivery)
        db.session.commit()
        return delivery.id

    return made


def ids(answer):
    assert answer.status_code == 200, answer.text
    return {one["id"] for one in answer.json["items"]}


def test_by_reminder_client_state_channel_and_period(alice, row):
    client, reminder = new_id(), new_id()
    first = row(contact_id=client, source_id=reminder, state="sent")
    second = row(contact_id=client, channel="push", due_at=NOON.replace(day=3))
    row()
    api = alice.api()

    assert ids(api.get(f"{URL}?contact_id={client}")) == {str(first), str(second)}
    assert ids(api.get(f"{URL}?contact_id={client}&state=sent")) == {str(first)}
    assert ids(api.get(f"{URL}?reminder_id={reminder}")) == {str(first)}
    assert ids(api.get(f"{URL}?channel=push")) == {str(second)}
    assert ids(api.get(f"{URL}?since=2026-03-02T00:00:00Z")) == {str(second)}
    period = "since=2026-03-01T00:00:00Z&until=2026-03-02T00:00:00Z"
    assert api.get(f"{URL}/count?{period}").json == {"count": 2}
    assert api.get(f"{URL}/count?contact_id={client}").json == {"count": 2}


def test_on_the_page_days_are_the_lookers(alice, row):
    row(subject="On Sunday", due_at=datetime(2026, 2, 28, 23, 30, tzinfo=UTC))  # 00:30 in Berlin
    page = alice.browser().get("/deliveries?since=2026-03-01&until=2026-03-01").text

    assert "On Sunday" in page
    assert "On Sunday" not in alice.browser().get("/deliveries?until=2026-02-28").text
    assert alice.browser().get("/deliveries?since=nonsense&until=0001-01-01").status_code == 200


def test_failed_ones_of_a_client_go_out_again_and_who_asked_is_written_down(alice, row):
    client = new_id()
    mine = [row(contact_id=client, state="failed") for _ in range(2)]
    other = row(state="failed")

    done = alice.api().post(f"{URL}/resend-failed", json={"contact_id": str(client)})

    assert done.json == {"many": 2, "has_more": False}
    assert [db.session.get(Delivery, one).state for one in (*mine, other)] == [
        "pending",
        "pending",
        "failed",
    ]
    events = db.session.scalars(select(AuditEntry).filter_by(table_name="deliveries.send_again"))
    assert [(one.actor_key, one.scope_key) for one in events] == [
        (str(alice.id), str(alice.workspace_id))
    ]


def test_what_waits_is_called_off_and_nothing_else(alice, row, monkeypatch):
    monkeypatch.setattr(resending, "MOST_AT_ONCE", 2)
    waits = [row(), row(state="held"), row()]
    gone = [row(state="sent"), row(state="handing_over")]
    api = alice.api()

    assert api.post(f"{URL}/cancel-pending", json={}).json == {"many": 2, "has_more": True}
    assert api.post(f"{URL}/cancel-pending", json={}).json == {"many": 1, "has_more": False}
    assert {db.session.get(Delivery, one).state for one in waits} == {"cancelled"}
    assert [db.session.get(Delivery, one).state for one in gone] == ["sent", "handing_over"]


def test_called_off_on_the_page(alice, row):
    one, late = row(), row(due_at=NOON.replace(day=9))
    browser = alice.browser()
    assert "Call off all of these" in browser.get("/deliveries?state=pending").text

    form = {"state": "pending", "until": "2026-03-01"}
    done = browser.post("/deliveries/cancel", data=form, follow_redirects=True)

    assert "Called off: 1." in done.text
    assert [db.session.get(Delivery, each).state for each in (one, late)] == [
        "cancelled",
        "pending",
    ]
    assert browser.post("/deliveries/cancel", data={"state": "sent"}).status_code == 422


def test_strangers_change_nothing(alice, charlie, row):
    one, two = row(), row(state="failed")
    api = charlie.api()

    assert api.get(f"{URL}/count").json == {"count": 0}
    assert api.post(f"{URL}/cancel-pending", json={}).json["many"] == 0
    assert api.post(f"{URL}/resend-failed", json={}).json["many"] == 0
    assert [db.session.get(Delivery, each).state for each in (one, two)] == ["pending", "failed"]


def test_a_viewer_may_look_and_not_act(alice, join, charlie, row):
    row()
    viewer = join(alice, charlie, "viewer")

    assert viewer.api().get(f"{URL}/count").json == {"count": 1}
    assert viewer.api().post(f"{URL}/cancel-pending", json={}).status_code == 403
    assert viewer.browser().post("/deliveries/cancel", data={}).status_code == 403


def test_a_channel_is_looked_up_and_not_searched_for(app):
    """Where it is rare, the whole ledger would be read for a page of it."""
    query = ledger(new_id(), channel="push").order_by(Delivery.due_at.desc(), Delivery.id.desc())
    if db.engine.dialect.name == "sqlite":  # what a server chooses among few rows says nothing
        compiled = query.limit(50).compile(db.engine)
        values = tuple(str(compiled.params[name]) for name in compiled.positiontup)
        asked = f"EXPLAIN QUERY PLAN {compiled}"
        plan = str(db.session.connection().exec_driver_sql(asked, values).all())

        assert "TEMP B-TREE" not in plan
        assert "ix__deliveries__workspace_id_channel_due_at_id" in plan
