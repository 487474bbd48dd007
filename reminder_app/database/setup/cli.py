"""`flask setup`: the database from nothing to ready. Safe to run again."""

import click
from flask import Flask
from flask.cli import with_appcontext

from reminder_app.database.settings import DatabaseSettings
from reminder_app.database.setup.running import steps
from reminder_app.database.setup.server import CannotSetUp

NEXT = (
    "",
    "Next: `flask db-health` looks at everything, also what may wait;",
    "      `flask backup` makes the first backup, `flask backup test` tries to restore it.",
)


def init_app(app: Flask, settings: DatabaseSettings) -> None:
    if settings.migrations is not None:
        app.cli.add_command(setup)


@click.command()
@click.option(
    "--wait", default=60.0, show_default=True, help="Seconds to wait for a server that is starting."
)
@click.option("--host", default="%", show_default=True, help="From where the accounts may connect.")
@with_appcontext
def setup(wait: float, host: str) -> None:
    """Wait for the server, make database and accounts, migrate, put in the first rows, verify.

    DATABASE_ADMIN_URL is who may make databases and accounts: set it for this command alone. Without
    it they are taken as they are. Every other URL in the settings names an account, and its password.
    """
    try:
        for step in steps(wait, host, lambda words: click.echo(f"      {words}")):
            click.echo(f"{click.style('done', fg='green')}  {step.name}: {step.became}")
    except CannotSetUp as error:
        raise click.ClickException(str(error)) from error
    for line in NEXT:
        click.echo(line)
