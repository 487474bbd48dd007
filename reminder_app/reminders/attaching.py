"""The files that go with a reminder: adding, removing, what a message takes along, cleaning up."""

import logging
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from reminder_app.database import after_commit, new_id, transaction
from reminder_app.delivery import service as delivery
from reminder_app.delivery.models import REMINDER
from reminder_app.errors import NotFound, refuse
from reminder_app.files import names, store
from reminder_app.files.shelf import Shelf, Taken
from reminder_app.reminders import file_repository, repository
from reminder_app.reminders.file_models import ReminderFile
from reminder_app.reminders.models import Reminder
from reminder_app.reminders.service import get_reminder, there
from reminder_app.translations import gettext as _
from reminder_app.translations.sizes import size_in_words

log = logging.getLogger(__name__)
FIELD = "files"
MOST = 20  # of a reminder
# What was on the wire when its file was removed is tried again for up to 41 hours.
LET_GO_AFTER = 3 * 24 * 3600.0


@transaction
def saved_with(
    save: Callable[[], Reminder], actor_id: uuid.UUID, taken: Sequence[Taken], shelf: Shelf
) -> Reminder:
    """A reminder and the files that came with its form: both, or neither."""
    reminder = save()
    if not taken:
        return reminder
    attach(reminder.workspace_id, actor_id, reminder.id, taken, shelf)
    return get_reminder(reminder.workspace_id, reminder.id)


@transaction
def attach(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    reminder_id: uuid.UUID,
    taken: Sequence[Taken],
    shelf: Shelf,
) -> list[ReminderFile]:
    """They go with what is planned from now on. One that is there under its name stays the one it is.

    Raises NotFound, Invalid (files).
    """
    reminder = there(repository.lock(workspace_id, reminder_id))
    have = {(one.name, one.sha256): one for one in of(reminder)}
    new = {
        (one.name, one.sha256): row_of(reminder, actor_id, one)
        for one in taken
        if (one.name, one.sha256) not in have
    }
    check_room(reminder, [*have.values()], [*new.values()], shelf)
    file_repository.add(new.values())
    reminder.file_count = len(have) + len(new)
    have |= new
    return [have[one.name, one.sha256] for one in taken]


def row_of(reminder: Reminder, actor_id: uuid.UUID | None, one: Taken) -> ReminderFile:
    return ReminderFile(
        id=new_id(),
        workspace_id=reminder.workspace_id,
        reminder_id=reminder.id,
        created_by=actor_id,
        name=one.name,
        media_type=names.type_of(one.name),
        size=one.size,
        sha256=one.sha256,
    )


def check_room(
    reminder: Reminder, have: Sequence[ReminderFile], new: Sequence[ReminderFile], shelf: Shelf
) -> None:
    added = sum(one.size for one in new)
    if len(have) + len(new) > MOST:
        refuse(FIELD, _("A reminder has at most %(most)s files: remove some first.", most=MOST))
    if sum(one.size for one in have) + added > shelf.of_reminder:
        most = size_in_words(shelf.of_reminder)
        refuse(
            FIELD,
            _(
                "The files of a reminder may have %(most)s together: choose fewer or smaller.",
                most=most,
            ),
        )
    if added and file_repository.in_workspace(reminder.workspace_id) + added > shelf.of_workspace:
        most = size_in_words(shelf.of_workspace)
        refuse(
            FIELD,
            _(
                "The files of this workspace may have %(most)s together: remove some first.",
                most=most,
            ),
        )


@transaction
def remove(
    workspace_id: uuid.UUID, reminder_id: uuid.UUID, file_id: uuid.UUID, folder: Path
) -> ReminderFile:
    """It goes with nothing more, not even with what waits already; what went out keeps its proof."""
    reminder = there(repository.lock(workspace_id, reminder_id))
    row = get(workspace_id, reminder_id, file_id)
    file_repository.remove(row)
    reminder.file_count = len(of(reminder))
    delivery.take_file_out(workspace_id, REMINDER, reminder_id, row.id)
    digests = [row.sha256]
    after_commit(lambda: store.touch(folder, digests))
    return row


def of(reminder: Reminder) -> Sequence[ReminderFile]:
    return file_repository.of_reminder(reminder.workspace_id, reminder.id)


def listed(workspace_id: uuid.UUID, reminder_id: uuid.UUID) -> Sequence[ReminderFile]:
    reminder = get_reminder(workspace_id, reminder_id)
    return of(reminder) if reminder.file_count else []


def get(workspace_id: uuid.UUID, reminder_id: uuid.UUID, file_id: uuid.UUID) -> ReminderFile:
    row = file_repository.get(workspace_id, reminder_id, file_id)
    if row is None:
        raise NotFound(_("There is no such file here."))
    return row


def path_of(row: ReminderFile, folder: Path) -> Path:
    """Raises NotFound where the disk has lost it."""
    path = store.path_of(folder, row.sha256)
    if not path.is_file():
        log.error("file %s of reminder %s is not at %s", row.id, row.reminder_id, path)
        raise NotFound(
            _("“%(name)s” is not on the server's disk: tell who runs it.", name=row.name)
        )
    return path


def clean(folder: Path) -> int:
    """Files that no reminder has any more leave the disk; returns how many."""
    gone = store.clean(folder, LET_GO_AFTER, transaction(file_repository.used))
    log.info("removed %d files that no reminder has", gone)
    return gone


def copy_files(old: Reminder, new: Reminder) -> None:
    """The same files for a reminder that was split off."""
    if not old.file_count:
        return
    rows = [row_of(new, one.created_by, Taken(one.name, one.sha256, one.size)) for one in of(old)]
    file_repository.add(rows)
    new.file_count = len(rows)
