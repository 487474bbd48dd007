"""Where a restore goes, and what is said of it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from reminder_app.database.administrator import administrator, connected, make_database
from reminder_app.database.audit import anchors, trail_of
from reminder_app.database.backup import files, moment, restoring, running, source, throwaway
from reminder_app.database.backup.contents import Tell
from reminder_app.database.backup.errors import BackupError, Busy
from reminder_app.database.backup.source import Place
from reminder_app.database.errors import number, said
from reminder_app.database.settings import DatabaseSettings

ON_ITS_OWN_SERVER = (
    "The newest of the log could not be fetched from the server that BACKUP_URL names (without it "
    "DIRECT_URL): "
)
NO_ADDRESS = (
    "{} is no address of a database: write mysql://user:password@host/name, or the path of a file as "
    "./restored.db."
)
NO_ACCOUNT = (
    " On a new server the accounts of the settings are not there yet: give this command "
    "DATABASE_ADMIN_URL=mysql://root:…@host/ and it makes the database; `flask setup` makes the accounts "
    "afterwards."
)
REFUSED = frozenset({1044, 1045, 1049, 1698})
ANOTHER = (
    "This is not the database of the settings: if it becomes that, run `flask audit restored` then, or "
    "`flask audit verify` takes what the restore cut off for damage."
)
NO_FILES = "No files were backed up with it."
WHERE_TO = "The {:,} files with it are not restored: say where to, with --files FOLDER."
LOST = "{} What names them cannot be sent."
NOT_MARKED = (
    "What the restore cut off could not be marked in {} ({}): run `flask audit restored`, or "
    "`flask audit verify` takes it for damage."
)


@contextmanager
def target(
    settings: DatabaseSettings, into: str | None, name: str, wanted: datetime | None, *, look: bool
) -> Iterator[Place]:
    """Raises BackupError."""
    if look and into:
        raise BackupError("--look has a server of its own: leave --into out.")
    folder = running.folder_of(settings)
    backup = moment.way_to(folder, wanted).backup if wanted else folder.read(name)
    if look:
        with throwaway.place_for(backup, settings) as place:
            yield place
        return
    url = address(into) if into else own(settings)
    restoring.is_of_its_kind(backup, url)
    if not into and settings.admin_url and source.is_server(url):
        make_own(settings)
    with ExitStack() as stack:
        try:
            place = stack.enter_context(source.at(url, settings, "restore"))
        except BackupError as error:
            if into or settings.admin_url or number(error.__cause__) not in REFUSED:
                raise
            raise BackupError(f"{error}.{NO_ACCOUNT}") from error
        yield place


def own(settings: DatabaseSettings) -> str:
    """The database of the settings: past any proxy, and by the administrator where there is one."""
    url = make_url(settings.migrations_url)
    if settings.admin_url and source.is_server(settings.migrations_url):
        url = make_url(settings.admin_url).set(database=url.database)
    return url.render_as_string(hide_password=False)


def make_own(settings: DatabaseSettings) -> None:
    """Where an administrator may. Raises BackupError."""
    url = make_url(own(settings))
    try:
        with connected(administrator(settings), settings) as connection:
            make_database(connection, str(url.database))
    except DBAPIError as error:
        raise BackupError(f"DATABASE_ADMIN_URL: {said(error)}") from error


def address(into: str) -> str:
    """mysql://…, sqlite:///… or the path of a file, as ./restored.db. Raises BackupError."""
    if "://" not in into:
        if ":" in into or not Path(into).suffix:
            raise BackupError(NO_ADDRESS.format(into))
        return f"sqlite:///{Path(into).expanduser().resolve()}"
    try:
        url = make_url(into)
        kind = url.get_backend_name()
    except ArgumentError:
        raise BackupError(NO_ADDRESS.format("That")) from None
    if kind not in ("mysql", "mariadb", "sqlite") or not url.database:
        raise BackupError(NO_ADDRESS.format(url.render_as_string(hide_password=True)))
    if url.drivername in ("mysql", "mariadb"):
        url = url.set(drivername="mysql+pymysql")
    return url.render_as_string(hide_password=False)


def mark_in_audit(place: Place, settings: DatabaseSettings) -> str:
    """What was sealed after the backup is gone, and no damage: the audit's anchors are told so."""
    trail = trail_of()
    if trail is None or not trail.anchor or not Path(trail.anchor).exists():
        return ""
    if whose(place.url) not in [whose(make_url(one)) for one in (settings.url, own(settings))]:
        return ANOTHER
    try:
        return f"{anchors.mark_restored(place.engine, Path(trail.anchor))}. {trail.anchor} says so."
    except (OSError, DBAPIError) as error:
        return NOT_MARKED.format(trail.anchor, said(error))


def whose(url: URL) -> tuple[object, ...]:
    if url.get_backend_name() == "sqlite":
        return (str(Path(url.database or "").resolve()),)
    return url.host, url.port or 3306, url.query.get("unix_socket"), url.database


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


def bring_files(
    settings: DatabaseSettings, name: str, wanted: datetime | None, into: Path | None, tell: Tell
) -> tuple[str, bool]:
    """What is said of them, and whether all are there. Raises BackupError.

    Those of that backup; to a moment all there are, as later ones may have what it needs.
    """
    folder, keys = running.folder_of(settings), running.keys_of(settings)
    manifest = folder.read(name)
    which = files.everything(folder) if wanted else files.listed(folder, manifest, keys)
    if not which:
        return NO_FILES if manifest.files is None else "", True
    if into is None:
        return WHERE_TO.format(len(which)), True
    done = files.restore(folder, keys, set(which), into, tell)
    told = f"Files: {done.written:,} restored into {into}; {done.there:,} were there."
    return (f"{told} {LOST.format(files.told_bad(done.bad))}", False) if done.bad else (told, True)


def newest_of_the_log(settings: DatabaseSettings, tell: Tell) -> str:
    """Fetched while its server is there; says why it was not. The files that are here serve without."""
    try:
        running.fetch_logs(settings, tell)
    except (BackupError, Busy) as error:
        return f"{ON_ITS_OWN_SERVER}{error}"
    return ""
