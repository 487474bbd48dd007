"""What is Alice's: one row of each kind, and everything as it stands."""

import uuid
from datetime import timedelta

from sqlalchemy import select

from reminder_app.accounts.models import ApiToken, UserSession
from reminder_app.calendars import feeds, imports
from reminder_app.contacts import service as contacts
from reminder_app.contacts.models import ContactImport, ContactImportFailure
from reminder_app.database import db, new_id, now
from reminder_app.database.audit.models import AuditEntry
from reminder_app.delivery.endpoints import service as channels
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.senders import configurations, identities
from reminder_app.files.shelf import Shelf
from reminder_app.reminders import attaching
from reminder_app.reminders import service as reminders
from reminder_app.reminders.templates import service as templates
from reminder_app.texts import service as texts
from reminder_app.workspaces.models import Invitation, Membership
from tests import shelves
from tests.conftest import Person

# None of it may stand in an answer to a stranger.
SECRETS = ("Alice", "Anna", "anna@", "dora@", "privately", "Our own words")


def rows_of(alice: Person, bob: Person) -> dict[str, uuid.UUID]:
    """By the name that routes give its id."""
    alice.browser(), alice.api()
    contact = contacts.create(alice.workspace_id, name="Anna", email="anna@example.org")
    reminder = a_reminder(alice, contact.id)
    return {
        "workspace_id": alice.workspace_id,
        "contact_id": contact.id,
        "object_id": contact.id,  # whose history is asked for
        "reminder_id": reminder,
        "attachment_id": a_file(alice, reminder),
        "delivery_id": a_delivery(alice),
        "text_id": a_text(alice),
        "template_id": templates.create(
            alice.workspace_id, alice.id, name="Alice's template", title="Our own words"
        ).id,
        "invitation_id": an_invitation(alice),
        "membership_id": first(select(Membership.id).filter_by(user_id=bob.id, role="member")),
        "session_id": first(select(UserSession.id).filter_by(user_id=alice.id)),
        "file_id": imports.upload(
            alice.workspace_id,
            alice.id,
            file_name="Our own words.csv",
            data=b"title,date\nPrivately,2036-01-01\n",
            zone="UTC",
            locale="en",
        ).id,
        "import_id": an_import(alice),
        "configuration_id": a_mail_server(alice),
        "identity_id": a_sender(alice),
        "channel_id": a_channel(alice),
        "feed_id": feeds.create(alice.id, name="Our own words")[0].id,
        "entry_id": first(select(AuditEntry.id).filter_by(actor_key="")),
        "user_id": alice.id,  # whose account a superuser may close
        "token_id": first(select(ApiToken.id).filter_by(user_id=alice.id)),
    }


def a_channel(alice: Person) -> uuid.UUID:
    url = "https://hooks.example.org/privately"
    return channels.add_webhook(alice.id, name="Our own words", url=url, may_be_private=False)[0].id


def first(query) -> uuid.UUID:
    found = db.session.scalars(query).first()
    assert found is not None
    return found


def a_reminder(alice: Person, contact_id: uuid.UUID) -> uuid.UUID:
    return reminders.create_reminder(
        alice.workspace_id,
        alice.id,
        title="Alice's own",
        starts_at=(now() + timedelta(days=2)).replace(tzinfo=None),
        time_zone="UTC",
        labels=["privately"],
        recipients=[{"kind": "contact", "id": contact_id, "channel": "email"}],
    ).id


def a_text(alice: Person) -> uuid.UUID:
    return texts.create(
        alice.workspace_id, alice.id, name="Alice's text", subject="Ours", body="Our own words"
    ).id


def a_delivery(alice: Person) -> uuid.UUID:
    delivery = Delivery(
        workspace_id=alice.workspace_id,
        key=f"test:{new_id()}",
        source_kind="reminder",
        address="anna@example.org",
        template="reminder",
        payload={"subject": "Our own words"},
        state="failed",
        due_at=now(),
        not_before=now(),
    )
    db.session.add(delivery)
    db.session.commit()
    return delivery.id


def a_mail_server(alice: Person) -> uuid.UUID:
    return configurations.create(
        alice.workspace_id,
        "Alice",
        name="Our own words",
        smtp_host="smtp.privately.example",
        from_address="anna@example.org",
    ).id


def a_sender(alice: Person) -> uuid.UUID:
    return identities.create(
        alice.workspace_id, address="anna@example.org", display_name="Our own words"
    ).id


def a_file(alice: Person, reminder_id: uuid.UUID) -> uuid.UUID:
    shelf = Shelf.of(alice.app.config["SETTINGS"])
    taken = shelves.put(shelf, "Our own words.txt", b"privately")
    return attaching.attach(alice.workspace_id, alice.id, reminder_id, [taken], shelf)[0].id


def an_import(alice: Person) -> uuid.UUID:
    row = ContactImport(
        workspace_id=alice.workspace_id,
        created_by=alice.id,
        file_name="Our own words.csv",
        kind="csv",
        encoding="utf-8",
        size=100,
        state="failed",
    )
    row.failures.append(ContactImportFailure(line=2, reason="no", content="privately"))
    db.session.add(row)
    db.session.commit()
    return row.id


def an_invitation(alice: Person) -> uuid.UUID:
    invitation = Invitation(
        workspace_id=alice.workspace_id,
        email="dora@example.org",
        role="member",
        token_hash=b"t" * 32,
        expires_at=now() + timedelta(days=7),
    )
    db.session.add(invitation)
    db.session.commit()
    return invitation.id


def as_they_stand(alice: Person) -> dict[str, list[str]]:
    """All rows of her workspace and her account, but for the times things were last seen."""
    rows = {}
    db.session.rollback()
    for name, table in db.metadata.tables.items():
        kept = [column for column in table.columns if column.name not in ("seen_at", "used_at")]
        for column, value in (("workspace_id", alice.workspace_id), ("user_id", alice.id)):
            if column in table.columns:
                query = select(*kept).where(table.columns[column] == value)
                rows[f"{name}.{column}"] = sorted(map(repr, db.session.execute(query)))
    return rows
