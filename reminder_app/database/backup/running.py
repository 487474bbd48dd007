"""The use cases, each alone in the folder and each written down: commands and jobs call these."""

import time
from dataclasses import dataclass
from datetime import datetime

from reminder_app.database import clock
from reminder_app.database.backup import files, logs, making, records, source, trial
from reminder_app.database.backup.contents import Tell
from reminder_app.database.backup.errors import Altered, BackupError
from reminder_app.database.backup.folder import NO_PATH, Folder, name_at
from reminder_app.database.backup.keys import NO_KEY, Keys
from reminder_app.database.backup.logs import Kept
from reminder_app.database.backup.manifest import LogPosition, Manifest
from reminder_app.database.backup.models import RestoreTest
from reminder_app.database.backup.rotation import Chosen, Keep, choose
from reminder_app.database.backup.trial import Trial
from reminder_app.database.settings import DatabaseSettings


@dataclass(frozen=True)
class Rotated:
    removed: list[str]
    logs: list[str]


def why_not(settings: DatabaseSettings) -> str:
    """Why no backups are made here, or nothing."""
    if settings.backup_path is None:
        return NO_PATH
    return "" if settings.backup_key else NO_KEY


def folder_of(settings: DatabaseSettings) -> Folder:
    return Folder(settings.backup_path)


def keys_of(settings: DatabaseSettings) -> Keys:
    return Keys.of(settings.backup_key, settings.backup_key_fallbacks)


def back_up(settings: DatabaseSettings, tell: Tell) -> Manifest:
    """Make one, keep the log from there on, and let go of what is old. Raises BackupError."""
    folder, keys = folder_of(settings), keys_of(settings)
    with folder.alone():
        folder.sweep()
        at, began = clock.now(), time.monotonic()
        records.began(name_at(at), at)
        try:
            manifest = made(settings, folder, keys, tell, at)
        except BaseException as error:
            records.failed(name_at(at), told(error), time.monotonic() - began)
            raise
        let_go(settings, folder)
        if manifest.log:
            note_logs(settings, keep_logs_of(settings, folder, keys, tell))
    return manifest


def made(
    settings: DatabaseSettings, folder: Folder, keys: Keys, tell: Tell, at: datetime
) -> Manifest:
    """Once more where a table was altered meanwhile: a deploy, or a month that was made or dropped."""
    with source.at(source.own(settings), settings, "backup") as place:
        try:
            return making.make(place, folder, keys, tell, at)
        except Altered:
            return making.make(place, folder, keys, tell, at)


def told(error: BaseException) -> str:
    """Our own words are for everybody; another error's may hold what was in a row."""
    if isinstance(error, BackupError):
        return str(error)
    if isinstance(error, SystemExit | KeyboardInterrupt):
        return "It was told to stop."
    return f"It failed: {type(error).__name__}; the log has more."


def keep_logs(settings: DatabaseSettings, tell: Tell) -> Kept | None:
    """None where the newest backup leads to no later moment. Raises BackupError."""
    kept = fetch_logs(settings, tell)
    note_logs(settings, kept)
    return kept


def fetch_logs(settings: DatabaseSettings, tell: Tell) -> Kept | None:
    """Into the folder alone: for when there is no database of ours yet."""
    folder = folder_of(settings)
    with folder.alone():
        return keep_logs_of(settings, folder, keys_of(settings), tell)


def note_logs(settings: DatabaseSettings, kept: Kept | None) -> None:
    newest = newest_of(folder_of(settings))
    if newest and kept and kept.until:
        records.logs_kept(newest.name, kept.until)


def keep_logs_of(settings: DatabaseSettings, folder: Folder, keys: Keys, tell: Tell) -> Kept | None:
    newest = newest_of(folder)
    if newest is None or newest.log is None:
        return None
    first = min(
        promised(settings, folder, newest.log.origin), key=lambda one: logs.number(one.file)
    )
    if settings.backup_files:
        files.keep(folder, keys, settings.backup_files, tell)
    with source.at(source.own(settings), settings, "backup-logs") as place:
        return logs.keep(place, folder, keys, first, tell)


def newest_of(folder: Folder) -> Manifest | None:
    return next(reversed(folder.manifests()), None)


def is_log_new(settings: DatabaseSettings) -> bool:
    """Whether the server has written anything since the last look; asked often, and cheap."""
    newest = newest_of(folder_of(settings))
    if newest is None or newest.log is None:
        return False
    path = folder_of(settings).logs / newest.log.origin
    with source.at(source.own(settings), settings, "backup-logs") as place, place.connected() as at:
        return bool(logs.missing(path, logs.on_server(at), newest.log.file))


def promised(settings: DatabaseSettings, folder: Folder, origin: str = "") -> list[LogPosition]:
    """From where on every moment can be had: the backups of the last days."""
    days = set(chosen(settings, folder).days)
    positions = [one.log for one in folder.manifests() if one.name in days and one.log]
    return [one for one in positions if not origin or one.origin == origin]


def chosen(settings: DatabaseSettings, folder: Folder) -> Chosen:
    made = [(one.name, one.made_at) for one in folder.manifests()]
    return choose(made, Keep(*settings.backup_keep))


def rotate(settings: DatabaseSettings, *, dry: bool = False) -> Rotated:
    folder = folder_of(settings)
    if dry:
        return Rotated(chosen(settings, folder).go, [])
    with folder.alone():
        return let_go(settings, folder)


def let_go(settings: DatabaseSettings, folder: Folder) -> Rotated:
    which = chosen(settings, folder)
    for name in which.go:
        folder.remove(name)
    gone = logs.forget_before(folder, promised(settings, folder))
    files.forget(folder, keys_of(settings))
    records.found(folder.manifests(), which.stay)
    return Rotated(which.go, gone)


def try_restore(settings: DatabaseSettings, name: str, tell: Tell) -> Trial:
    """Raises BackupError where there is nothing to try; else says how it went."""
    folder, keys = folder_of(settings), keys_of(settings)
    with folder.alone():
        name = folder.read(name).name
        found = trial.run(settings, folder, name, keys, tell)
    manifest = found.manifest
    records.tried(
        RestoreTest(
            backup_name=found.backup,
            started_at=found.started_at,
            is_good=found.is_good,
            seconds=found.seconds,
            steps=found.steps,
            row_count=manifest.rows if manifest else 0,
            bytes=manifest.plain_bytes if manifest else 0,
            restored_to=found.restored_to,
            server=found.server,
            words=found.words[:500],
        )
    )
    return found
