"""Backups and the restores that were tried; how the database grows, and what is done for it."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask import jsonify, redirect, url_for
from flask.typing import ResponseReturnValue

from reminder_app.database import capabilities, db, now
from reminder_app.database.backup import records, running
from reminder_app.database.engine import settings_of
from reminder_app.database.maintenance import runs, sizes, transactions
from reminder_app.database.maintenance.transactions import MayNotLook
from reminder_app.operations import upkeep_showing as showing
from reminder_app.operations.console import api, note, pages, show, superuser
from reminder_app.translations import lazy_gettext
from reminder_app.web.htmx import say

# The product says here how a worker is asked for a task of its schedule.
asked: list[Callable[[str], object]] = []
ASKED = {
    "back_up": lazy_gettext("A worker makes a backup now. It is listed here when it is done."),
    "try_restore": lazy_gettext(
        "A worker restores the newest backup now, into a server of its own."
    ),
    "measure_tables": lazy_gettext("A worker measures the tables now."),
    "analyze_tables": lazy_gettext("A worker lets the database look at its tables anew."),
}


@pages.get("/backups")
@superuser
def backups() -> str:
    """Three queries of its own."""
    settings, tests = settings_of(), records.restore_tests()
    return show(
        "backups.html",
        why_not=running.why_not(settings),
        no_moment=capabilities.of(db.engine).lacks.get("point in time", ""),
        standing=records.standing(),
        backups=records.backups(),
        tests=tests,
        drawn=showing.recovery_times(tests),
        is_late=is_late,
        stays=showing.stays,
    )


@pages.post("/backups/make")
@superuser
def make_backup() -> ResponseReturnValue:
    return ask("back_up", "database.backups")


@pages.post("/backups/test")
@superuser
def test_backup() -> ResponseReturnValue:
    return ask("try_restore", "database.backups")


@pages.get("/upkeep")
@superuser
def upkeep() -> str:
    overview = sizes.overview()
    found, why = open_transactions()
    return show(
        "upkeep.html",
        overview=overview,
        drawn=showing.growth(overview),
        transactions=found,
        why_none=why,
        long_seconds=settings_of().long_transaction_seconds,
        is_ended=settings_of().end_long_transactions,
        runs=runs.latest(),
    )


@pages.post("/upkeep/measure")
@superuser
def measure() -> ResponseReturnValue:
    return ask("measure_tables", "database.upkeep")


@pages.post("/upkeep/analyze")
@superuser
def analyze() -> ResponseReturnValue:
    return ask("analyze_tables", "database.upkeep")


@api.get("/backups")
@superuser
def backup_figures() -> ResponseReturnValue:
    """The backups there are, the restores that were tried, and how long a recovery takes."""
    return jsonify(
        standing={name: showing.plain(value) for name, value in asdict(records.standing()).items()},
        backups=[showing.columns(row) for row in records.backups()],
        restore_tests=[showing.columns(row) for row in records.restore_tests()],
    )


@api.get("/growth")
@superuser
def growth_figures() -> ResponseReturnValue:
    """How large each table is, what it gains a day, and in how many days the disk is full."""
    found = sizes.overview()
    return jsonify(
        measured_at=showing.plain(found.measured_at),
        a_day=found.a_day,
        disk_free=found.disk_free,
        days_to_full=found.days_to_full,
        tables=[asdict(one.size) | {"a_day": one.a_day} for one in found.tables],
        total=[{"at": at.isoformat(), "bytes": size} for at, size in found.total],
    )


def ask(task: str, back: str) -> ResponseReturnValue:
    for call in asked:
        call(task)
    note(f"asked for {task}")
    say(str(ASKED[task]))
    return redirect(url_for(back), 303)


def open_transactions() -> tuple[list[Any], str]:
    """Those that stay open, or why nobody can say."""
    try:
        return transactions.long_ones(), transactions.none_here()
    except MayNotLook as error:
        return [], str(error)


def is_late(standing: records.Standing) -> bool:
    return standing.newest is None or now() - standing.newest > timedelta(hours=36)
