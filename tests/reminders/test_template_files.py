"""The files of a reminder that is saved as a template go along with what is made from it."""

import dataclasses
import os
import uuid

import pytest

from reminder_app.errors import Invalid
from reminder_app.files.shelf import Shelf
from reminder_app.reminders import attaching, service
from reminder_app.reminders.attaching import Wanted
from reminder_app.reminders.templates import service as templates
from tests import shelves
from tests.web.odd_requests import REMINDER

PAGES, API = "/reminder-templates", "/api/v1/reminder-templates"
FORM = REMINDER | {"repeat": "never", "ends": "never", "channels": "", "who": "", "next": ""}


@pytest.fixture
def shelf(app, tmp_path, monkeypatch) -> Shelf:
    settings = dataclasses.replace(
        app.config["SETTINGS"], attachments_path=tmp_path / "files", attachments_of_workspace=2000
    )
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    return Shelf.of(settings)


@pytest.fixture
def put(shelf):
    """put(person, reminder, "bill.pdf"): it has this file."""

    def put(person, reminder, name: str, content: bytes = b"the bill"):
        taken = [shelves.put(shelf, name, content)]
        return attaching.attach(person.workspace_id, person.id, reminder.id, taken, shelf)[0]

    return put


@pytest.fixture
def reminder(monday, alice, make, put):
    found = make()
    put(alice, found, "bill.pdf")
    put(alice, found, "terms.pdf", b"the terms")
    return found


@pytest.fixture
def template(alice, reminder, shelf):
    ids = [one.id for one in attaching.listed(alice.workspace_id, reminder.id)]
    return templates.create(
        *(alice.workspace_id, alice.id),
        name="Rent",
        title="Rent",
        recipients=[{"kind": "me"}],
        with_files=Wanted(ids, shelf),
    )


def names(alice, reminder_id) -> list[str]:
    rows = attaching.listed(alice.workspace_id, uuid.UUID(str(reminder_id)))
    return [one.name for one in rows]


def of(alice, template) -> list[str]:
    return [one.name for one in templates.get(alice.workspace_id, template.id).files]


def test_from_a_reminder_to_a_template_to_a_reminder(alice, reminder):
    browser = alice.browser()
    files = attaching.listed(alice.workspace_id, reminder.id)

    offered = browser.get(f"{PAGES}/new?reminder={reminder.id}").text
    chosen = FORM | {"name": "Rent", "with_files": [str(files[1].id)]}
    saved = browser.post(PAGES, data=chosen | {"who_when": "fixed"})
    (template,) = templates.browse(alice.workspace_id).items
    (kept,) = template.files
    form = browser.get(f"{PAGES}/{template.id}/use").text
    made = browser.post("/reminders", data=FORM | {"with_files": [str(kept.id)]})

    assert [f'value="{one.id}" checked' in offered for one in files] == [True, True]
    assert (saved.status_code, made.status_code) == (303, 303)
    assert (kept.name, kept.sha256) == ("terms.pdf", files[1].sha256)
    assert f'value="{kept.id}" checked' in form
    assert names(alice, made.location.rpartition("/")[2]) == ["terms.pdf"]


def test_what_is_no_longer_chosen_leaves_the_template_and_nothing_else(alice, reminder, template):
    first, second = template.files
    form = FORM | {"name": "Rent", "who_when": "fixed", "with_files": [str(second.id)]}

    alice.browser().post(f"{PAGES}/{template.id}", data=form)

    assert of(alice, template) == ["terms.pdf"]
    assert names(alice, reminder.id) == ["bill.pdf", "terms.pdf"]
    assert first.name == "bill.pdf"


def test_a_form_that_is_shown_again_keeps_what_was_chosen(alice, template):
    one, other = template.files
    form = FORM | {"title": "", "with_files": [str(one.id), "damaged"]}

    r = alice.browser().post("/reminders", data=form)

    assert r.status_code == 422
    assert f'value="{one.id}" checked' in r.text
    assert str(other.id) not in r.text


def test_more_than_a_reminder_may_have_are_not_even_looked_for(alice, template):
    ids = [str(uuid.uuid4()) for _ in range(20_000)]

    r = alice.browser().post("/reminders", data=FORM | {"with_files": ids})

    assert r.status_code == 422
    assert "Longer than maximum length 20." in r.text


def test_by_the_api(alice, reminder):
    api = alice.api()
    ids = [str(one.id) for one in attaching.listed(alice.workspace_id, reminder.id)]
    given = {"name": "Rent", "title": "Rent", "recipients": [{"kind": "me"}], "with_files": ids}

    made = api.post(API, json=given).json
    used = api.post(f"{API}/{made['id']}/use", json={"date": "2026-02-01"}).json
    less = api.patch(f"{API}/{made['id']}", json={"with_files": [made["files"][0]["id"]]}).json
    same = api.patch(f"{API}/{made['id']}", json={"title": "The rent"}).json

    assert [one["name"] for one in made["files"]] == ["bill.pdf", "terms.pdf"]
    assert names(alice, used["id"]) == ["bill.pdf", "terms.pdf"]
    assert [one["name"] for one in less["files"]] == ["bill.pdf"]
    assert same["files"] == less["files"]


def test_nobody_takes_a_strangers_file_along(monday, alice, charlie, put, make, shelf):
    theirs = service.create_reminder(
        *(charlie.workspace_id, charlie.id), title="X", starts_at=make().starts_at, time_zone="UTC"
    )
    file = put(charlie, theirs, "secret.pdf")

    alice.browser().post("/reminders", data=FORM | {"title": "Mine", "with_files": str(file.id)})
    template = templates.create(
        *(alice.workspace_id, alice.id),
        name="X",
        title="X",
        with_files=Wanted([file.id], shelf),
    )

    assert template.files == []
    assert {one.file_count for one in service.list_reminders(alice.workspace_id).items} == {0}


def test_a_template_keeps_what_its_reminder_lost(alice, reminder, template, shelf):
    for one in attaching.listed(alice.workspace_id, reminder.id):
        attaching.remove(alice.workspace_id, reminder.id, one.id, shelf.folder)
    for path in shelf.folder.rglob("*"):
        os.utime(path, (0, 0))

    assert attaching.clean(shelf.folder) == 0

    templates.delete(alice.workspace_id, template.id)
    assert attaching.clean(shelf.folder) == 2


def test_they_count_among_what_a_workspace_may_have(alice, make, put, shelf):
    reminder = make()
    file = put(alice, reminder, "big.pdf", b"x" * 800)
    wanted = Wanted([file.id], shelf)
    given = {"title": "Rent", "with_files": wanted}
    templates.create(alice.workspace_id, alice.id, name="One", **given)

    with pytest.raises(Invalid, match="of this workspace may have 2 kB together"):
        templates.create(alice.workspace_id, alice.id, name="Two", **given)
    with pytest.raises(Invalid, match="of this workspace may have 2 kB together"):
        put(alice, make(title="Another"), "more.pdf", b"y" * 800)
