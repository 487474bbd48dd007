"""Reminders to measure with: seeded by bulk insert, due when told to, as often as wanted."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import Table, select

from bench.servers import DurableMariaDB
from reminder_app.contacts.models import Contact
from reminder_app.database import db, insert_missing, new_id, now, transaction
from reminder_app.reminders import service as reminders
from reminder_app.reminders.models import Recipient, Reminder
from reminder_app.workspaces import service as workspaces

CHUNK = 1000
NOTES = (
    "Flat {number}, second floor on the left. The account is the same as last year, and the "
    "reference is R-{number:06}. Call before Friday when something has changed."
)
NOT_YET = timedelta(days=3650)


@dataclass
class Reminders:
    database: DurableMariaDB
    schema: str
    workspace_id: uuid.UUID
    ids: Sequence[uuid.UUID]

    @classmethod
    def seeded(
        cls, database: DurableMariaDB, count: int, schema: str = "app", person: str = "alice"
    ) -> Self:
        """Of one workspace, a new person's, each to a contact of its own."""
        return cls(database, schema, *seed(count, person))

    def make_due(self, count: int, at: datetime | None = None, each_second: int = 0) -> datetime:
        """Not yet committed: release() does that. `each_second`: so many at `at`, as many a second later …"""
        due_at = at or self.time()
        later = f"FLOOR((@n := @n + 1) / {each_second})" if each_second else "0 * (@n := @n + 1)"
        moment = f"TIMESTAMP'{due_at:%Y-%m-%d %H:%M:%S.%f}' + INTERVAL {later} SECOND"
        self.database.ask(
            "BEGIN",
            "SET @n := -1",
            # MariaDB assigns from left to right: the second and third are copies of the first.
            f"UPDATE {self.schema}.reminders SET starts_at = {moment}, "  # noqa: S608 - ours
            f"next_at = starts_at, plan_at = starts_at WHERE {self.ours} ORDER BY id LIMIT {count}",
        )
        return due_at

    @property
    def ours(self) -> str:
        return f"id BETWEEN X'{min(self.ids).hex}' AND X'{max(self.ids).hex}'"

    def put_off(self) -> None:
        """Those that are not planned yet never come."""
        self.database.ask(
            f"UPDATE {self.schema}.reminders SET plan_at = NULL "  # noqa: S608 - ours
            f"WHERE {self.ours} AND plan_at IS NOT NULL"
        )

    def release(self) -> None:
        self.database.ask("COMMIT")

    def time(self) -> datetime:
        """The database's, which decides."""
        ((at,),) = self.database.ask("SELECT UTC_TIMESTAMP(6)")
        return at.replace(tzinfo=UTC)  # type: ignore[no-any-return]

    def forget_past(self) -> None:
        """What was sent before is not in the ledger any more, nor in the way."""
        found = self.database.ask(
            "SELECT table_name FROM information_schema.tables "  # noqa: S608 - ours
            f"WHERE table_schema = '{self.schema}' "
            "AND (table_name LIKE 'deliver%' OR table_name = 'occurrences')"
        )
        self.database.ask(
            "SET foreign_key_checks = 0",
            *(f"TRUNCATE TABLE {self.schema}.{name}" for (name,) in found),
            "SET foreign_key_checks = 1",
            "RESET MASTER",
        )


def seed(count: int, name: str) -> tuple[uuid.UUID, list[uuid.UUID]]:
    person = workspaces.sign_up(
        f"{name}@example.net", "correct horse battery", name=name.title(), time_zone="UTC"
    )
    assert person.workspace_id is not None  # noqa: S101 - made with it
    first = reminders.create_reminder(
        person.workspace_id,
        person.id,
        title="The one they are made from",
        starts_at=(now() + NOT_YET).replace(tzinfo=None, microsecond=0),
        time_zone="UTC",
    )
    reminder = row(Reminder.__table__, id=first.id)
    recipient = row(Recipient.__table__, reminder_id=first.id)
    copies = [
        copied
        for numbers in chunks(range(1, count + 1))
        for copied in copy(reminder, recipient, numbers)
    ]
    return person.workspace_id, copies


def row(table: Any, **where: Any) -> dict[str, Any]:
    found = db.session.execute(select(table).filter_by(**where)).one()
    return dict(found._mapping)


def chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), CHUNK):
        yield numbers[start : start + CHUNK]


@transaction
def copy(
    reminder: dict[str, Any], recipient: dict[str, Any], numbers: Sequence[int]
) -> list[uuid.UUID]:
    contacts = [contact(reminder["workspace_id"], number) for number in numbers]
    copies = [
        {
            **reminder,
            "id": new_id(),
            "title": f"Pay the rent of flat {number}",
            "notes": NOTES.format(number=number),
        }
        for number in numbers
    ]
    links = [
        {
            **recipient,
            "id": new_id(),
            "reminder_id": one["id"],
            "user_id": None,
            "contact_id": to["id"],
        }
        for one, to in zip(copies, contacts, strict=True)
    ]
    for model, rows in (Contact, contacts), (Reminder, copies), (Recipient, links):
        insert(model.__table__, rows)
    return [one["id"] for one in copies]


def insert(table: Any, rows: list[dict[str, Any]]) -> None:
    assert isinstance(table, Table)  # noqa: S101 - typed FromClause
    insert_missing(table, rows)


def contact(workspace_id: Any, number: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "workspace_id": workspace_id,
        "name": f"Robert Miller {number}",
        "email": f"robert.{number}@example.org",
    }
