"""`flask partitions …`: the months of the tables that grow without end."""

import json

import click
from flask.cli import AppGroup

from reminder_app.database import clock
from reminder_app.database.partitions import archive, ddl, rolling
from reminder_app.database.partitions.months import Month
from reminder_app.database.partitions.part import the_partitions
from reminder_app.database.partitions.tables import AHEAD

partitions = AppGroup(
    "partitions", help="Months of the tables that grow without end: list, make, drop."
)


@partitions.command("list")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def list_(as_json):
    """Show them. Exit code 1 where none is ready for the next month."""
    states = rolling.states(the_partitions())
    if as_json:
        click.echo(json.dumps([rolling.told(state) for state in states]))
    else:
        for state in states:
            show(state)
    raise SystemExit(0 if all(state.is_well for state in states) else 1)


def show(state):
    kept = f"{state.table.kept_months} months kept" if state.table.kept_months else "kept for good"
    click.echo(f"{state.table.name} ({kept})")
    if state.lacks:
        click.echo(f"  {state.lacks}")
    for one in state.found:
        click.echo(f"  {one.name:8} about {one.rows:>12,} rows {one.bytes / 1e6:>10,.1f} MB")
    if state.found and not state.ahead:
        click.echo("  No month is ready after this one: run `flask partitions roll`.")


@partitions.command()
@click.option("--ahead", type=click.IntRange(1, 24), default=AHEAD, show_default=True)
def roll(ahead):
    """Make the partitions of the coming months."""
    report(lambda: rolling.roll(the_partitions(), ahead), "There is nothing to make.")


@partitions.command()
@click.argument("table")
@click.argument("month", metavar="YYYY-MM")
@click.option("--yes", is_flag=True, help="Do not ask.")
def drop(table, month, yes):
    """Drop one month that is over, with all its rows; to the archive first, where there is one."""
    parts = the_partitions()
    known = next((one for one in parts.tables if one.name == table), None)
    wanted = Month.named(f"p{month.replace('-', '')}")
    if known is None or wanted is None:
        raise click.UsageError(
            "Name one of the tables of `flask partitions list`, and a month: 2026-01."
        )
    if wanted >= Month.of(clock.now()):
        raise click.UsageError("Only a month that is over can be dropped.")
    if not yes:
        click.confirm(f"Drop all rows of {month} from {table}?", abort=True)
    report(lambda: one_month(parts, known, wanted), "There is no such partition.")


def one_month(parts, table, month):
    if rolling.lacking():
        return []
    with ddl.connected(parts.settings) as connection:
        archive.finish(connection, parts, table)
        if month not in ddl.months_of(ddl.partitions(connection, table.name)):
            return []
        return [rolling.drop(connection, parts, table, month)]


@partitions.command()
def expire():
    """Drop, or archive, every month that is older than its table keeps them."""
    report(lambda: rolling.expire(the_partitions()), "No month is old enough.")


def report(work, otherwise):
    if why := rolling.lacking():
        click.echo(why)
        return
    try:
        done = work()
    except ddl.Busy as error:
        raise click.ClickException(str(error)) from error
    for one in done:
        click.echo(str(one))
    if not done:
        click.echo(otherwise)
