"""With one database there is nothing to choose: then nothing of this is hooked in anywhere."""

from flask import Flask

from reminder_app.database.engine import db
from reminder_app.database.hooks import commit_hooks
from reminder_app.database.routing import units
from reminder_app.database.routing.router import Router
from reminder_app.database.settings import DatabaseSettings


def init_app(app: Flask, settings: DatabaseSettings) -> None:
    if not (settings.read_urls or settings.writer_hosts):
        return
    app.extensions[units.EXTENSION] = Router(db.engine, settings)
    if settings.read_urls:
        units.observe(db.engine)
        commit_hooks.register(before=units.before_commit, after=units.after_commit)
