"""`flask delivery …`: the books and the doubts, for the operator and for scripts."""

import json
import uuid

import click
from flask.cli import AppGroup

from reminder_app.delivery import books, recovery
from reminder_app.delivery.states import STATES
from reminder_app.errors import AppError
from reminder_app.web.instant import in_utc

delivery = AppGroup("delivery", help="The ledger: does it balance, and what is in doubt.")
as_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")


@delivery.command()
@as_json
def balance(as_json):
    """Sum up what was asked for and what became of it. Exit code 1 when it does not balance."""
    accounts = books.balance()
    is_balanced = all(account.is_balanced for account in accounts)
    if as_json:
        click.echo(json.dumps(books.summary(accounts)))
    else:
        for account in accounts:
            click.echo(told(account))
        click.echo("The books balance." if is_balanced else "The books do NOT balance.")
    raise SystemExit(0 if is_balanced else 1)


def told(account):
    states = ", ".join(f"{many} {state}" for state, many in account.states.items() if many)
    return f"{account.source_kind}: {account.audience} asked for = {states or 'nothing'}"


@delivery.command("list")
@click.option("--state", type=click.Choice(STATES), default="unknown", show_default=True)
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@as_json
def list_(state, limit, as_json):
    """Show deliveries in one state, oldest first."""
    rows = [line(row) for row in books.in_state(state, limit)]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['id']}  {row['due_at']}  {row['address']}  {row['reason']}")


def line(row):
    moments = ("due_at", "handed_over_at", "sent_at")
    words = ("key", "state", "channel", "address", "attempts", "reason", "message_id", "worker")
    return {
        "id": str(row.id),
        **{name: getattr(row, name) for name in words},
        **{name: in_utc(getattr(row, name)) for name in moments},
        "lateness_ms": row.lateness_ms,
    }


@delivery.command()
@click.argument("delivery_id", metavar="ID", type=click.UUID)
@click.argument("how", type=click.Choice(sorted(recovery.WAYS)))
def resolve(delivery_id: uuid.UUID, how: str):
    """Say what became of a message in doubt: it was sent, send it again, or drop it."""
    try:
        row = recovery.resolve(delivery_id, how)
    except AppError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"{row.id} is {row.state}.")
