"""`flask secrets …`: the key that passwords of others' servers are sealed with in the database."""

import secrets as random

import click
from flask import Flask
from flask.cli import AppGroup

from reminder_app.database.sealing import rotation
from reminder_app.database.sealing.errors import NoKey
from reminder_app.database.sealing.secret import keys
from reminder_app.database.settings import DatabaseSettings

group = AppGroup("secrets", help="The key that secrets in the database are sealed with.")


def init_app(app: Flask, _settings: DatabaseSettings) -> None:
    app.cli.add_command(group)


@group.command("new-key")
def new_key():
    """Print a new DATA_KEY. Keep it somewhere else than the database and its backups."""
    click.echo(random.token_urlsafe(48))


@group.command()
def status():
    """Say how many secrets each key has sealed. Exit code 1 where a former one is still needed."""
    newest = newest_or_exit()
    is_over = True
    for column, made_by in rotation.counts().items():
        click.echo(f"{column}: {sum(made_by.values())} secrets")
        for fingerprint, many in made_by.most_common():
            is_ours = fingerprint == newest
            is_over = is_over and is_ours
            word = "the key of today" if is_ours else "another key: run `flask secrets rotate`"
            click.echo(f"  {many:>6} with {fingerprint}, {word}")
    raise SystemExit(0 if is_over else 1)


@group.command()
def rotate():
    """Seal all secrets anew with DATA_KEY. Former keys, in DATA_KEY_FALLBACKS, may go afterwards."""
    newest_or_exit()
    lost = 0
    for column, sealed, unreadable in rotation.rotate():
        click.echo(f"{column}: {sealed} sealed anew, {unreadable} that none of our keys opens")
        lost += unreadable
    raise SystemExit(1 if lost else 0)


def newest_or_exit() -> str:
    try:
        return keys().newest
    except NoKey as error:
        raise click.ClickException(str(error)) from None
