"""Whoever changes a row of ours, by whatever way, leaves an entry in the same transaction."""

import os
import pwd

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from reminder_app.accounts import service as accounts
from reminder_app.accounts.models import User
from reminder_app.contacts.models import Contact, ContactTag
from reminder_app.database import changed, db, insert_all, run_written, transaction, work
from reminder_app.database.audit import Actor, acting, record
from reminder_app.database.audit.cascades import MOST
from reminder_app.database.audit.models import AuditEntry
from reminder_app.reminders.models import Reminder
from reminder_app.workspaces.models import Workspace
from tests.database.audit_trail import entries, told
from tests.web.full_house import House


@pytest.fixture
def contact(alice):
    return made(alice, "Ann")


@transaction
def made(person, name, **more):
    row = Contact(workspace_id=person.workspace_id, name=name, **more)
    db.session.add(row)
    return row.id or db.session.flush() or row.id


@transaction
def run(statement, values=None):
    return db.session.execute(statement, values) if values else db.session.execute(statement)


def test_a_new_row_is_told_with_what_is_in_it(alice, contact):
    (entry,) = entries()

    assert (entry.action, entry.before) == ("create", None)
    assert entry.after["name"] == "Ann"
    assert entry.row_key == entry.object_key == str(contact)
    assert entry.scope_key == str(alice.workspace_id)


def test_a_changed_object_is_told_with_what_it_was_and_is(contact):
    @transaction
    def rename():
        db.session.get(Contact, contact).name = "Anna"

    rename()

    assert told()[1:] == [("update", {"name": "Ann"}, {"name": "Anna"})]


def test_what_was_never_read_is_looked_up(contact):
    @transaction
    def rename():
        row = db.session.get(Contact, contact)
        db.session.expire(row, ["notes"])
        row.notes = "new"

    rename()

    assert told()[1:] == [("update", {"notes": ""}, {"notes": "new"})]


def test_what_the_database_computed_is_told_as_it_came_out(contact):
    @transaction
    def shout():
        db.session.get(Contact, contact).notes = func.upper(Contact.name)

    shout()

    assert told()[1:] == [("update", {"notes": ""}, {"notes": "ANN"})]


def test_bookkeeping_is_no_event(alice, contact):
    run(update(Contact).where(Contact.id == contact).values(updated_at=Contact.created_at))

    assert len(entries()) == 1


def test_a_change_to_the_same_is_none(contact):
    run(update(Contact).where(Contact.id == contact).values(name="Ann"))

    assert len(entries()) == 1


def test_a_bulk_update_tells_each_row(alice):
    for name in ("a", "b", "c"):
        made(alice, name)

    run(update(Contact).where(Contact.name.in_(["a", "b"])).values(notes=Contact.name))

    assert told()[3:] == [
        ("update", {"notes": ""}, {"notes": "a"}),
        ("update", {"notes": ""}, {"notes": "b"}),
    ]


def test_a_bulk_update_by_key_tells_each_row(alice):
    ids = [made(alice, name) for name in ("a", "b")]

    run(update(Contact), [{"id": one, "notes": "x"} for one in ids])

    assert [one.after for one in entries(action="update")] == [{"notes": "x"}] * 2


def test_a_bulk_delete_tells_what_is_gone(alice):
    for name in ("a", "b"):
        made(alice, name)

    run(delete(Contact).where(Contact.name == "a"))

    assert [(one.action, one.before["name"]) for one in entries()[2:]] == [("delete", "a")]


def test_a_bulk_insert_tells_each_row(alice):
    ours = {"workspace_id": alice.workspace_id}

    run(insert(Contact), [ours | {"name": "a"}, ours | {"name": "b"}])
    run(insert(Contact.__table__).values(ours | {"name": "c"}))

    assert [one.after["name"] for one in entries()] == ["a", "b", "c"]
    assert all(one.row_key for one in entries())


def test_core_is_seen_on_a_connection_of_its_own(alice, contact):
    table = Contact.__table__
    with db.engine.begin() as connection:
        connection.execute(table.update().where(table.c.id == contact).values(name="Anna"))

    assert told()[1:] == [("update", {"name": "Ann"}, {"name": "Anna"})]


def test_a_written_out_update_tells_each_row(alice, contact):
    made(alice, "Bea")

    run(
        text("UPDATE contacts SET notes = :notes WHERE name = :name"), {"notes": "x", "name": "Ann"}
    )

    assert [(one.row_key, one.after) for one in entries(action="update")] == [
        (str(contact), {"notes": "x"})
    ]


def test_a_statement_with_places_tells_each_row(alice, contact):
    transaction(run_written)(
        "UPDATE contacts SET notes = ?, phone = ? WHERE name = ?", ["n", "1", "Ann"]
    )

    assert told()[1:] == [("update", {"notes": "", "phone": ""}, {"notes": "n", "phone": "1"})]


def test_a_written_out_delete_tells_what_is_gone(contact):
    run(text("DELETE FROM contacts WHERE name = 'Ann'"))

    assert [one.before["name"] for one in entries(action="delete")] == ["Ann"]


def test_rows_that_are_written_out_are_told_as_a_statement(alice):
    rows = [{"workspace_id": alice.workspace_id, "name": f"secret {n}"} for n in range(3)]

    transaction(insert_all)(Contact.__table__, rows)

    (entry,) = entries()
    assert (entry.action, entry.many) == ("statement", 3)
    assert entry.note.startswith("INSERT INTO")
    assert "secret" not in entry.note


def test_more_than_can_be_listed_is_told_as_a_statement(alice):
    rows = [{"workspace_id": alice.workspace_id, "name": f"n{n}"} for n in range(MOST + 1)]
    run(insert(Contact), rows)

    run(update(Contact).values(notes="all of them"))

    (entry,) = entries(action="statement")
    assert entry.many == MOST + 1
    assert "all of them" not in entry.note


def test_what_goes_with_a_deleted_row_is_told_too(alice, contact):
    @transaction
    def tag():
        db.session.get(Contact, contact).tags = [
            ContactTag(workspace_id=alice.workspace_id, name="x")
        ]

    tag()
    run(delete(Workspace).where(Workspace.id == alice.workspace_id))

    assert [one.action for one in entries("workspaces")][-1] == "delete"
    assert [one.note for one in entries(action="delete")] == ["went with its row of workspaces"]
    assert [one.object_key for one in entries("contact_tags", action="delete")][-1] == str(contact)


def test_an_object_takes_along_what_was_never_loaded(alice):
    house = House(alice)
    house.fill(3)

    @transaction
    def remove():
        db.session.delete(db.session.get(Reminder, house.first["reminder_id"]))

    remove()

    gone = entries("reminder_recipients", action="delete")
    assert {one.object_key for one in gone} == {str(house.first["reminder_id"])}
    assert len(gone) == 2


def test_what_is_rolled_back_leaves_nothing(alice, contact):
    @transaction
    def fail():
        db.session.get(Contact, contact).name = "Anna"
        db.session.flush()
        run(update(Contact).values(notes="x"))
        raise ValueError

    with pytest.raises(ValueError):
        fail()

    assert len(entries()) == 1


def test_what_a_savepoint_takes_back_leaves_nothing(alice, contact):
    @transaction
    def half():
        point = db.session.begin_nested()
        db.session.get(Contact, contact).name = "Anna"
        db.session.flush()
        point.rollback()
        db.session.get(Contact, contact).phone = "1"

    half()

    assert [one.after for one in entries(action="update")] == [{"phone": "1"}]


def test_a_secret_is_said_to_have_changed_and_never_kept(alice):
    accounts_before = entries("users")[0].after
    transaction(changed)(update(User).where(User.id == alice.id).values(password_hash="$new$"))

    entry = entries("users")[-1]
    assert accounts_before["password_hash"] == "(not kept)"
    assert entry.before == entry.after == {"password_hash": "(not kept)"}
    with db.engine.connect() as connection:
        everything = str(connection.execute(select(AuditEntry.__table__)).all())
    assert "$new$" not in everything
    assert "argon2" not in everything


def test_a_failed_statement_leaves_no_half_entry_behind(alice, contact):
    with pytest.raises(Exception, match="(?i)constraint|cannot be null"):
        run(update(Contact).where(Contact.id == contact).values(name=None))
    run(update(Contact).where(Contact.id == contact).values(name="Anna"))

    assert told()[1:] == [("update", {"name": "Ann"}, {"name": "Anna"})]


def test_a_page_says_who_did_it_where_and_in_which_request(alice):
    answer = alice.browser().post("/contacts", data={"name": "Ann"})

    (entry,) = entries()
    assert answer.status_code == 303
    assert (entry.actor_key, entry.actor) == (str(alice.id), "Alice")
    assert entry.source == "POST /contacts"
    assert entry.request_id == answer.headers["X-Request-Id"]


def test_a_script_acts_in_a_name(alice):
    with acting(Actor(key="7", name="the nightly import")):
        made(alice, "Ann")

    assert [(one.actor_key, one.actor) for one in entries()] == [("7", "the nightly import")]


def test_a_command_says_which_it_was_and_who_gave_it(app, alice):
    done = app.test_cli_runner().invoke(args=["accounts", "make-superuser", alice.email])

    assert done.exit_code == 0, done.output
    entry = entries("users")[-1]
    assert entry.after == {"is_superuser": True}
    assert entry.actor == f"system user {pwd.getpwuid(os.getuid()).pw_name}"
    assert entry.source == "command:accounts make-superuser"


def test_what_the_application_does_by_itself_is_no_command(alice):
    with work.named("job:pump"):
        made(alice, "Ann")

    (entry,) = entries()
    assert (entry.actor, entry.source) == ("system", "job:pump")


def test_an_event_without_a_row_is_kept_too(app):
    record("database.kill", "connection 12", object_key="12")

    (entry,) = entries("database.kill")
    assert (entry.action, entry.note) == ("event", "connection 12")


def test_an_api_token_of_a_person_stands_in_the_persons_history(alice):
    accounts.create_token(alice.id, alice.workspace_id, name="mine", scopes=["me:read"])

    (entry,) = entries("api_tokens")
    assert entry.object_key == str(alice.id)
    assert entry.after["token_hash"] == "(not kept)"
