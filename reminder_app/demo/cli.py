"""`flask demo load` and `flask demo clear`."""

import click
from flask.cli import AppGroup

from reminder_app.demo import service
from reminder_app.errors import AppError, Conflict

demo = AppGroup("demo", help="Data worth looking at, and its removal.")
WAY_OUT = "To take it away: bin/flask demo clear"


@demo.command("load")
@click.option("--time-zone", default="Europe/Berlin", help="Where the demo's people live.")
def load(time_zone: str) -> None:
    """Add a family and a small firm with reminders, contacts and a past."""
    try:
        email, password = service.load(time_zone)
    except Conflict as there_already:
        click.echo(there_already.message)
        click.echo(f"For a new password: bin/flask accounts set-password {service.WHO}")
    except AppError as error:
        raise click.ClickException(error.message) from error
    else:
        click.echo(f"Demo loaded. Sign in as {email} with the password {password} (shown only now)")
    click.echo(WAY_OUT)


@demo.command("clear")
def clear() -> None:
    """Take away everything that belongs to the demo."""
    click.echo(f"Demo cleared: {service.clear()} people and all that was theirs.")
