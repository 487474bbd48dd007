"""`flask backup …` and `flask restore`: for the operator, for cron, and for the day it is needed."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click
from flask.cli import AppGroup, with_appcontext

from reminder_app.database import cache, clock
from reminder_app.database.backup import bringing, files, running, verifying
from reminder_app.database.backup.errors import BackupError, Unreadable
from reminder_app.database.backup.folder import NEWEST
from reminder_app.database.backup.keys import new_key
from reminder_app.database.backup.manifest import Manifest
from reminder_app.database.cache.queries import current
from reminder_app.database.engine import settings_of

FAILED, NOTHING = 1, 2
NOT_EMPTIED = (
    "Redis does not answer, so the cache was not emptied: empty it under Operations, Database, Cache "
    "before anybody is let in, or empty Redis."
)
as_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")
which = click.argument("name", default=NEWEST, metavar="[NAME]")


class Step:
    """One line that says what is being done; nothing where nobody watches."""

    def __init__(self) -> None:
        self.is_watched, self.text, self.bytes, self.shown = sys.stderr.isatty(), "", 0, 0

    def __call__(self, text: str) -> None:
        self.text, self.bytes = text, 0
        self.show()

    def read(self, count: int) -> None:
        self.bytes += count
        if self.bytes >> 22 != (self.bytes - count) >> 22:
            self.show()

    def show(self) -> None:
        if self.is_watched:
            so_far = f", {mb(self.bytes)}" if self.bytes else ""
            click.echo(f"\r\033[K{self.text}{so_far}", nl=False, err=True)

    def end(self) -> None:
        if self.is_watched:
            click.echo("\r\033[K", nl=False, err=True)


@contextmanager
def watched() -> Iterator[Step]:
    """A SIGTERM ends it in order: what was half made is taken away."""
    before, step = signal.signal(signal.SIGTERM, stopped), Step()
    try:
        yield step
    except BackupError as error:
        step.end()
        raise click.ClickException(str(error)) from error
    finally:
        step.end()
        signal.signal(signal.SIGTERM, before)


def stopped(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


@click.group(cls=AppGroup, invoke_without_command=True)
@click.pass_context
def backup(context: click.Context) -> None:
    """Make a backup; or list, verify, test, rotate those there are."""
    if context.invoked_subcommand is None:
        context.invoke(make)


@backup.command()
def make() -> None:
    """Make a backup, keep the log of changes from there on, remove what is old."""
    with watched() as step:
        made = running.back_up(settings_of(), step)
    click.echo(
        f"{made.name}: {made.rows:,} rows of {len(made.tables)} tables, {mb(made.bytes)} sealed "
        f"({mb(made.plain_bytes)} plain), in {made.seconds:.1f} s."
    )
    if made.files:
        click.echo(f"With it {made.files.told()}.")
    if made.writers_waited:
        click.echo(f"Writers waited for {made.writers_waited * 1000:.0f} ms.")
    click.echo(
        f"Any later moment can be had while its log is kept, from {made.log.file} on."
        if made.log
        else made.no_log
    )


@backup.command("list")
@as_json
def list_(as_json: bool) -> None:
    """Show the backups in the folder, oldest first."""
    settings = settings_of()
    with watched():
        folder = running.folder_of(settings)
        chosen = running.chosen(settings, folder)
        found = folder.manifests()
    if as_json:
        click.echo(json.dumps([line(one) | {"stays": chosen.stay.get(one.name)} for one in found]))
        return
    for one in found:
        stays = ", ".join(chosen.stay.get(one.name, ("goes at the next rotation",)))
        click.echo(
            f"{one.name}  {mb(one.bytes):>10}  {one.rows:>12,} rows  {one.revision}  {stays}"
        )
    click.echo(f"{len(found)} backups in {folder.path}")


def line(one: Manifest) -> dict[str, Any]:
    told = one.as_json()
    return {name: value for name, value in told.items() if name != "tables"} | {"rows": one.rows}


@backup.command()
@which
@click.option("--all", "every", is_flag=True, help="All of them.")
def verify(name: str, every: bool) -> None:
    """Read a backup from its first byte to its last. Exit code 1 when it is not as it was written."""
    settings, bad, whole = settings_of(), 0, set[str]()
    with watched() as step:
        folder, keys = running.folder_of(settings), running.keys_of(settings)
        names = folder.names() if every else [folder.read(name).name]
        for one in names:
            step(f"reading {one}")
            try:
                found = verifying.verify(folder, one, keys, step.read)
                files.verify(folder, found, keys, whole, step)
            except Unreadable as error:
                bad += 1
                step.end()
                click.echo(f"{one}: {error}")
            else:
                step.end()
                with_files = f", {found.files.told()}" if found.files else ""
                click.echo(f"{one} is as it was written: {found.rows:,} rows{with_files}.")
    raise SystemExit(FAILED if bad else 0)


@backup.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def rotate(dry_run: bool) -> None:
    """Remove what BACKUP_KEEP does not keep: backups, and the log before them."""
    with watched():
        gone = running.rotate(settings_of(), dry=dry_run)
    for name in gone.removed:
        click.echo(f"{name} {'would go' if dry_run else 'is removed'}")
    click.echo(f"{len(gone.removed)} backups, {len(gone.logs)} files of the log")


@backup.command()
def logs() -> None:
    """Keep what the server has logged since the last time, so that every moment can be had."""
    with watched() as step:
        kept = running.keep_logs(settings_of(), step)
    if kept is None or kept.until is None:
        click.echo("There is nothing to keep: the newest backup leads to no later moment.")
        raise SystemExit(NOTHING)
    click.echo(f"Every moment up to {at(kept.until)} can be had: {len(kept.sizes)} files.")


@backup.command()
@which
@as_json
def test(name: str, as_json: bool) -> None:
    """Restore into a throw-away server, compare, measure. Exit code 1 when it cannot be restored."""
    with watched() as step:
        found = running.try_restore(settings_of(), name, step)
    told = {
        "backup": found.backup, "is_good": found.is_good, "seconds": round(found.seconds, 3),
        "steps": found.steps, "restored_to": found.restored_to and found.restored_to.isoformat(),
        "server": found.server, "words": found.words,
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
    elif found.is_good:
        click.echo(
            f"{found.backup} was restored and compared in {found.seconds:.1f} s ({found.server})."
        )
        for part, seconds in found.steps.items():
            click.echo(f"  {part:8} {seconds:8.2f} s")
        if found.restored_to:
            click.echo(f"Up to {at(found.restored_to)}.")
        if found.words:
            click.echo(found.words)
    else:
        click.echo(f"{found.backup} could NOT be restored: {found.words}")
    raise SystemExit(0 if found.is_good else FAILED)


@backup.command("new-key")
def new_key_() -> None:
    """Print a new BACKUP_KEY. Keep it somewhere else than the backups."""
    click.echo(new_key())


@click.command()
@which
@click.option("--into", metavar="URL", help="An empty database; that of the settings without it.")
@click.option(
    "--to", "moment", metavar="TIME", help="As it stood then, in UTC: 2026-11-21 10:00:03"
)
@click.option(
    "--files",
    "target",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the files go that it names; without --into, where the settings have them.",
)
@click.option("--look", is_flag=True, help="Into a throw-away server, which is gone afterwards.")
@with_appcontext
def restore(
    name: str, into: str | None, moment: str | None, target: Path | None, look: bool
) -> None:
    """Bring a backup back into an empty database. Nothing is ever written over.

    On a new server give it DATABASE_ADMIN_URL, as the accounts in the settings are not there yet: it
    makes the database. `flask setup` makes the accounts afterwards.
    """
    settings = settings_of()
    wanted = instant(moment) if moment else None
    if wanted and (why := bringing.newest_of_the_log(settings, Step())):
        click.echo(why, err=True)
    with watched() as step, bringing.target(settings, into, name, wanted, look=look) as place:
        try:
            told = bringing.bring(place, settings, name, wanted, step)
            marked = "" if look else bringing.mark_in_audit(place, settings)
        finally:
            if not look:
                empty_the_cache()
        step.end()
        click.echo(told)
        if marked:
            click.echo(marked)
        if look:
            click.echo(f"It is here until you press Enter: {place.client_command()}")
            wait_for_enter()
    if look:
        return
    target = target or (None if into else settings.backup_files)
    with watched() as step:
        told, is_whole = bringing.bring_files(settings, name, wanted, target, step)
    if told:
        click.echo(told)
    raise SystemExit(0 if is_whole else FAILED)


def wait_for_enter() -> None:
    sys.stdin.readline()


def empty_the_cache() -> None:
    """What is kept is of other rows than those that are there now, also after half of a restore."""
    cache.invalidate_everything()
    kept = current()
    if kept is not None and kept.store.state()["is_away"]:
        click.echo(NOT_EMPTIED, err=True)


def instant(text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise click.BadParameter("write it as 2026-11-21 10:00:03", param_hint="--to") from error
    read = read if read.tzinfo else read.replace(tzinfo=UTC)
    if read > clock.now():
        raise click.BadParameter("this moment has not come yet", param_hint="--to")
    return read.astimezone(UTC)


def at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def mb(count: int) -> str:
    return f"{count / 2**20:,.1f} MB"
