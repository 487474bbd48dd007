"""One reminder for many: added and removed later, and sent early."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from reminder_app.contacts.models import Contact
from reminder_app.database import db, new_id
from reminder_app.delivery.models import Delivery
from reminder_app.errors import Conflict
from reminder_app.reminders import audience, sending_now, service
from reminder_app.reminders.audience import Wanted
from reminder_app.reminders.models import Recipient
from tests.reminders.conftest import SITE, ledger

URL = "/api/v1/reminders"


@pytest.fixture
def crowd(alice):
    def made(count):
        mine = {"workspace_id": alice.workspace_id}
        rows = [
            {"id": new_id(), "name": f"Client {n}", "email": f"client{n}@example.org", **mine}
            for n in range(count)
        ]
        for start in range(0, count, 1000):
            db.session.execute(insert(Contact), rows[start : start + 1000])
        db.session.commit()
        return [row["id"] for row in rows]

    return made


@pytest.fixture
def add(alice):
    return lambda reminder, **who: audience.add(
        alice.workspace_id, alice.id, reminder.id, Wanted(**who)
    )


@pytest.fixture
def remove(alice):
    return lambda reminder, **who: audience.remove(
        alice.workspace_id, alice.id, reminder.id, Wanted(**who)
    )


@pytest.fixture
def send_now(alice):
    return lambda reminder, at=None: sending_now.send_now(
        alice.workspace_id, alice.id, reminder.id, SITE, at
    )


def told(reminder, state="pending"):
    return sorted(row.address for row in ledger(reminder) if row.state == state)


def test_by_search_by_address_and_by_id(monday, make, crowd, add):
    ids = crowd(30)
    reminder = make()

    assert add(reminder, q="client2").added == 11
    done = add(
        reminder, addresses=["CLIENT3@example.org ", "nobody@example.org", "client2@example.org"]
    )
    assert (done.added, done.known, done.not_found) == (1, 1, ["nobody@example.org"])
    assert add(reminder, contact_ids=ids[:4]).total == 1 + 11 + 1 + 2


def test_some_thousands_cost_as_many_queries_as_some(
    monday, alice, make, crowd, add, count_queries, plan, later
):
    ids = crowd(2500)
    reminder = make()
    assert add(reminder, contact_ids=ids).total == 2501

    with count_queries() as statements:
        found = service.get_reminder(alice.workspace_id, reminder.id)
        page = service.list_reminders(alice.workspace_id)
    assert found.is_for_many
    assert page.items[0].shown_recipients == []
    assert len(statements) < 12

    later(hours=1)
    assert plan() == 1
    assert len(ledger(reminder)) == 2501


def test_the_api_adds_removes_and_lists(monday, alice, make, crowd):
    ids = [str(one) for one in crowd(60)]
    reminder = make()
    api, url = alice.api(), f"{URL}/{reminder.id}/recipients"

    assert api.post(url, json={"contacts": ids}).json["total"] == 61
    assert api.post(url, json={"contacts": ids}).json["added"] == 0
    shown = api.get(f"{URL}/{reminder.id}").json
    assert (shown["is_for_many"], shown["recipients"]) == (True, [])
    refused = api.patch(f"{URL}/{reminder.id}", json={"recipients": [{"kind": "me"}]})
    assert list(refused.json["fields"]) == ["recipients"]
    page = api.get(url, query_string={"limit": 50}).json
    rest = api.get(url, query_string={"cursor": page["next_cursor"], "limit": 50}).json
    assert len(page["items"]) + len(rest["items"]) == 61
    assert page["items"][1]["address"] == "client0@example.org"

    assert api.delete(url, json={"contacts": ids[1:]}).json == {"removed": 59, "total": 2}
    shown = api.get(f"{URL}/{reminder.id}").json
    assert [one["kind"] for one in shown["recipients"]] == ["me", "contact"]


def test_who_is_not_added_is_named_with_the_reason(monday, alice, make):
    mute = {"sms": "no email address, and no gateway for SMS", "": "no email address"}
    wanted = []
    for n, (channel, phone, archived_at) in enumerate(
        [
            ("", "", None),
            ("sms", "+49 151 12345678", None),
            ("sms", "0151 12345678", None),
            ("", "", monday),
        ]
    ):
        row = Contact(
            workspace_id=alice.workspace_id,
            name=f"Mute {n}",
            phone=phone,
            preferred_channel=channel,
            archived_at=archived_at,
        )
        db.session.add(row)
        db.session.commit()
        wanted.append(str(row.id))
    api, reminder = alice.api(), make()

    done = api.post(f"{URL}/{reminder.id}/recipients", json={"contacts": wanted}).json

    assert done["unreachable"] == 4
    assert {one["name"]: one["reason"] for one in done["unreachable_contacts"]} == {
        "Mute 0": mute[""],
        "Mute 1": mute["sms"],
        "Mute 2": "the number has no country code, like +49",
        "Mute 3": "archived",
    }
    new = {"title": "Rent", "starts_at": "2026-02-01T09:00", "time_zone": "UTC"}
    one = {"kind": "contact", "id": wanted[1]}
    refused = api.post(URL, json=new | {"recipients": [one]})
    assert mute["sms"] in str(refused.json["fields"])
    page = alice.browser().post(
        f"/reminders/{reminder.id}/recipients", data={"q": "Mute"}, follow_redirects=True
    )
    assert "Mute 2 (the number has no country code, like +49)" in page.text


def test_nobody_is_left_is_refused(monday, alice, make, remove):
    reminder = make()
    r = alice.api().delete(f"{URL}/{reminder.id}/recipients", json={"members": [str(alice.id)]})

    assert (r.status_code, list(r.json["fields"])) == (422, ["recipients"])
    nothing = alice.api().post(f"{URL}/{reminder.id}/recipients", json={})
    assert nothing.status_code == 422


def test_too_many_are_refused(monday, make, crowd, add, monkeypatch):
    monkeypatch.setattr(audience, "MOST", 20)
    reminder = make()
    ids = crowd(20)

    with pytest.raises(Exception, match="at most"):
        add(reminder, contact_ids=ids)
    with pytest.raises(Exception, match="at most"):
        add(reminder, q="client")
    assert add(reminder, contact_ids=ids[:19]).total == 20


def test_those_removed_get_nothing_more_and_those_added_what_is_to_come(
    monday, make, crowd, add, remove, plan, later
):
    first, second = crowd(2)
    reminder = make(
        rule="FREQ=DAILY", recipients=[{"kind": "me"}, {"kind": "contact", "id": first}]
    )
    later(hours=1)
    plan()
    assert told(reminder) == ["alice@example.org", "client0@example.org"]

    remove(reminder, contact_ids=[first])
    add(reminder, contact_ids=[second])
    assert told(reminder) == ["alice@example.org"]
    assert told(reminder, "cancelled") == ["client0@example.org"]
    later(hours=24)
    plan()
    assert told(reminder) == ["alice@example.org"] * 2 + ["client1@example.org"]


def test_many_removed_at_once_are_called_off(monday, make, crowd, add, remove, plan, later):
    ids = crowd(80)
    reminder = make()
    add(reminder, contact_ids=ids)
    later(hours=1)
    plan()

    assert remove(reminder, contact_ids=ids[:70]).removed == 70
    assert len(told(reminder, "cancelled")) == 70
    assert len(told(reminder)) == 11


def test_strangers_find_nothing(monday, alice, charlie, make, crowd):
    [theirs] = crowd(1)
    reminder = make()
    api, url = charlie.api(), f"{URL}/{reminder.id}"

    assert api.get(f"{url}/recipients").status_code == 404
    assert api.post(f"{url}/recipients", json={"q": "x"}).status_code == 404
    assert api.delete(f"{url}/recipients", json={"q": "x"}).status_code == 404
    assert api.post(f"{url}/send-now", json={}).status_code == 404
    browser = charlie.browser()
    for path in ("recipients", "send-now"):
        assert browser.get(f"/reminders/{reminder.id}/{path}").status_code == 404
    own = api.post(URL, json={"title": "x", "starts_at": "2030-01-01T09:00"}).json["id"]
    done = api.post(f"{URL}/{own}/recipients", json={"contacts": [str(theirs)]}).json
    assert (done["added"], done["total"]) == (0, 1)


def test_sent_now_nobody_gets_it_a_second_time(monday, make, crowd, add, send_now, plan, later):
    first, second = crowd(2)
    reminder = make(
        rule="FREQ=DAILY", advance_notices=[30], recipients=[{"kind": "contact", "id": first}]
    )
    done = send_now(reminder)
    assert (done.planned, done.occurrence_at) == (1, monday + timedelta(hours=1))
    add(reminder, contact_ids=[second])

    later(minutes=40)
    plan()
    assert told(reminder) == ["client0@example.org"]  # the notice before it is not said any more
    later(minutes=20)
    plan()
    assert told(reminder) == ["client0@example.org", "client1@example.org"]
    later(hours=24)
    plan()
    assert len(told(reminder)) == 4  # the next day as ever


def test_a_second_press_sends_nothing(monday, make, send_now):
    reminder = make(rule="FREQ=DAILY")
    done = send_now(reminder)

    with pytest.raises(Conflict, match="has been told"):
        send_now(reminder, done.occurrence_at)
    assert len(ledger(reminder)) == 1


def test_what_is_paused_or_over_is_not_sent(monday, alice, make, send_now, act):
    reminder = make()
    service.pause(alice.workspace_id, reminder.id)
    with pytest.raises(Conflict, match="paused"):
        send_now(reminder)
    service.resume(alice.workspace_id, reminder.id)
    act("done", reminder)
    with pytest.raises(Conflict):
        send_now(reminder)


def test_sent_now_by_the_api_once_per_key(monday, alice, make):
    reminder = make()
    sent = [
        alice.api().post(
            f"{URL}/{reminder.id}/send-now", json={}, headers={"Idempotency-Key": "press"}
        )
        for _ in range(2)
    ]

    assert [r.status_code for r in sent] == [202, 202]
    assert sent[0].json == sent[1].json == {"planned": 1, "occurrence_at": "2026-01-12T08:00:00Z"}
    assert len(ledger(reminder)) == 1


def test_before_it_is_sent_one_reads_what_the_first_client_will(monday, alice, make, crowd, add):
    first, *_others = ids = crowd(8)
    reminder = make(
        kind="payment",
        amount="20",
        currency="EUR",
        title="Invoice <7>",
        recipients=[{"kind": "contact", "id": first}],
    )
    add(reminder, contact_ids=ids)
    client = alice.browser()

    page = client.get(f"/reminders/{reminder.id}/send-now").text
    shown = client.get(f"/reminders/{reminder.id}").text

    assert "What Client 0 reads" in page
    assert "Invoice &lt;7&gt; (due January 12, 2026)" in page
    assert "€20.00" in page
    assert ledger(reminder) == []
    assert "and 2 more" in shown
    assert "and 5 more" in client.get("/reminders?view=all").text
    assert shown.count(f"/reminders/{reminder.id}/send-now") == 2  # a button, and the menu


def test_the_pages(monday, alice, make, crowd):
    ids = crowd(3)
    reminder = make()
    browser, url = alice.browser(), f"/reminders/{reminder.id}"
    pasted = "Client 0 <client0@example.org>; client1@example.org\nwho@example.org"
    shown = browser.post(
        f"{url}/recipients", data={"addresses": pasted}, follow_redirects=True
    ).text
    assert "Added: 2." in shown
    assert "No contact has who@example.org" in shown
    assert browser.post(f"{url}/recipients", data={}).status_code == 422
    gone = browser.post(
        f"{url}/recipients/remove", data={"recipients": f"contact:{ids[0]}"}, follow_redirects=True
    )
    assert "Removed: 1." in gone.text

    asked = browser.get(f"{url}/send-now").text
    assert "It goes to 2 people at once." in asked
    at = {"at": "2026-01-12T08:00:00Z"}
    for words in ("On its way to 2.", "has been told of this time already"):
        done = browser.post(f"{url}/send-now", query_string=at, follow_redirects=True)
        assert words in done.text
    shown = browser.get(url).text
    assert "Sent early" in shown
    assert "Everybody has been told of this time already." in shown
    assert "/send-now" not in shown
    browser.post(f"{url}/recipients", data={"addresses": "client2@example.org"})
    assert f"{url}/send-now" in browser.get(url).text
    browser.post(f"{url}/recipients/remove", data={"recipients": f"contact:{ids[2]}"})
    assert "has been told of this time already" in browser.get(f"{url}/send-now").text


def test_the_form_keeps_an_audience_that_it_does_not_show(monday, alice, make, crowd, add):
    reminder = make()
    add(reminder, contact_ids=crowd(60))
    browser = alice.browser()
    form = {
        "title": "Changed",
        "date": "2026-01-12",
        "time": "09:00",
        "time_zone": "Europe/Berlin",
        "version": service.get_reminder(alice.workspace_id, reminder.id).version,
    }

    assert "This reminder is for many" in browser.get(f"/reminders/{reminder.id}/edit").text
    assert browser.post(f"/reminders/{reminder.id}/edit", data=form).status_code == 303
    found = select(Recipient).filter_by(reminder_id=reminder.id)
    assert len(db.session.scalars(found).all()) == 61
    assert db.session.scalars(select(Delivery)).all() == []
