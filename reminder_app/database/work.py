"""Who is at work, and where: what a connection, a query or a retry is counted under."""

import os
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from types import CodeType, FrameType

import click
from flask import has_request_context, request
from flask.cli import AppGroup

LAYER = os.path.dirname(__file__) + os.sep
LIBRARIES = tuple(sysconfig.get_paths()[name] + os.sep for name in ("stdlib", "purelib", "platlib"))
Place = tuple[CodeType, int]  # put into words only when somebody asks
_name: ContextVar[str | None] = ContextVar("database_work", default=None)


@contextmanager
def named(name: str) -> Iterator[None]:
    """`job:pump`, `scope:backfill`: few different ones, never an id in them."""
    token = _name.set(name)
    try:
        yield
    finally:
        _name.reset(token)


def command() -> str:
    """The one of `flask` that runs, without its values: `accounts make-superuser`. Empty outside."""
    context, names = click.get_current_context(silent=True), []
    while context is not None and context.parent is not None:
        names.append(context.info_name or "")
        context = context.parent
    is_of_flask = context is not None and isinstance(context.command, AppGroup)
    return " ".join(reversed(names)) if is_of_flask else ""


def at_work() -> str:
    """The job or scope, else the route that is answered, else the command, else the thread."""
    if name := _name.get():
        return name
    if has_request_context():
        # The rule, not the address: addresses are without end, and hold ids.
        rule = request.url_rule.rule if request.url_rule else "no route"
        return f"{request.method} {rule}"
    if name := command():
        return f"command:{name}"
    return f"thread:{threading.current_thread().name}"


def where(most: int = 3) -> tuple[Place, ...]:
    """The innermost places outside this layer and the libraries; a few microseconds."""
    frame: FrameType | None = sys._getframe(1)
    found: list[Place] = []
    while frame is not None and len(found) < most:
        code = frame.f_code
        if is_outside(code.co_filename):
            found.append((code, frame.f_lineno))
        frame = frame.f_back
    return tuple(found)


@cache
def is_outside(path: str) -> bool:
    return not path.startswith((LAYER, *LIBRARIES, "<"))


def in_words(places: tuple[Place, ...]) -> str:
    """`service.py:88 in snooze < pages.py:40 in press`"""
    told = [
        f"{os.path.basename(code.co_filename)}:{line} in {code.co_name}" for code, line in places
    ]
    return " < ".join(told) or "nowhere of ours"
