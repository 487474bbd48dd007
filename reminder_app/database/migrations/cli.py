"""`flask migrations …`: a thin guide over `flask db`, with a look before the leap."""

import json
import re
from pathlib import Path
from typing import Any

import click
import flask_migrate
from alembic.script import Script, ScriptDirectory
from flask import Flask
from flask.cli import AppGroup

from reminder_app.database.engine import connect_to, db, settings_of
from reminder_app.database.migrations import drift, lint, preflight, way_back
from reminder_app.database.migrations.refusals import Refused
from reminder_app.database.migrations.standing import Standing, UnknownRevision
from reminder_app.database.migrations.standing import standing as where
from reminder_app.database.settings import DatabaseSettings

migrations = AppGroup(
    "migrations", help="The schema: make, look at, move. `flask db` has the rest."
)
as_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")
anyway = click.option("--anyway", is_flag=True, help="Also where it is better to wait.")
FINE, BEHIND, DRIFTED = 0, 1, 2


def init_app(app: Flask, settings: DatabaseSettings) -> None:
    if settings.migrations is not None:
        app.cli.add_command(migrations)


@migrations.command()
@click.argument("message")
@click.option("--empty", is_flag=True, help="Without a look at what the models want changed.")
def new(message: str, empty: bool) -> None:
    """Write the next revision: from the models, against a database that is at the head."""
    scripts = directory()
    number = len(list(scripts.walk_revisions())) + 1
    name = f"{number:04}_{re.sub('[^a-z0-9]+', '_', message.lower()).strip('_')[:24].strip('_')}"
    if empty:
        flask_migrate.revision(str(folder()), message=message, rev_id=name)
    else:
        flask_migrate.migrate(str(folder()), message=message, rev_id=name)
    show(lint.check_all(folder(), [name]))


@migrations.command()
@click.argument("revision", default="head")
@anyway
def upgrade(revision: str, anyway: bool) -> None:
    """Look what is in the way, then go up; a run that stopped goes on."""
    ahead = standing().pending
    if not ahead:
        click.echo("Nothing to do: the database is at the head.")
        return
    look(ahead, "upgrade", anyway)
    flask_migrate.upgrade(str(folder()), revision=revision)


@migrations.command()
@click.argument("revision", default="-1")
@click.option("--yes", is_flag=True, help="Do not ask.")
@anyway
def downgrade(revision: str, yes: bool, anyway: bool) -> None:
    """Go back, one revision unless another is named. What only newer columns hold is lost."""
    current = standing().current
    if current is None:
        click.echo("Nothing to do: the database is at its beginning.")
        return
    try:
        taken_back = way_back.undone(directory(), current, revision)
    except LookupError as error:
        raise click.ClickException(str(error)) from error
    for line in way_back.in_words(taken_back):
        click.echo(line)
    if not yes:
        to = way_back.target(taken_back, current)
        click.confirm(f"Go back from {current} to {to}?", abort=True)
    look(taken_back, "downgrade", anyway)
    flask_migrate.downgrade(str(folder()), revision=revision)


@migrations.command()
@as_json
def current(as_json: bool) -> None:
    """Where the database stands, and what is ahead."""
    at = standing()
    if as_json:
        click.echo(json.dumps(at.as_json()))
        return
    click.echo(f"at {at.current or 'the beginning'}")
    for script in at.pending:
        click.echo(f"ahead {script.revision}: {script.doc}")


@migrations.command()
def history() -> None:
    """All revisions, oldest first; * is where the database stands."""
    here = standing().current
    for script in revisions():
        click.echo(f"{'*' if script.revision == here else ' '} {script.revision}: {script.doc}")


@migrations.command()
@click.argument("revisions", default="head", metavar="[FROM:]TO")
def sql(revisions: str) -> None:
    """Write the statements out instead of running them, each as it would be run."""
    flask_migrate.upgrade(str(folder()), revision=revisions, sql=True)


@migrations.command("lint")
@click.argument("revisions", nargs=-1)
@as_json
def lint_(revisions: tuple[str, ...], as_json: bool) -> None:
    """Name what would hurt on a database that is in use. Exit code 1 where something would."""
    try:
        found = lint.check_all(folder(), revisions)
    except LookupError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps([one.as_json() for one in found]))
    elif not found:
        click.echo("Nothing that would hurt.")
    else:
        show(found)
    raise SystemExit(1 if found else 0)


@migrations.command()
@as_json
def check(as_json: bool) -> None:
    """Is the database what the models say? Exit code 1: not at the head; 2: it differs."""
    at = standing()
    with db.engine.connect() as connection:
        differences = drift.of(connection, db.metadata) if not at.pending else []
    if as_json:
        click.echo(json.dumps({**at.as_json(), "drift": [str(one) for one in differences]}))
    else:
        tell(at, differences)
    raise SystemExit(DRIFTED if differences else BEHIND if at.pending else FINE)


def tell(at: Standing, differences: list[drift.Difference]) -> None:
    if at.pending:
        click.echo(f"{len(at.pending)} revisions are ahead: `flask migrations upgrade`.")
        return
    for one in differences:
        click.echo(str(one))
    click.echo(
        f"{len(differences)} differences from the models."
        if differences
        else f"At the head ({at.current}), and as the models say."
    )


def look(scripts: list[Any], way: str, anyway: bool) -> None:
    settings = settings_of()
    engine = connect_to(settings.migrations_url, settings, "migrations")
    with engine.connect() as connection:
        modules = [script.module for script in scripts]
        found = preflight.remarks(connection, modules, way, settings)
    engine.dispose()
    for remark in found:
        click.echo(remark.words)
    if any(remark.is_reason_to_wait for remark in found) and not anyway:
        raise Refused("Better wait, or go on with --anyway.")


def show(findings: list[lint.Finding]) -> None:
    for found in findings:
        click.echo(str(found))


def standing() -> Standing:
    try:
        return where()
    except UnknownRevision as error:
        raise click.ClickException(str(error)) from error


def revisions() -> list[Script]:
    return list(directory().walk_revisions())[::-1]


def folder() -> Path:
    found = settings_of().migrations
    if found is None:
        raise click.ClickException("This application has no folder of migrations.")
    return found


def directory() -> ScriptDirectory:
    return ScriptDirectory(str(folder()))
