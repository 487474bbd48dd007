"""`flask translations`."""

import click
from flask.cli import AppGroup

from reminder_app.translations.extraction import said, updated, write
from reminder_app.translations.speech import LANGUAGES, path_of

translations = AppGroup("translations", help="The texts of the pages in other languages.")


@translations.command("update")
def update() -> None:
    """Bring the catalogues up to what the code says; list what has no translation."""
    for language in LANGUAGES[1:]:
        catalog = updated(language)
        write(catalog, path_of(language))
        missing = [message.id for message in catalog if message.id and not said(message.string)]
        click.echo(f"{language}: {len(catalog)} texts, {len(missing)} without a translation.")
        for text in missing:
            click.echo(f"  {text!r}")
