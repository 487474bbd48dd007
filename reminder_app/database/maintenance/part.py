"""The commands of backups and maintenance, and their tables, in an application."""

from flask import Flask

from reminder_app.database.backup import cli as backup
from reminder_app.database.maintenance import cli as maintenance
from reminder_app.database.settings import DatabaseSettings


def init_app(app: Flask, _settings: DatabaseSettings) -> None:
    for command in (backup.backup, backup.restore, maintenance.maintenance):
        app.cli.add_command(command)
