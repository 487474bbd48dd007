"""`flask db-health`: what is right and wrong with the database, for people, scripts and monitors."""

import json
from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext

from reminder_app.database.health import report
from reminder_app.database.health.findings import BAD, GOOD, WARN
from reminder_app.database.settings import DatabaseSettings

SIGNS = {GOOD: ("ok", "green"), WARN: ("look", "yellow"), BAD: ("BAD", "red")}


def init_app(app: Flask, _settings: DatabaseSettings) -> None:
    app.cli.add_command(db_health)


@click.command("db-health")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write JSON into this file."
)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of words.")
@click.option("--quick", is_flag=True, help="Only what costs a few round trips.")
@with_appcontext
def db_health(output: Path | None, as_json: bool, quick: bool) -> None:
    """Look at everything. Exit code 0: all is well, 1: something wants a look, 2: broken."""
    found = report.quick() if quick else report.whole()
    text = json.dumps(found.as_json(), indent=2)
    if output:
        write(output, text)
    if as_json:
        click.echo(text)
    else:
        for one in found.findings:
            sign, colour = SIGNS[one.level]
            click.echo(f"{click.style(f'{sign:5}', fg=colour)} {one.name:20} {one.says}")
    raise SystemExit(found.exit_code)


def write(output: Path, text: str) -> None:
    """Whole or not at all: a monitor may be reading it."""
    half = output.with_name(f"{output.name}.half")
    try:
        half.write_text(f"{text}\n", encoding="utf-8")
        half.replace(output)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from error
