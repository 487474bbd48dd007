"""Is the database well? All checks, in sentences; pages.py has the words for anybody."""

import threading
import time

from flask import jsonify
from flask.typing import ResponseReturnValue

from reminder_app.database.health import report
from reminder_app.database.health.findings import WORST_LAST
from reminder_app.operations.console import api, pages, show, superuser

KEPT = 5.0  # seconds: who asks all the time asks the database no more than that
_lock = threading.Lock()
_last: tuple[float, report.Report] | None = None


def lately() -> report.Report:
    global _last
    with _lock:
        if _last is None or time.monotonic() - _last[0] >= KEPT:
            found = report.quick()
            _last = time.monotonic(), found  # who has waited for it meanwhile is given this one
        return _last[1]


@api.get("/health")
@superuser
def whole() -> ResponseReturnValue:
    """Every check with its sentence; what `flask db-health --json` says."""
    return jsonify(report.whole().as_json())


@pages.get("/health")
@superuser
def health() -> str:
    found = report.whole()
    worst_first = sorted(found.findings, key=lambda one: -WORST_LAST.index(one.level))
    return show("health.html", report=found, findings=worst_first)
