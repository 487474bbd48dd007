"""Where a restore goes, and what is said of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from reminder_app.database.backup import moment, restoring, running, source, throwaway
from reminder_app.database.backup.contents import Tell
from reminder_app.database.backup.errors import BackupError, Busy
from reminder_app.database.backup.source import Place
from reminder_app.database.settings import DatabaseSettings

ON_ITS_OWN_SERVER = "The newest of the server's log could not be kept before: "


@contextmanager
def target(
    settings: DatabaseSettings, into: str | None, name: str, wanted: datetime | None, *, look: bool
) -> Iterator[Place]:
    """Raises BackupError."""
    if look and into:
        raise BackupError("--look has a server of its own: leave --into out.")
    if look:
        folder = running.folder_of(settings)
        backup = moment.way_to(folder, wanted).backup if wanted else folder.read(name)
        with throwaway.place_for(backup, settings) as place:
            yield place
        return
    with source.at(
        address(into) if into else settings.migrations_url, settings, "restore"
    ) as place:
        yield place


def address(into: str) -> str:
    """mysql://…, sqlite:///… or the path of a file."""
    for scheme in ("mysql://", "mariadb://"):
        if into.startswith(scheme):
            return "mysql+pymysql://" + into.removeprefix(scheme)
    if "://" in into:
        return into
    return f"sqlite:///{Path(into).expanduser().resolve()}"


def bring(
    place: Place, settings: DatabaseSettings, name: str, wanted: datetime | None, tell: Tell
) -> str:
    """Restore, and say what is there now. Raises BackupError."""
    folder, keys = running.folder_of(settings), running.keys_of(settings)
    steps = restoring.Steps(tell, getattr(tell, "read", lambda _: None))
    if wanted is None:
        done = restoring.restore(place, folder, name, keys, steps)
        return (
            f"{done.name} is restored into {place.told()}: {done.rows:,} rows of {len(done.tables)} "
            "tables, each as it was."
        )
    reached = moment.restore(place, folder, wanted, keys, steps)
    last = f"; the last change in it is of {reached.last:%H:%M:%S.%f} UTC" if reached.last else ""
    return (
        f"{place.told()} is as it stood at {wanted:%Y-%m-%d %H:%M:%S} UTC, from {reached.backup.name} "
        f"and {reached.files} files of the log{last}. {reached.left_out} later transactions are left out."
    )


def newest_of_the_log(settings: DatabaseSettings, tell: Tell) -> str:
    """Fetched while its server is there; says why it was not. The files that are here serve without."""
    try:
        running.keep_logs(settings, tell)
    except (BackupError, Busy) as error:
        return f"{ON_ITS_OWN_SERVER}{error}"
    return ""
