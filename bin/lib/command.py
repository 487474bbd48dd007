"""`bin/flask` inside its environment: one command, with the settings of the instance, running or not."""

import os
import sys
from pathlib import Path

from flask.cli import main as run_flask
from sqlalchemy.exc import DBAPIError

import surroundings
from instance import Instance
from reminder_app.config import ConfigError
from surroundings import Environ
from terminal import Refused


def main(arguments: list[str]) -> int:
    try:
        os.environ.update(settings())
        sys.argv = ["flask", *arguments]
        run_flask()
    except (Refused, ConfigError) as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    except DBAPIError as error:
        sys.stderr.write(f"The database cannot be used: {error.orig}\n")
        sys.stderr.write("Where its tables are missing or old: bin/flask db upgrade\n")
        return 2
    return 0


def settings() -> Environ:
    """What is set wins over what the running instance chose; without one, what it would start with."""
    environ = surroundings.given(os.environ)
    instance = Instance(Path(environ["INSTANCE_PATH"]))
    chosen = instance.last_run().settings if instance.is_running() else {}
    set_ones = {name: value for name, value in environ.items() if value}
    return surroundings.with_tools({**chosen, **set_ones})
