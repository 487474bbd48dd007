"""Files as people have them, and the way through their import."""

import io
from pathlib import Path

from flask import current_app

from reminder_app.contacts import import_work, importing
from reminder_app.contacts.models import ContactImport
from reminder_app.database import db
from tests.people import Person

HEAD = "Name,E-Mail,Telefon,Gruppe\n"


def folder() -> Path:
    return Path(current_app.config["SETTINGS"].instance_path) / importing.FOLDER


def uploaded(person: Person, text: str | bytes, name: str = "clients.csv") -> ContactImport:
    content = text.encode() if isinstance(text, str) else text
    return importing.upload(person.workspace_id, person.id, name, io.BytesIO(content), folder())


def imported(person: Person, text: str | bytes, **chosen) -> ContactImport:
    """All of it, as a worker reads it."""
    row = uploaded(person, text)
    if chosen:
        importing.choose(person.workspace_id, row.id, **chosen)
    importing.start(person.workspace_id, row.id, folder())
    while import_work.work(folder()):
        pass
    db.session.rollback()
    return importing.get(person.workspace_id, row.id)


def counts(row: ContactImport) -> tuple[int, int, int, int]:
    return row.created_count, row.updated_count, row.skipped_count, row.failed_count


def rows(count: int, start: int = 0) -> str:
    return "".join(
        f"Person {n},person{n}@example.org,+49 30 {n:06},client\n"
        for n in range(start, start + count)
    )
