"""The files that come with a form, or alone."""

from collections.abc import Callable
from typing import BinaryIO, cast
from uuid import UUID

from flask import current_app, request
from werkzeug.datastructures import FileStorage

from reminder_app.errors import refuse
from reminder_app.files.shelf import Offered, Shelf
from reminder_app.reminders import attaching
from reminder_app.reminders.models import Reminder
from reminder_app.translations import gettext as _
from reminder_app.web.gate import current

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


def saved(save: Callable[[], Reminder], reminder_id: UUID | None = None) -> Reminder:
    """What the form says, with the files it brings. `reminder_id`: of one that is there already."""
    actor, files = current(), offered()
    if not files:
        return save()
    whose = actor.workspace_id, actor.user_id, reminder_id
    return attaching.saved_with(save, *whose, files, shelf())
