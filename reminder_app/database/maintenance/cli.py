"""`flask maintenance …`: what the jobs do, by hand and watched."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click
from flask.cli import AppGroup

from reminder_app.database.backup import records
from reminder_app.database.backup.cli import Step, mb
from reminder_app.database.maintenance import analyze as analyzing
from reminder_app.database.maintenance import purging, transactions
from reminder_app.database.maintenance import sizes as measuring
from reminder_app.database.maintenance.transactions import MayNotLook

maintenance = AppGroup("maintenance", help="Statistics, old rows, long transactions, sizes.")
as_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")


@contextmanager
def watched() -> Iterator[Step]:
    step = Step()
    try:
        yield step
    except MayNotLook as error:
        raise click.ClickException(str(error)) from error
    finally:
        step.end()


@maintenance.command()
def analyze() -> None:
    """Let the database look at its tables anew, so that it chooses the right indexes."""
    with watched() as step:
        many = analyzing.analyze(step)
    click.echo(f"{many} tables have fresh statistics.")


@maintenance.command()
def purge() -> None:
    """Remove what is older than it has to be, some rows at a time."""
    with watched() as step:
        gone = purging.purge(tell=step)
        gone["backups and restore tests"] = records.purge()
    for name, many in gone.items():
        click.echo(f"{many:>8,} of {name}")


@maintenance.command("transactions")
@click.option("--older-than", type=float, help="Seconds; DB_LONG_TRANSACTION_SECONDS without it.")
@click.option("--end", is_flag=True, help="End them; without it they are only shown.")
@as_json
def transactions_(older_than: float | None, end: bool, as_json: bool) -> None:
    """Show transactions that stay open. Exit code 1 when there are any."""
    if why := transactions.none_here():
        click.echo(why)
        return
    with watched():
        found = transactions.long_ones(older_than)
        ended = {one.id for one in transactions.end(found)} if end and found else set()
    if as_json:
        click.echo(json.dumps([asdict(one) | {"ended": one.id in ended} for one in found]))
    for one in found if not as_json else []:
        note = "ended" if one.id in ended else f"left alone: {one.spared}" if one.spared else "open"
        click.echo(f"{note}: {one.told()}")
    if not found and not as_json:
        click.echo("No transaction stays open.")
    raise SystemExit(1 if any(not one.spared and one.id not in ended for one in found) else 0)


@maintenance.command()
@as_json
def sizes(as_json: bool) -> None:
    """Measure the tables, and say how they grow."""
    with watched() as step:
        measuring.measure(step)
        found = measuring.overview()
    if as_json:
        told = [asdict(one.size) | {"a_day": one.a_day} for one in found.tables]
        click.echo(
            json.dumps({"tables": told, "a_day": found.a_day, "days_to_full": found.days_to_full})
        )
        return
    for one in found.tables:
        a_day = "" if one.a_day is None else f"{one.a_day / 2**20:+,.2f} MB a day"
        click.echo(
            f"{one.size.table:32} {one.size.rows:>12,} rows {mb(one.size.bytes):>12} {a_day}"
        )
    if found.days_to_full is not None:
        click.echo(f"At this pace the disk is full in {found.days_to_full:,.0f} days.")
    elif found.no_disk:
        click.echo(found.no_disk)
