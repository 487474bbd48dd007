"""Reminders from a file: read once, looked at, and taken in chunks; read again, none is made twice."""

import json
import logging
import time
import uuid
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from reminder_app import quick_add
from reminder_app.calendars import import_repository as repository
from reminder_app.calendars import read_csv, read_ics
from reminder_app.calendars.items import MOST, Item
from reminder_app.calendars.models import ImportedItem, ReminderImport
from reminder_app.database import new_id, now, transaction
from reminder_app.errors import NotFound, refuse
from reminder_app.languages import language
from reminder_app.quick_add import Parse
from reminder_app.recurrence.wall_time import zone_named
from reminder_app.reminders import draft
from reminder_app.reminders import service as reminders
from reminder_app.reminders.coming_up import Known, comes_next, plans_next
from reminder_app.reminders.models import SKIPPED, Occurrence, Reminder
from reminder_app.reminders.recipients import Chosen, put
from reminder_app.translations import lazy_gettext

log = logging.getLogger(__name__)
LONGEST_FILE = 5_000_000  # bytes
LONGEST_NAME = 200
CHUNK = 100
SECONDS = 8.0  # that one request goes on taking
A_PAGE = 100
KEPT = timedelta(days=1)
NO_SUCH = lazy_gettext("There is no such import here: it is kept for a day. Choose the file again.")
NO_FILE = lazy_gettext("Choose a file.")
TOO_LONG = lazy_gettext("The file is larger than 5 MB: split it.")
TOO_MANY = lazy_gettext("The file holds more than 5,000 entries: split it.")
NOTHING = lazy_gettext("There is nothing in this file that could become a reminder.")
CALENDAR = b"BEGIN:VCALENDAR"


@dataclass(frozen=True)
class Row:
    item: Item
    reminder_id: uuid.UUID | None  # it is here already

    @property
    def can_be_taken(self) -> bool:
        return not self.item.why and self.reminder_id is None


@dataclass(frozen=True)
class Preview:
    id: uuid.UUID
    file_name: str
    count: int
    good: int  # that can be taken, or were
    here: int
    rows: Sequence[Row]
    page: int
    pages: int

    @property
    def left(self) -> int:
        return self.good - self.here


@dataclass
class Taken:
    made: int = 0
    here: int = 0
    failed: int = 0
    is_cut: bool = False


def upload(
    workspace_id: uuid.UUID,
    user_id: uuid.UUID,
    *,
    file_name: str,
    data: bytes,
    zone: str,
    locale: str,
) -> ReminderImport:
    """Raises Invalid naming `file`."""
    items = read(data, zone, locale)
    packed = zlib.compress(json.dumps([one.packed() for one in items]).encode())
    file_name = "".join(filter(str.isprintable, file_name))[-LONGEST_NAME:]
    return keep(workspace_id, user_id, file_name, packed, len(items))


def read(data: bytes, zone: str, locale: str) -> list[Item]:
    if not data:
        refuse("file", NO_FILE)
    if len(data) > LONGEST_FILE:
        refuse("file", TOO_LONG)
    if CALENDAR in data[:1000].upper():
        check_count(data.upper().count(b"BEGIN:VEVENT") + data.upper().count(b"BEGIN:VTODO"))
        items = read_ics.read(data, zone, now())
    else:
        check_count(data.count(b"\n") - 1)
        words = reader(zone, locale)
        items = read_csv.read(data, zone, now(), words, locale)
    check_count(len(items))
    if not items:
        refuse("file", NOTHING)
    return items


def check_count(count: int) -> None:
    if count > MOST:
        refuse("file", TOO_MANY)


def reader(zone: str, locale: str) -> Callable[[str, str], Parse]:
    """Plain words, by the day of now in `zone`; what is said often is read once."""
    place = zone_named(zone)
    at, first_weekday = now().astimezone(place), language(locale).first_week_day

    @cache
    def words(text: str, tag: str) -> Parse:
        return quick_add.parse(text, tag, at, zone, first_weekday)

    return words


@transaction
def keep(
    workspace_id: uuid.UUID, user_id: uuid.UUID, file_name: str, packed: bytes, count: int
) -> ReminderImport:
    """One a person and workspace: an earlier one is forgotten."""
    repository.forget(workspace_id, user_id)
    row = ReminderImport(
        id=new_id(),
        workspace_id=workspace_id,
        user_id=user_id,
        file_name=file_name,
        items=packed,
        count=count,
    )
    repository.add(row)
    return row


def preview(
    workspace_id: uuid.UUID, user_id: uuid.UUID, import_id: uuid.UUID, page: int = 1
) -> Preview:
    """One page of what becomes of each entry. Raises NotFound."""
    row = there(repository.get(workspace_id, user_id, import_id))
    items = unpacked(row)
    good = [one for one in items if not one.why]
    here = known(workspace_id, good)
    pages = max(1, -(-len(items) // A_PAGE))
    page = min(max(page, 1), pages)
    shown = items[(page - 1) * A_PAGE : page * A_PAGE]
    return Preview(
        id=row.id,
        file_name=row.file_name,
        count=len(items),
        good=len(good),
        here=len(here),
        rows=[Row(one, here.get(one.key)) for one in shown],
        page=page,
        pages=pages,
    )


def there(row: ReminderImport | None) -> ReminderImport:
    if row is None:
        raise NotFound(NO_SUCH)
    return row


def unpacked(row: ReminderImport) -> list[Item]:
    return [Item.unpacked(one) for one in json.loads(zlib.decompress(row.items))]


def known(workspace_id: uuid.UUID, items: Sequence[Item]) -> dict[str, uuid.UUID]:
    """By their keys, the reminders that entries have become and that are still there."""
    return repository.known(workspace_id, [bytes.fromhex(one.key) for one in items])


def take(
    workspace_id: uuid.UUID,
    user_id: uuid.UUID,
    import_id: uuid.UUID,
    numbers: Collection[int] | None = None,
) -> Taken:
    """Those with these numbers, or all. A transaction a chunk: what was taken stays taken.

    is_cut: time is up, and the rest waits for the next call. Raises NotFound.
    """
    row = there(repository.get(workspace_id, user_id, import_id))
    items = [one for one in unpacked(row) if numbers is None or one.number in numbers]
    here = known(workspace_id, items)
    taken = Taken(here=sum(one.key in here for one in items))
    taken.failed = sum(bool(one.why) for one in items)
    wanted = list({one.key: one for one in items if not one.why and one.key not in here}.values())
    ends = time.monotonic() + SECONDS
    for at in range(0, len(wanted), CHUNK):
        if time.monotonic() > ends:
            taken.is_cut = True
            break
        chunk = wanted[at : at + CHUNK]
        made = take_some(workspace_id, user_id, import_id, chunk)
        taken.made += made
        taken.failed += len(chunk) - made
    log.info("user %s took %d reminders from a file", user_id, taken.made)
    return taken


@transaction
def take_some(
    workspace_id: uuid.UUID, user_id: uuid.UUID, import_id: uuid.UUID, items: Sequence[Item]
) -> int:
    """As many statements for a hundred as for one; who takes the same file at this moment waits."""
    there(repository.lock(workspace_id, user_id, import_id))
    here, at = known(workspace_id, items), now()
    repository.forget_gone(workspace_id, [bytes.fromhex(one.key) for one in items])
    found = [made(workspace_id, user_id, one, at) for one in items if one.key not in here]
    coming = [one for one in found if one[0].next_at is not None]
    repository.add_all(reminder for reminder, _, _ in coming)
    repository.add_all(row for _, occurrences, _ in coming for row in occurrences)
    repository.add_all(mark for _, _, mark in coming)
    return len(coming)


def made(
    workspace_id: uuid.UUID, user_id: uuid.UUID, item: Item, at: datetime
) -> tuple[Reminder, list[Occurrence], ImportedItem]:
    """A reminder for who takes it, with the days called off as skipped ones."""
    words = {"title": item.title, "notes": item.notes, "advance_notices": item.notices}
    reminder = Reminder(
        id=new_id(),
        workspace_id=workspace_id,
        created_by=user_id,
        is_active=True,
        priority=item.priority,
        **draft.clean(words),
    )
    reminders.put_schedule(reminder, item.schedule)
    put(reminder, [Chosen(user_id, None, "email")])
    reminders.put_labels(reminder, item.labels)
    for part in (*reminder.recipients, *reminder.labels):
        part.id = new_id()  # MySQL takes many in one statement only with their keys
    skipped = [datetime.fromisoformat(one) for one in item.skipped]
    known_ones = [Known(due_at, is_open=False) for due_at in skipped]
    reminder.next_at = comes_next(item.schedule, known_ones, at)
    reminder.plan_at = plans_next(item.schedule, item.notices, known_ones, at)
    mark = ImportedItem(
        id=new_id(),
        workspace_id=workspace_id,
        entry_hash=bytes.fromhex(item.key),
        reminder_id=reminder.id,
    )
    return reminder, called_off(reminder, skipped, at), mark


def called_off(reminder: Reminder, dues: Iterable[datetime], at: datetime) -> list[Occurrence]:
    return [
        Occurrence(
            id=new_id(),
            workspace_id=reminder.workspace_id,
            reminder_id=reminder.id,
            due_at=due_at,
            state=SKIPPED,
            acted_by=reminder.created_by,
            acted_at=at,
        )
        for due_at in dues
    ]


@transaction
def forget(workspace_id: uuid.UUID, user_id: uuid.UUID, import_id: uuid.UUID) -> None:
    there(repository.get(workspace_id, user_id, import_id))
    repository.forget(workspace_id, user_id)


@transaction
def purge() -> int:
    """What was read of files a day ago."""
    return repository.forget_old(now() - KEPT)
