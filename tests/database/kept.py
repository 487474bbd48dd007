"""A folder for backups and a key, on the database that the run has chosen; and empty ones beside it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask

from reminder_app.database.backup import running, source
from reminder_app.database.backup.folder import Folder
from reminder_app.database.backup.keys import Keys
from reminder_app.database.backup.source import Place
from reminder_app.database.engine import EXTENSION, settings_of
from reminder_app.database.settings import DatabaseSettings
from tests.servers import database_url
from tests.servers.programs import mysql_programs

KEY = "the key of the tests, and long enough to be one"
KIND = os.environ.get("TEST_DATABASE", "sqlite")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def nobody(_text: str) -> None:
    pass


def with_backups(app: Flask, path: Path) -> DatabaseSettings:
    """The application's own settings, from now on."""
    settings = replace(
        settings_of(app),
        backup_path=path,
        backup_key=KEY,
        programs=mysql_programs() if KIND == "mysql" else None,
    )
    app.extensions[EXTENSION] = settings
    return settings


def folder(settings: DatabaseSettings) -> Folder:
    return running.folder_of(settings)


def keys(settings: DatabaseSettings) -> Keys:
    return running.keys_of(settings)


@contextmanager
def empty_place(settings: DatabaseSettings, name: str = "empty") -> Iterator[Place]:
    with source.at(database_url(KIND, f"{WORKER}_{name}"), settings, "test") as place:
        yield place
