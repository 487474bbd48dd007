"""Heavy work in a process of its own, so that whoever was asked for it goes on with what it does."""

import logging
import subprocess
from collections.abc import Callable
from functools import cache

from reminder_app.database.engine import settings_of

log = logging.getLogger(__name__)
_children: dict[tuple[str, ...], "subprocess.Popen[bytes]"] = {}


def run(command: tuple[str, ...], here: Callable[[], object]) -> None:
    """Start `flask <command>`, unless the last one of it is still at work.

    It stays in our group: whoever stops us all stops it, too. What it says is in our log. Where nobody
    has said how to start one, `here` is called instead.
    """
    reap()
    how = settings_of().flask_command
    if not how:
        here()
    elif command not in _children:
        log.info("begun beside us: flask %s", " ".join(command))
        _children[command] = subprocess.Popen(  # noqa: S603 - our own command
            [*how, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )


def reap() -> None:
    for command, child in list(_children.items()):
        if (code := child.poll()) is None:
            continue
        del _children[command]
        if code:
            log.error("flask %s ended with %s", " ".join(command), code)


@cache
def say_once(sentence: str) -> None:
    """What does not change by being said each minute."""
    log.warning("%s", sentence)
