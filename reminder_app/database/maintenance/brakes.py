"""Work that could wait does, while the server has its hands full or a replica lags."""

import time
from collections.abc import Callable

from flask import current_app
from sqlalchemy import Engine

from reminder_app.database import capabilities
from reminder_app.database.routing import units

BUSY_THREADS = 24  # running at the same time
LAG_SECONDS = 2.0
PAUSE, LONGEST_WAIT = 1.0, 300.0
Reason = Callable[[Engine], str]


def busy(engine: Engine) -> str:
    """Why to wait, or nothing."""
    if not capabilities.of(engine).is_server:
        return ""
    with engine.connect() as connection:
        row = connection.exec_driver_sql("SHOW GLOBAL STATUS LIKE 'Threads_running'").first()
        connection.rollback()
    running = int(row[1]) if row else 0
    return f"{running} threads are running" if running > BUSY_THREADS else ""


def lagging(_engine: Engine) -> str:
    router = current_app.extensions.get(units.EXTENSION)
    lags = [one.standing.lag for one in router.readers if one.standing.lag] if router else []
    worst = max(lags, default=0.0)
    return f"a replica is {worst:.1f} s behind" if worst > LAG_SECONDS else ""


BRAKES: tuple[Reason, ...] = (busy, lagging)


def clear(
    engine: Engine, tell: Callable[[str], object], brakes: tuple[Reason, ...] = BRAKES
) -> bool:
    """Wait until nothing speaks against going on; False when that took too long."""
    until = time.monotonic() + LONGEST_WAIT
    while why := next((reason for brake in brakes if (reason := brake(engine))), ""):
        if time.monotonic() > until:
            return False
        tell(f"waiting: {why}")
        time.sleep(PAUSE)
    return True
