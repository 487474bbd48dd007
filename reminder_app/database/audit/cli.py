"""`flask audit …`: is the log of changes as it was written, and what does it say."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask.cli import AppGroup

from reminder_app.database.audit import anchors, checking, history, sealing
from reminder_app.database.audit.part import the_trail
from reminder_app.database.audit.sealing import last_seal
from reminder_app.database.engine import db

audit = AppGroup("audit", help="Who changed what: look into the log, and whether it is whole.")
EXAMPLE = "01a1ffca-5f0e-7cc1-9d3b-2f6d3e0c9a11"
as_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")


@audit.command()
@click.option(
    "--since", type=click.DateTime(), help="Only from the seal after this moment (UTC) on."
)
@click.option(
    "--head", metavar="NUMBER:DIGEST", help="An end of the chain as it was told elsewhere."
)
@as_json
def verify(since, head, as_json):
    """Go through the whole chain. Exit code 0: intact; 1: something was changed, added or removed."""
    found = checking.check(the_trail(), history.in_utc(since))
    if head:
        checking.compare(found, *parts(head))
    if as_json:
        click.echo(json.dumps(checking.summary(found)))
    else:
        tell(found)
    raise SystemExit(0 if found.is_intact else 1)


def parts(head):
    number, _, digest = head.partition(":")
    if not number.isdigit() or not digest:
        raise click.BadParameter("give it as the log tells it: 17:9f8e…", param_hint="--head")
    return int(number), digest


def tell(found):
    for problem in found.problems:
        click.echo(f"✗ {problem}", err=True)
    number, digest = found.head
    click.echo(
        f"{found.entries} entries under {found.seals} seals; {found.waiting} wait for theirs."
    )
    if found.retired:
        click.echo(f"{found.retired} entries were retired when their time was over.")
    click.echo(f"The chain ends at {number}:{digest.hex()}")
    for mark in found.restored:
        click.echo(f"{mark}.")
    click.echo("Intact." if found.is_intact else f"NOT intact: {len(found.problems)} findings.")


@audit.command()
def seal():
    """Seal what was written since the last time, as the schedule does each minute."""
    many = sealing.seal(the_trail())
    click.echo(f"{many} entries sealed.")


@audit.command()
def head():
    """Where the chain ends: keep it somewhere else, and give it to `verify --head`."""
    seal = last_seal()
    click.echo(f"{seal.number}:{bytes(seal.digest).hex()}" if seal else "Nothing is sealed yet.")


@audit.command()
def restored():
    """Say that this database was brought back from a backup, so that what that cut off is no damage.

    `flask restore` says so itself of the database in the settings. For a server that RDS restored, or
    for the anchors of another machine, say it here; `verify` tells of it from then on.
    """
    trail = the_trail()
    if not trail.anchor:
        raise click.ClickException("There is no file of anchors: AUDIT_ANCHOR names it.")
    click.echo(f"{anchors.mark_restored(db.engine, Path(trail.anchor))}.")


def why_none(wanted, since):
    for option, name in (("--object", "object_key"), ("--actor", "actor_key")):
        if wanted[name] and not is_key(wanted[name]):
            return f"{wanted[name]} is no key as {option} wants it: one looks as {EXAMPLE}."
    if wanted["table"] and wanted["table"] not in the_trail().tables:
        watched = ", ".join(sorted(the_trail().tables))
        return (
            f"{wanted['table']} is not watched, or there is no such table. Watched are: {watched}."
        )
    when = (
        f"since {since:%Y-%m-%d %H:%M}" if since else "within 30 days: --since looks further back"
    )
    return f"There is none {when}."


def is_key(text):
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@audit.command()
@click.option(
    "--object", "object_key", default="", help="The key of one thing: all that happened to it."
)
@click.option("--table", default="", help="Of one table.")
@click.option("--actor", "actor_key", default="", help="Of one person, by their key.")
@click.option("--action", type=click.Choice(history.ACTIONS), default=None)
@click.option("--since", type=click.DateTime(), help="UTC; 30 days without it.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@as_json
def show(as_json, limit, since, **asked):
    """Entries, newest first."""
    wanted: dict[str, Any] = {name: value or "" for name, value in asked.items()}
    page = history.browse(history.Asked(**wanted, since=history.in_utc(since)), limit=limit)
    if as_json:
        click.echo(json.dumps([history.as_json(entry) for entry in page.items]))
        return
    for entry in page.items:
        click.echo(history.line(entry))
    if not page.items:
        click.echo(f"0 entries. {why_none(wanted, since)}")
        return
    click.echo(f"{len(page.items)} entries{', and there are more' if page.next_cursor else ''}.")
