"""Figures of backups and growth, as charts and JSON want them."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reminder_app.database import Model
from reminder_app.database.backup.models import Backup, RestoreTest
from reminder_app.database.maintenance.sizes import Overview
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext, pgettext
from reminder_app.web.formatting import local_date

MB = 2**20
STEPS = {
    "server": lazy_gettext("An empty server"),
    "restore": lazy_gettext("The backup"),
    "files": lazy_gettext("The files"),
    "log": lazy_gettext("The log"),
    "look": lazy_gettext("A look at it"),
}
DRAWN = 30


def recovery_times(tests: Sequence[RestoreTest]) -> dict[str, Any]:
    """Of those that went well, oldest first: what each step took."""
    good = [test for test in tests if test.is_good][:DRAWN][::-1]
    return {
        "labels": [local_date(test.started_at, "short") for test in good],
        "series": [
            (str(words), [test.steps.get(step, 0) for test in good])
            for step, words in STEPS.items()
        ],
    }


def growth(overview: Overview) -> dict[str, Any]:
    return {
        "labels": [local_date(at, "short") for at, size in overview.total],
        "series": [(_("All tables"), [round(size / MB, 2) for at, size in overview.total])],
    }


def stays(backup: Backup) -> str:
    """Why it is kept, in words."""
    words = {
        "recent": pgettext("backup", "recent"),
        "daily": pgettext("backup", "daily"),
        "weekly": pgettext("backup", "weekly"),
        "monthly": pgettext("backup", "monthly"),
    }
    return ", ".join(words.get(why, why) for why in backup.stays.split(", "))


def columns(row: Model) -> dict[str, Any]:
    return {column.name: plain(getattr(row, column.name)) for column in row.__table__.columns}


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
