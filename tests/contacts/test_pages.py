import pytest
from sqlalchemy import update

from reminder_app.accounts.models import User
from reminder_app.contacts import service
from reminder_app.database import db
from tests.conftest import make_person

TYPED = {
    "name": "Ann <b>Lee</b>",
    "email": "ann@example.org",
    "phone": "+49 30 123",
    "phone_secondary": "456 789",
    "phone_whatsapp": "+49 170 1",
    "time_zone": "Europe/Berlin",
    "notes": "likes mornings",
    "tags": "client, Family",
}


def test_a_contact_is_saved_and_shown(alice):
    client = alice.browser()

    r = client.get(client.post("/contacts", data=TYPED).location)

    assert r.status_code == 200
    assert "Ann &lt;b&gt;Lee&lt;/b&gt; is saved." in r.text
    for text in ("ann@example.org", "+49 30 123", "likes mornings", "Europe/Berlin", "family"):
        assert text in r.text


def test_nothing_typed_is_lost_on_an_error(alice):
    r = alice.browser().post("/contacts", data=TYPED | {"email": "no address"})

    assert r.status_code == 422
    for name, value in (TYPED | {"email": "no address"}).items():
        assert value.replace("<", "&lt;").replace(">", "&gt;") in r.text, name


def test_a_taken_address_links_to_the_contact_that_has_it(alice):
    ann = service.create(alice.workspace_id, name="Ann", email="ann@example.org")

    r = alice.browser().post("/contacts", data=TYPED)

    assert r.status_code == 422
    assert f'href="/contacts/{ann.id}"' in r.text
    assert str(ann.id) not in r.text.partition("error-summary")[2].partition("</div>")[0]


def test_an_archived_one_can_be_brought_back_from_there(alice):
    client = alice.browser()
    ann = service.create(alice.workspace_id, name="Ann", email="ann@example.org")
    client.post(f"/contacts/{ann.id}/archive")

    r = client.post("/contacts", data=TYPED)

    assert f'action="/contacts/{ann.id}/unarchive"' in r.text
    assert client.post(f"/contacts/{ann.id}/unarchive").status_code == 303
    assert service.get(alice.workspace_id, ann.id).archived_at is None


def test_archiving_offers_undo(alice):
    client = alice.browser()
    ann = service.create(alice.workspace_id, name="Ann")

    r = client.get(client.post(f"/contacts/{ann.id}/archive").location)

    assert "Ann is archived." in r.text
    assert f"/contacts/{ann.id}/unarchive" in r.text


def test_the_form_of_a_contact_holds_its_details(alice):
    client = alice.browser()
    client.post("/contacts", data=TYPED)
    ann = service.browse(alice.workspace_id).items[0]

    page = client.get(f"/contacts/{ann.id}/edit").text

    assert 'value="client, family"' in page
    r = client.post(f"/contacts/{ann.id}/edit", data={"name": "Ann Lee", "tags": ""})
    assert r.status_code == 303
    same = service.get(alice.workspace_id, ann.id)
    assert (same.name, same.email, same.phone, same.tags) == ("Ann Lee", None, "", [])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/contacts", "Nobody here yet"),
        ("/contacts?archived=1", "Nobody is archived"),
        ("/contacts?q=nobody", "Nobody matches"),
    ],
)
def test_an_empty_list_teaches(alice, path, text):
    assert text in alice.browser().get(path).text


def test_a_viewer_sees_no_button_that_would_be_refused(app, alice, join):
    ann = service.create(alice.workspace_id, name="Ann")
    viewer = join(alice, make_person(app, "vera"), "viewer").browser()

    assert "/contacts/new" not in viewer.get("/contacts").text
    assert "/edit" not in viewer.get(f"/contacts/{ann.id}").text


@pytest.mark.parametrize("email", ["no address", "ben@example.org"])
def test_a_refused_change_shows_the_form_again(alice, email):
    client = alice.browser()
    service.create(alice.workspace_id, name="Ben", email="ben@example.org")
    ann = service.create(alice.workspace_id, name="Ann", email="ann@example.org")

    r = client.post(f"/contacts/{ann.id}/edit", data=TYPED | {"email": email})

    assert r.status_code == 422
    assert f'action="/contacts/{ann.id}/edit"' in r.text
    assert f'value="{email}"' in r.text


def test_a_long_list_leads_to_its_next_page(alice):
    for n in range(51):
        service.create(alice.workspace_id, name=f"Person {n:02}")
    client = alice.browser()

    first = client.get("/contacts").text

    assert "Person 49" in first
    assert "Person 50" not in first
    href = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "Person 50" in client.get(href).text


def test_a_company_out_of_a_file_is_called_so_in_german(alice):
    client = alice.browser()
    page = client.post("/contacts", data=TYPED | {"attributes": "Company: Lee & Sons"}).location
    db.session.execute(update(User).values(locale="de"))
    db.session.commit()

    text = client.get(page).text

    assert "Lee &amp; Sons" in text
    assert "Firma" in text
    assert "Company" not in text
