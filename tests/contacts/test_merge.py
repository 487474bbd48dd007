from datetime import timedelta

import pytest

from reminder_app.contacts import merging, service
from reminder_app.database import db, now
from reminder_app.delivery import service as delivery
from reminder_app.delivery.letters import Planned
from reminder_app.delivery.models import Delivery
from reminder_app.errors import Conflict, Invalid, NotFound
from reminder_app.reminders import service as reminders
from reminder_app.reminders.models import Recipient


@pytest.fixture
def ann(alice):
    return service.create(
        alice.workspace_id, name="Ann Lee", email="ann.lee@gmail.com", tags=["client"]
    )


@pytest.fixture
def again(alice):
    return service.create(
        alice.workspace_id,
        name="A. Lee",
        email="annlee+x@gmail.com",
        phone="+49 30 123456",
        tags=["vip"],
        attributes={"Number": "1042"},
    )


def remind(person, *contacts):
    return reminders.create_reminder(
        person.workspace_id,
        person.id,
        title="Pay",
        starts_at=(now() + timedelta(days=2)).replace(tzinfo=None),
        time_zone="UTC",
        recipients=[{"kind": "contact", "id": one.id} for one in contacts],
    )


def send(person, contact, key):
    return delivery.enqueue(
        Planned(
            key=key,
            source_kind="reminder",
            address=contact.email,
            template="reminder",
            payload={"subject": "Pay"},
            workspace_id=person.workspace_id,
            contact_id=contact.id,
        )
    )


def test_one_stays_with_what_both_had(alice, ann, again):
    kept = merging.merge(alice.workspace_id, ann.id, [ann.id, again.id])

    assert (kept.name, kept.email, kept.phone) == ("Ann Lee", "ann.lee@gmail.com", "+49 30 123456")
    assert [tag.name for tag in kept.tags] == ["client", "vip"]
    assert kept.attributes == {"Number": "1042"}
    gone = service.get(alice.workspace_id, again.id)
    assert gone.archived_at
    assert gone.merged_into_id == ann.id


def test_each_field_can_be_the_others(alice, ann, again):
    picked = {"name": again.id, "email": again.id}

    kept = merging.merge(alice.workspace_id, ann.id, [ann.id, again.id], picked)

    assert (kept.id, kept.name, kept.email) == (ann.id, "A. Lee", "annlee+x@gmail.com")
    assert service.get(alice.workspace_id, again.id).email is None


def test_reminders_and_messages_go_along_once_each(alice, ann, again):
    third = service.create(alice.workspace_id, name="Lee", email="lee@example.org")
    both = remind(alice, ann, again, third)
    remind(alice, again)
    send(alice, ann, "1"), send(alice, again, "2")

    merging.merge(alice.workspace_id, ann.id, [ann.id, again.id, third.id])

    assert [one.contact_id for one in db.session.query(Recipient)] == [ann.id, ann.id]
    assert db.session.query(Recipient).filter_by(reminder_id=both.id).count() == 1
    assert {one.contact_id for one in db.session.query(Delivery)} == {ann.id}


def test_two_that_go_do_not_meet_in_one_reminder(alice, ann, again):
    third = service.create(alice.workspace_id, name="Lee", email="lee@example.org")
    remind(alice, again, third)

    merging.merge(alice.workspace_id, ann.id, [ann.id, again.id, third.id])

    assert [one.contact_id for one in db.session.query(Recipient)] == [ann.id]


def test_what_was_merged_before_points_to_the_last_one(alice, ann, again):
    merging.merge(alice.workspace_id, again.id, [ann.id, again.id])
    third = service.create(alice.workspace_id, name="Lee")
    merging.merge(alice.workspace_id, third.id, [third.id, again.id])

    assert service.get(alice.workspace_id, ann.id).merged_into_id == third.id


def test_what_cannot_be_merged_is_refused(alice, charlie, ann, again):
    with pytest.raises(NotFound):
        merging.merge(charlie.workspace_id, ann.id, [ann.id, again.id])
    with pytest.raises(Invalid):
        merging.merge(alice.workspace_id, ann.id, [ann.id])
    service.archive(alice.workspace_id, ann.id)
    with pytest.raises(Conflict):
        merging.merge(alice.workspace_id, ann.id, [ann.id, again.id])


def test_they_are_found_by_mailbox_phone_and_name(alice, ann, again):
    service.create(alice.workspace_id, name="ann lee", phone_whatsapp="0049 (30) 12-34-56")
    service.create(alice.workspace_id, name="No", email="annlee@example.org", phone="030 123456")

    def found(by):
        groups, more = merging.suggestions(alice.workspace_id, by)
        assert not more
        return [sorted(one.name for one in group.contacts) for group in groups]

    assert found("email") == [["A. Lee", "Ann Lee"]]
    assert found("phone") == [["A. Lee", "ann lee"]]
    assert [group.many for group in merging.suggestions(alice.workspace_id, "name")[0]] == [2]


def test_suggestions_come_page_by_page(alice):
    for n in range(21):
        for phone in ("030 1", "030 2"):
            service.create(alice.workspace_id, name=f"Person {n:02}", phone=f"{phone}{n:06}")

    first, after = merging.suggestions(alice.workspace_id, "name")
    second, over = merging.suggestions(alice.workspace_id, "name", after)

    assert (len(first), len(second), over) == (20, 1, "")


def test_by_the_pages(alice, ann, again):
    client, ids = alice.browser(), [str(ann.id), str(again.id)]
    assert "Ann Lee" in client.get("/contacts/duplicates").text
    compared = client.get("/contacts/merge", query_string={"ids": ids}).text
    assert "annlee+x@gmail.com" in compared
    assert (
        f"/contacts/merge?ids={ann.id}&amp;ids={again.id}"
        in client.get(f"/contacts/{ann.id}/merge?q=lee").text
    )

    data = {"ids": ids, "kept": ids[0], "pick_email": ids[1], "pick_name": ""}
    r = client.post("/contacts/merge", data=data)

    assert r.location == f"/contacts/{ann.id}"
    assert "Merged into another contact" in client.get(f"/contacts/{again.id}").text
    assert service.get(alice.workspace_id, ann.id).email == "annlee+x@gmail.com"


@pytest.mark.parametrize("query", ["", "ids=x", "ids={ann}", "ids={ann}&ids={other}"])
def test_what_is_no_choice_is_said(alice, charlie, ann, query):
    other = service.create(charlie.workspace_id, name="Of another")
    query = query.format(ann=ann.id, other=other.id)

    assert alice.browser().get(f"/contacts/merge?{query}").status_code in (404, 422)
    assert alice.browser().post(f"/contacts/merge?{query}").status_code in (404, 422)


def test_its_page_tells_what_it_was_told(alice, ann):
    remind(alice, ann)
    send(alice, ann, "1")

    told = alice.api().get(f"/api/v1/contacts/{ann.id}").json["statistics"]
    page = alice.browser().get(f"/contacts/{ann.id}").text

    assert (told["reminders"], told["active_reminders"], told["messages"]) == (1, 1, 1)
    assert told["last_sent_at"] is None
    assert "Coming up" in page
    assert "Last messages" in page


def test_programs_find_them_and_make_them_one(alice, ann, again):
    api = alice.api()
    found = api.get("/api/v1/contacts/duplicates").json
    assert [(one["key"], one["count"]) for one in found["items"]] == [("annlee", 2)]
    assert {one["id"] for one in found["items"][0]["contacts"]} == {str(ann.id), str(again.id)}
    assert found["next_cursor"] is None

    url = f"/api/v1/contacts/{ann.id}/merge"
    kept = api.post(url, json={"others": [str(again.id)], "pick": {"name": str(again.id)}})

    assert (kept.status_code, kept.json["id"], kept.json["name"]) == (200, str(ann.id), "A. Lee")
    gone = api.get(f"/api/v1/contacts/{again.id}").json
    assert gone["merged_into_id"] == str(ann.id)
    assert api.get("/api/v1/contacts/duplicates").json["items"] == []


def test_programs_hear_what_cannot_be_merged(alice, charlie, ann, again):
    theirs = service.create(charlie.workspace_id, name="Other")
    api, url = alice.api(), f"/api/v1/contacts/{ann.id}/merge"

    def answer(**given):
        return api.post(url, json={"others": [str(again.id)], **given})

    assert answer(others=[]).status_code == 422
    assert answer(others=[str(ann.id)]).status_code == 422
    assert answer(others=[str(theirs.id)]).status_code == 404
    assert answer(pick={"name": str(theirs.id)}).json["fields"]["pick"]
    assert "OneOf" not in answer(pick={"phon": str(again.id)}).text
    assert api.get("/api/v1/contacts/duplicates?by=taste").status_code == 422
