"""A pytest plugin: templates are compiled once, and not once a process and application."""

from pathlib import Path
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import FileSystemBytecodeCache

FOLDER = Path(__file__).parents[2] / ".cache" / "templates"
FOLDER.mkdir(parents=True, exist_ok=True)


class Remembering(Environment):
    """Jinja asks for a checksum of the source itself: what has changed is compiled anew."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.bytecode_cache = FileSystemBytecodeCache(str(FOLDER))


Flask.jinja_environment = Remembering
