"""The files that go with a reminder: adding, removing, what a message takes along, cleaning up."""

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reminder_app.database import after_commit, new_id, transaction
from reminder_app.delivery import service as delivery
from reminder_app.delivery.models import REMINDER
from reminder_app.errors import NotFound, refuse
from reminder_app.files import names, store
from reminder_app.files.shelf import Offered, Shelf, Taken
from reminder_app.files.store import Stored
from reminder_app.reminders import file_repository, repository
from reminder_app.reminders.file_models import ReminderFile, TemplateFile
from reminder_app.reminders.models import Reminder
from reminder_app.reminders.service import get_reminder, there
from reminder_app.translations import gettext as _
from reminder_app.translations.sizes import size_in_words
from reminder_app.workspaces import service as workspaces

log = logging.getLogger(__name__)
FIELD = "files"
MOST = 20  # of a reminder
# What was on the wire when its file was removed is tried again for up to 41 hours.
LET_GO_AFTER = 3 * 24 * 3600.0


@dataclass(frozen=True)
class Wanted:
    """Files of reminders and templates, by their ids, that are to come along."""

    ids: Sequence[uuid.UUID]
    shelf: Shelf


def saved_with(
    save: Callable[[], Reminder],
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    reminder_id: uuid.UUID | None,
    offered: Sequence[Offered],
    along: Sequence[Taken],
    shelf: Shelf,
) -> Reminder:
    """A reminder and the files that came with its form: both, or neither.

    `reminder_id`: of one that is there already; `along`: what lies on the shelf already.
    Raises what `save` and attach() do, and Unavailable.
    """
    with kept(workspace_id, reminder_id, offered, shelf, along) as taken:
        return save_and_attach(save, workspace_id, actor_id, reminder_id, taken, shelf)


@transaction
def save_and_attach(
    save: Callable[[], Reminder],
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    reminder_id: uuid.UUID | None,
    taken: Sequence[Taken],
    shelf: Shelf,
) -> Reminder:
    hold(workspace_id, reminder_id)
    reminder = save()
    attach(workspace_id, actor_id, reminder.id, taken, shelf)
    return get_reminder(workspace_id, reminder.id)


def add(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    reminder_id: uuid.UUID,
    offered: Offered,
    shelf: Shelf,
) -> ReminderFile:
    """Raises as attach() does, and Unavailable."""
    get_reminder(workspace_id, reminder_id)  # nothing is written for what is not there
    with kept(workspace_id, reminder_id, [offered], shelf) as taken:
        return attach(workspace_id, actor_id, reminder_id, taken, shelf)[0]


def hold(workspace_id: uuid.UUID, reminder_id: uuid.UUID | None) -> Reminder | None:
    """The reminder first, as who plans or acts does: what they insert then holds its workspace, too."""
    reminder = there(repository.lock(workspace_id, reminder_id)) if reminder_id else None
    workspaces.hold(workspace_id)
    return reminder


@contextmanager
def kept(
    workspace_id: uuid.UUID,
    reminder_id: uuid.UUID | None,
    offered: Sequence[Offered],
    shelf: Shelf,
    along: Sequence[Taken] = (),
) -> Iterator[list[Taken]]:
    """On the shelf, once there seems to be room; what is refused after all does not stay there."""
    have = file_repository.of_reminder(workspace_id, reminder_id) if reminder_id else []
    taken = [*along, *taken_of(offered)]
    field = offered[0].field if offered else FIELD
    check_room(workspace_id, have, missing(have, taken), shelf, field)
    laid: dict[bytes, Stored] = {}
    try:
        for one in offered:
            laid[one.sha256] = laid.get(one.sha256) or shelf.keep(one)
        yield taken
    except BaseException:
        take_back(shelf.folder, [one for one in laid.values() if one.made])
        raise


def take_back(folder: Path, new: Sequence[Stored]) -> None:
    """Those that no row names: also where it is not known whether they were saved."""
    try:
        used = transaction(file_repository.used)([one.sha256 for one in new]) if new else ()
        for one in new:
            if one.sha256 not in used:
                store.take_back(folder, one)
    except Exception:
        log.warning("files that were refused stay until the clean-up", exc_info=True)


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
    reminder = there(hold(workspace_id, reminder_id))
    have = of(reminder)
    new = [row_of(reminder, actor_id, one) for one in missing(have, taken)]
    check_room(workspace_id, have, new, shelf)
    file_repository.add(new)
    reminder.file_count = len(have) + len(new)
    found = {(one.name, one.sha256): one for one in (*have, *new)}
    return [found[one.name, one.sha256] for one in taken]


def named(workspace_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> list[ReminderFile | TemplateFile]:
    """Of reminders and templates, in the order of the ids; without those that are gone."""
    rows = file_repository.named(workspace_id, ids) if ids else {}
    return [rows[one] for one in dict.fromkeys(ids) if one in rows]


def taken_of(files: Iterable[Any]) -> list[Taken]:
    """What lies on the shelf already, or will."""
    return [Taken(one.name, one.sha256, one.size) for one in files]


def missing(have: Iterable[Any], files: Iterable[Taken]) -> list[Taken]:
    """Those that are not there yet, each once."""
    found = {(one.name, one.sha256): one for one in files}
    for one in have:
        found.pop((one.name, one.sha256), None)
    return list(found.values())


def row_of(
    reminder: Reminder, actor_id: uuid.UUID | None, one: Taken | ReminderFile
) -> ReminderFile:
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
    workspace_id: uuid.UUID,
    have: Sequence[Any],
    new: Sequence[Any],
    shelf: Shelf,
    field: str = FIELD,
) -> None:
    added = sum(one.size for one in new)
    if len(have) + len(new) > MOST:
        refuse(field, _("A reminder has at most %(most)s files: remove some first.", most=MOST))
    if sum(one.size for one in have) + added > shelf.of_reminder:
        most = size_in_words(shelf.of_reminder)
        refuse(
            field,
            _(
                "The files of a reminder may have %(most)s together: choose fewer or smaller.",
                most=most,
            ),
        )
    if added and file_repository.in_workspace(workspace_id) + added > shelf.of_workspace:
        most = size_in_words(shelf.of_workspace)
        refuse(
            field,
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
    """Files that no reminder and no template has any more leave the disk; returns how many."""
    gone = store.clean(folder, LET_GO_AFTER, transaction(file_repository.used))
    log.info("removed %d files that nothing has", gone)
    return gone


def copy_files(old: Reminder, new: Reminder) -> None:
    """The same files for a reminder that was split off."""
    if not old.file_count:
        return
    rows = [row_of(new, one.created_by, one) for one in of(old)]
    file_repository.add(rows)
    new.file_count = len(rows)
