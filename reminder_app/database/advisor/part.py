"""How the advisor hangs into an application: nothing is connected before somebody asks."""

from flask import Flask

from reminder_app.database.advisor.session import EXTENSION, Explainers
from reminder_app.database.settings import DatabaseSettings


def init_app(app: Flask, settings: DatabaseSettings) -> None:
    app.extensions[EXTENSION] = Explainers(settings)
