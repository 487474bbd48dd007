"""Restores the newest backup where it does no harm, and measures: that is how long a recovery takes."""

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from reminder_app.database import clock
from reminder_app.database.backup import files, logs, moment, restoring, throwaway
from reminder_app.database.backup.contents import Tell
from reminder_app.database.backup.errors import BackupError, Mismatch
from reminder_app.database.backup.folder import Folder
from reminder_app.database.backup.keys import Keys
from reminder_app.database.backup.manifest import Manifest
from reminder_app.database.backup.restoring import Steps
from reminder_app.database.backup.source import Place
from reminder_app.database.engine import db
from reminder_app.database.errors import said
from reminder_app.database.settings import DatabaseSettings

log = logging.getLogger(__name__)


@dataclass
class Trial:
    backup: str
    started_at: datetime
    steps: dict[str, float] = field(default_factory=dict)  # seconds
    manifest: Manifest | None = None
    server: str = ""
    restored_to: datetime | None = None
    words: str = ""
    is_good: bool = False

    @property
    def seconds(self) -> float:
        return sum(self.steps.values())

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.steps[name] = round(time.monotonic() - began, 3)


def run(settings: DatabaseSettings, folder: Folder, name: str, keys: Keys, tell: Tell) -> Trial:
    """Never raises for a backup that cannot be restored: that is its finding."""
    trial = Trial(name, clock.now())
    try:
        trial.manifest = folder.read(name)
        trial.backup = trial.manifest.name
        restored(trial, trial.manifest, settings, folder, keys, tell)
    except BackupError as error:
        trial.words = str(error)
    except SQLAlchemyError as error:
        trial.words = said(error)
    except (
        Exception
    ) as error:  # a full disk, a program that hangs: no backup is proven by it either
        log.exception("the restore test broke off")
        trial.words = f"It failed: {type(error).__name__}; the log has more."
    else:
        trial.is_good = True
    return trial


def restored(
    trial: Trial,
    manifest: Manifest,
    settings: DatabaseSettings,
    folder: Folder,
    keys: Keys,
    tell: Tell,
) -> None:
    with ExitStack() as stack:
        with trial.step("server"):
            tell("server")
            place = stack.enter_context(throwaway.place_for(manifest, settings))
            trial.server = f"{place.server.name} {place.server.version_text()}"
        with trial.step("restore"):
            restoring.restore(place, folder, manifest.name, keys, Steps(tell))
        if manifest.files is not None:
            with trial.step("files"):
                tell("files")
                files.verify(folder, manifest, keys, set())
        with trial.step("log"):
            trial.restored_to = replayed(place, folder, manifest, keys, tell)
        with trial.step("look"):
            tell("look")
            trial.words = looked_at(place, settings)


def replayed(
    place: Place, folder: Folder, manifest: Manifest, keys: Keys, tell: Tell
) -> datetime | None:
    """Up to the last moment that could be had; None where the backup is all there is.

    Not on a lent server: it may be the one that wrote the log.
    """
    if manifest.log is None or place.settings.restore_test_url:
        return None
    until = logs.state(folder.logs / manifest.log.origin).until
    if until is None or until <= manifest.made_at:
        return None
    way = moment.way_to(folder, until)
    if way.backup.name != manifest.name:
        return None
    return moment.replay(place, folder, way, keys, Steps(tell)).moment


def looked_at(place: Place, settings: DatabaseSettings) -> str:
    """Does the application find itself in it? Raises Mismatch."""
    behind = steps_behind(place, settings)
    if not behind:
        for table in db.metadata.sorted_tables:
            with place.connected() as connection:
                connection.execute(select(table).limit(1)).all()
    return f"{behind} migrations to go after a restore: `flask db upgrade`." if behind else ""


def steps_behind(place: Place, settings: DatabaseSettings) -> int:
    """How many migrations this code has beyond it. Raises Mismatch where it has never heard of it."""
    if settings.migrations is None:
        return 0
    known = [one.revision for one in ScriptDirectory(str(settings.migrations)).walk_revisions()]
    here = place.revision()
    if here not in known:
        raise Mismatch(
            f"The restored tables are at {here or 'no revision'}, which this code does not know."
        )
    return known.index(here)
