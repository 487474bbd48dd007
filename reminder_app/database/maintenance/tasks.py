"""What runs by itself; the product's schedule calls these."""

import logging
from collections.abc import Callable

from reminder_app.database.backup import records, running
from reminder_app.database.backup.errors import BackupError, Busy
from reminder_app.database.engine import settings_of
from reminder_app.database.maintenance import analyze, beside, purging, sizes, transactions
from reminder_app.database.maintenance.runs import nobody
from reminder_app.database.maintenance.transactions import MayNotLook

log = logging.getLogger(__name__)


def back_up() -> None:
    if can_back_up():
        beside.run(("backup", "make"), told(lambda: running.back_up(settings_of(), nobody)))


def try_restore() -> None:
    if can_back_up():
        beside.run(
            ("backup", "test"), told(lambda: running.try_restore(settings_of(), "latest", nobody))
        )


def keep_logs() -> None:
    """A process for it only when there is something: this is asked every few minutes."""
    if can_back_up() and told(lambda: running.is_log_new(settings_of()))():
        beside.run(("backup", "logs"), told(lambda: running.keep_logs(settings_of(), nobody)))


def can_back_up() -> bool:
    if why := running.why_not(settings_of()):
        beside.say_once(why)
    return not why


def told(work: Callable[[], object]) -> Callable[[], object]:
    """What cannot be done is said in one line, and tried again the next time."""

    def tried() -> object:
        try:
            return work()
        except Busy as error:
            log.info("%s", error)
        except BackupError as error:
            log.error("%s", error)
        return None

    return tried


def measure() -> None:
    sizes.measure()


def analyze_tables() -> None:
    analyze.analyze()


def purge() -> None:
    purging.purge()
    records.purge()


def watch_transactions() -> None:
    try:
        transactions.watch()
    except MayNotLook as error:
        beside.say_once(str(error))
