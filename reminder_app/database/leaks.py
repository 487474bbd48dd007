"""A connection that is out for too long is reported once, with where it was taken. A watcher."""

import logging
import threading

from sqlalchemy import Engine, event

from reminder_app.database.pool import Figures, WatchedPool, watched
from reminder_app.database.settings import DatabaseSettings

log = logging.getLogger(__name__)
SHORTEST, LONGEST = 0.05, 10.0  # seconds between two looks
_watch: threading.Thread | None = None
_news = threading.Event()  # an engine that may want to be looked at sooner


def watch(engine: Engine, settings: DatabaseSettings) -> None:
    pool = engine.pool
    if isinstance(pool, WatchedPool) and settings.leak_seconds > 0:
        pool.figures.leak_seconds = settings.leak_seconds
        _news.set()
        event.listen(engine, "connect", lambda *_: start())  # in a forked child too


def start() -> None:
    """One thread a process, however many engines: it sleeps, and holds nobody up at the end."""
    global _watch, _news
    if _watch is None or not _watch.is_alive():
        _news = threading.Event()  # a fork may have copied it in the middle of something
        _watch = threading.Thread(target=look_on, name="database-leaks", daemon=True)
        _watch.start()


def look_on() -> None:
    while found := [pool.figures for _, pool in watched() if pool.figures.leak_seconds]:
        for figures in found:
            report(figures)
        limits = [figures.leak_seconds for figures in found]
        del found, figures  # an engine that nobody else holds may go
        if _news.wait(min(max(min(limits) / 4, SHORTEST), LONGEST)):
            _news.clear()


def report(figures: Figures) -> None:
    for taken in figures.holders():
        if taken.seconds < figures.leak_seconds:
            break  # the others are younger
        if not taken.is_reported:
            taken.is_reported = True
            figures.leaked += 1
            log.warning("a connection was not given back: %s", taken)
