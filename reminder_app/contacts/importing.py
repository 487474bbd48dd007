"""A file of contacts, from its upload to its end: what a person decides, and what is shown of it.

The file lies in a folder until it is read; the row says how far. Reading is in import_work.py.
"""

import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from reminder_app.contacts import columns, deciphering, details, records, vcard
from reminder_app.contacts import import_repository as repository
from reminder_app.contacts.models import ContactImport, ContactImportFailure
from reminder_app.contacts.taking import EXISTING, checked
from reminder_app.database import Page, after_commit, new_id, now, transaction
from reminder_app.errors import Conflict, Invalid, NotFound, refuse
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

NEW, RUNNING, DONE, CANCELLED, FAILED = "new", "running", "done", "cancelled", "failed"
CSV, VCARD = "csv", "vcard"
FOLDER = "imports"  # beside the database
BIGGEST = 20_000_000  # bytes
PREVIEWED, LOOKED_AT = 10, 50  # rows
MOST_COLUMNS = 100
START = 1 << 16
# Who begins to read at once, not at the next tick.
asked: list[Callable[[str], None]] = []
PAGE = 50
EMPTY = lazy_gettext("There is nothing in this file.")
GONE = lazy_gettext("The file is no longer here: choose it again.")
NOT_NOW = lazy_gettext("This import has begun already.")
NO_NAMES = lazy_gettext("Say which column is the name, the email address or the company.")


@dataclass(frozen=True)
class Preview:
    """A record as it would be taken; `trouble`: why it would not."""

    line: int
    values: dict[str, Any]
    trouble: str
    there: str  # who has its address already


def upload(
    workspace_id: uuid.UUID, user_id: uuid.UUID, name: str, file: BinaryIO, folder: Path
) -> ContactImport:
    """Keep the file in UTF-8, and guess what it is. Raises Invalid naming `file`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    id = new_id()
    path = folder / id.hex
    try:
        encoding = deciphering.encoding_of(file)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as kept:
            size = deciphering.rewrite(file, encoding, kept)
        with path.open("rb") as kept:
            start = kept.read(START).decode("utf-8", "replace")
        if not start.strip():
            raise ValueError(EMPTY)
        row = ContactImport(
            id=id,
            workspace_id=workspace_id,
            created_by=user_id,
            file_name=safe_name(name),
            encoding=encoding,
            size=size,
            **guessed(start, path),
        )
        return keep(row)
    except ValueError as error:
        path.unlink(missing_ok=True)
        refuse("file", str(error))
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@transaction
def keep(row: ContactImport) -> ContactImport:
    repository.add(row)
    return row


def safe_name(name: str) -> str:
    """Shown, and never a path."""
    shown = "".join(letter for letter in name if letter.isprintable())
    return shown.replace("\\", "/").rpartition("/")[2][-200:] or "contacts"


def guessed(start: str, path: Path) -> dict[str, Any]:
    if deciphering.is_vcard(start):
        return {"kind": VCARD}
    delimiter = deciphering.delimiter_of(start)
    with path.open("rb") as file:
        first = [one.cells for one in islice(records.rows(file, 0, 1, delimiter), LOOKED_AT)]
    first = [cells[:MOST_COLUMNS] for cells in first if cells]
    has_header = bool(first) and columns.has_header(first[0])
    mapping = columns.guess(first[0]) if has_header else columns.guess_by_content(first)
    return {
        "kind": CSV,
        "delimiter": delimiter,
        "has_header": has_header,
        "mapping": mapping,
    }


def get(workspace_id: uuid.UUID, import_id: uuid.UUID) -> ContactImport:
    row = repository.get(workspace_id, import_id)
    if row is None:
        raise NotFound(_("There is no such import here."))
    return row


def browse(workspace_id: uuid.UUID, cursor: str | None = None, limit: int = 10) -> Page[Any]:
    return repository.browse(workspace_id, cursor, limit)


@transaction
def choose(workspace_id: uuid.UUID, import_id: uuid.UUID, **chosen: Any) -> ContactImport:
    """`mapping`, `has_header`, `existing`, `tags`, as long as it has not begun. Raises Invalid, Conflict."""
    row = locked(workspace_id, import_id)
    if row.state != NEW:
        raise Conflict(NOT_NOW)
    if chosen.get("existing", row.existing) not in EXISTING:
        refuse("existing", _("Choose one of these."))
    if any(one not in columns.MEANINGS for one in chosen.get("mapping", ())):
        refuse("mapping", _("Choose what each column is."))
    if "tags" in chosen:
        chosen["tags"] = details.clean({"tags": chosen["tags"]})["tags"]
    for name, value in chosen.items():
        setattr(row, name, value)
    return row


@transaction
def start(workspace_id: uuid.UUID, import_id: uuid.UUID, folder: Path) -> ContactImport:
    """A worker goes on with it. Also again after a cancel or an error. Raises Conflict, Invalid."""
    row = locked(workspace_id, import_id)
    if row.state in (RUNNING, DONE):
        raise Conflict(NOT_NOW)
    if not path_of(row, folder).exists():
        raise Conflict(GONE)
    if row.kind == CSV and not {"name", "first_name", "last_name", "company", "email"} & {
        *row.mapping
    }:
        raise Invalid(NO_NAMES, mapping=NO_NAMES)
    row.state, row.reason = RUNNING, ""
    row.started_at = row.started_at or now()
    row.finished_at = None
    after_commit(ring)
    return row


def ring() -> None:
    for ask in asked:
        ask("import_contacts")


@transaction
def cancel(workspace_id: uuid.UUID, import_id: uuid.UUID) -> ContactImport:
    """What was taken stays; what comes after it is not read."""
    row = locked(workspace_id, import_id)
    if row.state in (NEW, RUNNING):
        row.state, row.finished_at = CANCELLED, now()
    return row


def locked(workspace_id: uuid.UUID, import_id: uuid.UUID) -> ContactImport:
    row = repository.lock(workspace_id, import_id)
    if row is None:
        raise NotFound(_("There is no such import here."))
    return row


def failures(
    workspace_id: uuid.UUID, import_id: uuid.UUID, cursor: str | None = None, limit: int = PAGE
) -> Page[ContactImportFailure]:
    return repository.failures(get(workspace_id, import_id).id, cursor, limit)


def all_failures(import_id: uuid.UUID) -> Iterator[ContactImportFailure]:
    """In order, some at a time."""
    line = -1
    while some := transaction(repository.failures_after)(import_id, line, 1000):
        yield from some
        line = some[-1].line


def path_of(row: ContactImport, folder: Path) -> Path:
    return folder / row.id.hex


def headings(row: ContactImport, folder: Path) -> list[str]:
    """Of the columns; of the first row where there are none. Raises Conflict."""
    first = next(read(row, folder, from_start=True), None)
    return first.cells[:MOST_COLUMNS] if first else []


def read(row: ContactImport, folder: Path, from_start: bool = False) -> Iterator[records.Record]:
    """From where it stands. Raises Conflict when the file is gone."""
    try:
        file = path_of(row, folder).open("rb")
    except FileNotFoundError as error:
        raise Conflict(GONE) from error
    position, line = (0, 1) if from_start else (row.position, row.line)
    with file:
        if row.kind == VCARD:
            yield from records.cards(file, position, line)
        else:
            yield from records.rows(file, position, line, row.delimiter)


def fields_of(row: ContactImport, record: records.Record, names: Sequence[str]) -> dict[str, Any]:
    """Raises ValueError for a card that is none."""
    if row.kind == VCARD:
        fields = vcard.contact_of(record.cells)
    else:
        fields = columns.contact_of(record.cells, row.mapping, names)
    return fields | {"tags": [*fields["tags"], *row.tags]}


def preview(row: ContactImport, folder: Path, names: Sequence[str]) -> list[Preview]:
    """The first records as they would be taken now."""
    skipped = 1 if row.has_header else 0
    found = list(islice(read(row, folder, from_start=True), skipped, PREVIEWED + skipped))
    shown = [one_preview(row, record, names) for record in found]
    emails = {one.values["email"] for one in shown if one.values.get("email")}
    there = repository.named_by(row.workspace_id, emails)
    return [
        Preview(one.line, one.values, one.trouble, there.get(one.values.get("email", ""), ""))
        for one in shown
    ]


def one_preview(row: ContactImport, record: records.Record, names: Sequence[str]) -> Preview:
    try:
        fields = fields_of(row, record, names)
    except ValueError as error:
        return Preview(record.line, {}, str(error), "")
    if record.trouble:
        return Preview(record.line, {}, record.trouble, "")
    good, bad = checked([fields])
    return Preview(record.line, good.get(0, fields), bad.get(0, ""), "")
