import pytest
from sqlalchemy import func, select

from reminder_app.database import db
from reminder_app.delivery.channels.message import written
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.states import FAILED
from reminder_app.demo import service
from reminder_app.errors import Conflict
from reminder_app.workspaces.models import Workspace


def rows() -> dict[str, int]:
    tables = dict(db.metadata.tables)
    del tables["audit_log"]  # that there was a demo is remembered
    count = {name: select(func.count()).select_from(table) for name, table in tables.items()}
    return {name: db.session.scalar(query) or 0 for name, query in count.items()}


def test_it_fills_every_page_with_something(app):
    service.load()

    filled = rows()
    for name in ("users", "workspaces", "memberships", "contacts", "reminders", "deliveries"):
        assert filled[name] > 1, name


def test_its_first_workspace_has_one_that_failed_on_whatever_day_it_is(app):
    service.load()

    failed = select(func.count()).where(
        Delivery.state == FAILED, Delivery.workspace_id == Workspace.id
    )
    named = failed.where(Workspace.name == "The Millers", Delivery.subject == "Take out the bins")
    assert db.session.scalar(named) == 1


def test_what_it_says_was_sent_can_be_written_again(app):
    service.load()

    for delivery in db.session.scalars(select(Delivery).where(Delivery.template == "reminder")):
        said = {**delivery.payload, "public_url": "https://x.example", "linked": ()}
        assert said["when"] in written("mail/reminder.txt", said)
        assert said["when"] in written("mail/reminder.html", said)


def test_the_person_it_names_can_sign_in(app):
    email, password = service.load()
    client = app.test_client()

    answer = client.post("/sign-in", data={"email": email, "password": password})

    assert answer.status_code == 303
    assert client.get("/").status_code == 200


def test_it_is_loaded_once(app):
    service.load()

    with pytest.raises(Conflict, match="here already"):
        service.load()


def test_clearing_leaves_nothing_of_it_and_all_of_the_rest(app, alice):
    before = rows()
    service.load()

    assert service.clear() == 5
    assert rows() == before


def test_the_commands_say_what_they_did(app):
    runner = app.test_cli_runner()

    loaded = runner.invoke(args=["demo", "load"])
    again = runner.invoke(args=["demo", "load"])
    cleared = runner.invoke(args=["demo", "clear"])

    assert "Sign in as demo@demo.example.org with the password" in loaded.output
    assert again.exit_code == 0
    assert "here already. Sign in as demo@demo.example.org" in again.output
    for said in (loaded.output, again.output):
        assert "To take it away: bin/flask demo clear" in said
    assert "5 people" in cleared.output
