"""`flask verify-relationships`: both sides, keys, indexes, and rows that point at nothing."""

import json

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from reminder_app.database.engine import Model, db
from reminder_app.database.relationships import keys, live, sides
from reminder_app.database.relationships.faults import FAULT, NOTE, Found, exit_code
from reminder_app.database.settings import DatabaseSettings


def init_app(app: Flask, _settings: DatabaseSettings) -> None:
    app.cli.add_command(verify_relationships)


@click.command("verify-relationships")
@click.option("--models-only", is_flag=True, help="Without a look into the database.")
@click.option("--no-rows", is_flag=True, help="Without counting rows that point at nothing.")
@click.option("--notes", is_flag=True, help="Also what is worth knowing and no mistake.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@with_appcontext
def verify_relationships(models_only: bool, no_rows: bool, notes: bool, as_json: bool) -> None:
    """Exit code 0: all agree; 1: something is slow or surprising; 2: rows are, or can be, lost."""
    found = verify(with_database=not models_only, with_rows=not no_rows)
    if as_json:
        click.echo(json.dumps([one.as_json() for one in found]))
    else:
        tell([one for one in found if notes or one.level != NOTE])
    raise SystemExit(exit_code(found))


def verify(with_database: bool = True, with_rows: bool = True) -> list[Found]:
    """Also for setup and health."""
    found = [*sides.check(Model.registry), *keys.check(db.metadata)]
    if not with_database:
        return found
    try:
        with db.engine.connect() as connection:
            found += live.check(connection, db.metadata, with_rows)
    except SQLAlchemyError as error:
        words = f"cannot be asked: {str(getattr(error, 'orig', error)).partition(chr(10))[0]}"
        found.append(Found(FAULT, "is-there", "the database", words))
    return found


def tell(found: list[Found]) -> None:
    for one in found:
        click.echo(str(one))
    click.echo(f"{len(found)} found." if found else "Every relationship holds, and every row.")
