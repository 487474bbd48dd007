"""The files that come with a form, or alone."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO, cast
from uuid import UUID

from flask import current_app, request
from werkzeug.datastructures import FileStorage

from reminder_app.errors import refuse
from reminder_app.files.shelf import Offered, Shelf
from reminder_app.reminders import attaching
from reminder_app.reminders.attaching import Wanted
from reminder_app.reminders.models import Reminder
from reminder_app.translations import gettext as _
from reminder_app.web.formatting import file_size
from reminder_app.web.gate import current

IS_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
AROUND = 1_000_000  # bytes of a form around its files


def shelf() -> Shelf:
    return Shelf.of(current_app.config["SETTINGS"])


def most_bytes() -> int:
    """Twice what is allowed: what is a little too big is told in the form, which keeps what was typed."""
    return 2 * shelf().of_reminder + AROUND


def sent(name: str = attaching.FIELD) -> list[FileStorage]:
    """An input without a file sends one without a name."""
    return [file for file in request.files.getlist(name) if file.filename]


def offered(field: str = attaching.FIELD) -> list[Offered]:
    """Looked at, and written nowhere yet. Raises Invalid."""
    files, where = sent(field), shelf()
    if len(files) > attaching.MOST:
        refuse(field, _("Choose at most %(most)s files at once.", most=attaching.MOST))
    return [where.look(field, file.filename or "", cast(BinaryIO, file.stream)) for file in files]


def saved(
    save: Callable[[], Reminder], reminder_id: UUID | None = None, with_files: Sequence[UUID] = ()
) -> Reminder:
    """What the form says, with the files it brings. `reminder_id`: of one that is there already."""
    actor, files = current(), offered()
    along = attaching.taken_of(attaching.named(actor.workspace_id, with_files))
    if not files and not along:
        return save()
    whose = actor.workspace_id, actor.user_id, reminder_id
    return attaching.saved_with(save, *whose, files, along, shelf())


def wanted(ids: Sequence[UUID] | None) -> Wanted | None:
    return None if ids is None else Wanted(ids, shelf())


def brought(typed: Iterable[object]) -> list[tuple[UUID, str, str]]:
    """What may come along, as choices of a form: id, name, size."""
    ids = [UUID(str(one)) for one in typed if IS_ID.fullmatch(str(one))]
    found = attaching.named(current().workspace_id, ids[: attaching.MOST])
    return [(one.id, one.name, file_size(one.size)) for one in found]
