"""`flask demo load` and `flask demo clear`."""

from flask.cli import AppGroup

demo = AppGroup("demo", help="Data worth looking at, and its removal.")
