"""A workspace with as much in it as one likes, put there past the services."""

import uuid
import zlib
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from reminder_app.accounts.models import ApiToken, User, UserSession
from reminder_app.calendars.models import CalendarFeed, ReminderImport
from reminder_app.contacts.models import (
    Contact,
    ContactImport,
    ContactImportFailure,
    ContactTag,
)
from reminder_app.database import Model, db, new_id, now
from reminder_app.database.audit.models import AuditEntry
from reminder_app.database.sealing import Secret
from reminder_app.delivery.endpoints.models import Endpoint
from reminder_app.delivery.models import Attempt, Delivery
from reminder_app.delivery.senders.models import EmailConfiguration, SenderIdentity
from reminder_app.files.shelf import Shelf
from reminder_app.reminders.file_models import ReminderFile
from reminder_app.reminders.models import Occurrence, Recipient, Reminder, ReminderLabel
from reminder_app.reminders.templates.models import ReminderTemplate
from reminder_app.reminders.templates.service import PLAIN
from reminder_app.texts.models import ReminderText
from reminder_app.workspaces.models import Invitation, Membership
from tests import shelves
from tests.people import Person

Rows = list[dict[str, Any]]
DAY = timedelta(days=1)


class House:
    """Of each kind there is a first one, which all that hangs on such a row hangs on."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.mine = {"workspace_id": person.workspace_id}
        self.first = {
            name: new_id()
            for name in (
                "channel_id",
                "contact_id",
                "import_id",
                "reminder_id",
                "delivery_id",
                "attachment_id",
                "file_id",
                "text_id",
                "template_id",
            )
        }
        self.first |= {"identity_id": new_id(), "configuration_id": new_id()} | self.mine
        self.count = 0

    def fill(self, count: int) -> None:
        """Up to `count` rows of every kind."""
        numbers = range(self.count, count)
        for rows in (
            self.people,
            self.contacts,
            self.reminders,
            self.texts,
            self.templates,
            self.deliveries,
            self.calendars,
            self.channels,
            self.senders,
        ):
            for model, found in rows(numbers).items():
                # Of all that changed, as many rows as of anything else are enough.
                alone = {"unaudited": model is not Contact}
                db.session.execute(insert(model), found, execution_options=alone)
        db.session.commit()
        self.count = count
        # Of the contact, whose history is asked for; the oldest entry stays the first.
        entry = db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id).limit(1)).one()
        self.first |= {"object_id": self.first["contact_id"], "entry_id": entry}

    def ids(self, name: str, numbers: range) -> list[uuid.UUID]:
        return [self.first[name] if n == 0 else new_id() for n in numbers]

    def people(self, numbers: range) -> dict[type[Model], Rows]:
        users = [(new_id(), f"user{n}@example.org", n.to_bytes(32)) for n in numbers]
        ours, until = {"user_id": self.person.id} | self.mine, now() + DAY
        member = self.mine | {"role": "member"}
        session = ours | {"created_at": now(), "seen_at": now(), "expires_at": until}
        token = ours | {"prefix": "rem_", "name": "Mine", "scopes": ["me:read"]}
        return {
            User: [{"id": id, "email": email, "password_hash": "-"} for id, email, _ in users],
            Membership: [member | {"user_id": id} for id, _, _ in users],
            Invitation: [
                member | {"email": f"not-yet-{email}", "token_hash": digest, "expires_at": until}
                for _, email, digest in users
            ],
            UserSession: [session | {"token_hash": digest} for *_, digest in users],
            ApiToken: [token | {"token_hash": digest, "created_at": now()} for *_, digest in users],
        }

    def contacts(self, numbers: range) -> dict[type[Model], Rows]:
        ids = self.ids("contact_id", numbers)
        people = zip(ids, numbers, strict=True)
        return {
            Contact: [
                self.mine | {"id": id, "name": f"Person {n}", "email": f"person{n}@example.org"}
                for id, n in people
            ],
            ContactTag: [self.mine | {"contact_id": id, "name": "person"} for id in ids],
            **self.imports(numbers),
        }

    def imports(self, numbers: range) -> dict[type[Model], Rows]:
        """All that was not taken is of the first one."""
        read = self.mine | {"file_name": "x.csv", "kind": "csv", "encoding": "utf-8", "size": 9}
        failed = {"import_id": self.first["import_id"], "reason": "no", "content": "x"}
        ids = self.ids("import_id", numbers)
        return {
            ContactImport: [read | {"id": id, "state": "done"} for id in ids],
            ContactImportFailure: [failed | {"line": n} for n in numbers],
        }

    def reminders(self, numbers: range) -> dict[type[Model], Rows]:
        """A third overdue, a third due today, a third later; and all past times of the first."""
        ids = self.ids("reminder_id", numbers)
        for_first = self.mine | {"reminder_id": self.first["reminder_id"], "state": "done"}
        contact = {"contact_id": self.first["contact_id"], "user_id": None}
        me = {"contact_id": None, "user_id": self.person.id}
        return {
            Reminder: [self.a_reminder(id, n) for id, n in zip(ids, numbers, strict=True)],
            Recipient: [{"reminder_id": id} | who for who in (me, contact) for id in ids],
            ReminderLabel: [self.mine | {"reminder_id": id, "name": "home"} for id in ids],
            Occurrence: [for_first | {"due_at": now() - DAY * (n + 1)} for n in numbers],
            ReminderFile: self.files(ids, numbers),
        }

    def files(self, reminder_ids: list[uuid.UUID], numbers: range) -> Rows:
        """One of each reminder: all the same one."""
        shelf = Shelf.of(self.person.app.config["SETTINGS"])
        one = shelves.put(shelf, "thing.txt", b"thing")
        row = self.mine | {"created_by": None, "media_type": "text/plain"}
        row |= {"name": one.name, "size": one.size, "sha256": one.sha256}
        ids = zip(self.ids("attachment_id", numbers), reminder_ids, strict=True)
        return [row | {"id": id, "reminder_id": reminder_id} for id, reminder_id in ids]

    def texts(self, numbers: range) -> dict[type[Model], Rows]:
        words = self.mine | {"subject": "Hello", "body": "Dear {{ client.name }}"}
        ids = self.ids("text_id", numbers)
        named = zip(ids, numbers, strict=True)
        return {ReminderText: [words | {"id": id, "name": f"text {n}"} for id, n in named]}

    def templates(self, numbers: range) -> dict[type[Model], Rows]:
        row = self.mine | {"fields": PLAIN | {"title": "thing"}}
        named = zip(self.ids("template_id", numbers), numbers, strict=True)
        return {ReminderTemplate: [row | {"id": id, "name": f"template {n}"} for id, n in named]}

    def calendars(self, numbers: range) -> dict[type[Model], Rows]:
        """Of the one who reads them."""
        ours = {"user_id": self.person.id} | self.mine
        feed = ours | {"name": "Mine", "label": "", "is_mine": False}
        nothing = zlib.compress(b"[]")
        file = ours | {"file_name": "list.csv", "items": nothing, "count": 0}
        return {
            CalendarFeed: [feed | {"token_hash": n.to_bytes(32)} for n in numbers],
            ReminderImport: [file | {"id": id} for id in self.ids("file_id", numbers)],
        }

    def a_reminder(self, id: uuid.UUID, n: int) -> dict[str, Any]:
        at = now().replace(microsecond=0) + DAY * (n % 3 - 1) + timedelta(seconds=n)
        return self.mine | {
            "id": id,
            "created_by": self.person.id,
            "title": f"thing {n}",
            "starts_at": at.replace(tzinfo=None),
            "time_zone": "UTC",
            "rule": "FREQ=DAILY",
            "advance_notices": [],
            "next_at": at,
        }

    def deliveries(self, numbers: range) -> dict[type[Model], Rows]:
        """All of the first reminder, to the first contact."""
        ids, at = self.ids("delivery_id", numbers), now()
        sent = self.mine | {
            "source_kind": "reminder",
            "source_id": self.first["reminder_id"],
            "contact_id": self.first["contact_id"],
            "address": "person0@example.org",
            "template": "reminder",
            "state": "sent",
            "due_at": at,
            "not_before": at,
            "sent_at": at,
        }
        tried = {"number": 1, "worker": "w", "started_at": at, "finished_at": at, "outcome": "sent"}
        return {
            Delivery: [sent | {"id": id, "key": f"reminder:{id}"} for id in ids],
            Attempt: [tried | {"delivery_id": id} for id in ids],
        }

    def channels(self, numbers: range) -> dict[type[Model], Rows]:
        """A person may have fewer than a page of them."""
        hook = {"user_id": self.person.id, "kind": "webhook", "host": "hooks.example.org"}
        hook |= {"name": "Home", "address": Secret("{}"), "secret": Secret("s")}
        ids = zip(self.ids("channel_id", numbers), numbers, strict=True)
        return {Endpoint: [hook | {"id": id, "address_hash": n.to_bytes(32)} for id, n in ids]}

    def senders(self, numbers: range) -> dict[type[Model], Rows]:
        """A workspace may have fewer than a page of mail servers."""
        servers = zip(self.ids("configuration_id", numbers), numbers, strict=True)
        senders = zip(self.ids("identity_id", numbers), numbers, strict=True)
        server = self.mine | {"smtp_host": "smtp.example.org", "smtp_port": 587}
        server |= {"smtp_security": "starttls", "from_address": "office@example.org"}
        sender = self.mine | {"type": "email", "verified_at": now()}
        sender["configuration_id"] = self.first["configuration_id"]
        return {
            EmailConfiguration: [server | {"id": id, "name": f"Office {n}"} for id, n in servers],
            SenderIdentity: [
                sender | {"id": id, "address": f"office{n}@example.org"} for id, n in senders
            ],
        }
