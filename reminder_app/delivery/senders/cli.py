"""`flask senders …`: phone numbers that nobody can send a code to yet."""

import uuid

import click
from flask.cli import AppGroup

from reminder_app.delivery.senders import identities
from reminder_app.errors import AppError

MOST = 200
senders = AppGroup("senders", help="In whose name messages go out.")


@senders.command("unverified")
def unverified():
    """List the phone numbers that wait for you: ask who they belong to before you verify them."""
    for one in identities.unverified_phones(MOST):
        click.echo(f"{one.id}  {one.address}  {one.display_name}  workspace {one.workspace_id}")


@senders.command("verify")
@click.argument("identity_id", type=click.UUID)
def verify(identity_id: uuid.UUID):
    """Verify a sender on your own word."""
    try:
        one = identities.verify_as_operator(identity_id)
    except AppError as error:
        raise click.ClickException(error.message) from None
    click.echo(f"{one.address} is verified.")
