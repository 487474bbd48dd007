"""Wires the partitions into an application."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from flask import Flask, current_app

from reminder_app.database.engine import settings_of
from reminder_app.database.partitions.tables import Partitioned, Partitions

EXTENSION = "database_partitions"


def init_app(app: Flask, tables: Sequence[Partitioned], archive: Path | None = None) -> None:
    app.extensions[EXTENSION] = Partitions(tuple(tables), settings_of(app), archive)


def the_partitions() -> Partitions:
    return cast(Partitions, current_app.extensions[EXTENSION])


def partitions_or_none() -> Partitions | None:
    return cast(Partitions | None, current_app.extensions.get(EXTENSION))
