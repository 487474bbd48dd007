"""Who is connected to the server right now, who waits for whom, and how to end one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection as Looking
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from reminder_app.database import capabilities
from reminder_app.database.engine import db
from reminder_app.database.errors import number
from reminder_app.database.monitor.comments import WHO
from reminder_app.database.monitor.fingerprint import normal, without_texts
from reminder_app.database.onlooker import onlooker
from reminder_app.database.retry import said

# Known to both servers; without the right PROCESS an account sees its own connections alone.
PROCESSES = "SHOW FULL PROCESSLIST"
# Needs PROCESS, and tells of transactions that are open without a statement at work.
TRANSACTIONS = text(
    "SELECT trx_mysql_thread_id, TIMESTAMPDIFF(SECOND, trx_started, NOW()), trx_rows_locked, "
    "trx_rows_modified, trx_state = 'LOCK WAIT' FROM information_schema.innodb_trx"
)
LIMITS = text("SELECT @@max_connections, CONNECTION_ID()")
NOT_OURS = {"Daemon", "Binlog Dump", "Binlog Dump GTID"}
NO_PROCESS = (
    "{} sees its own connections alone: name an account in MONITOR_URL (`flask setup` makes it), or grant "
    "PROCESS to this one."
)
OWN = text("SELECT CONNECTION_ID()")


class Transaction(NamedTuple):
    seconds: int | None
    locked: int
    changed: int
    is_waiting: bool


NO_TRANSACTION = Transaction(None, 0, 0, False)


class NoSuchConnection(Exception):
    """It has ended meanwhile, or was never one of those that are listed."""


class MayNotEnd(Exception):
    """It is another account's, and ours may end its own alone."""


# Unknown thread id, as it was quicker; not the owner of the thread.
REFUSALS: dict[int, type[Exception]] = {1094: NoSuchConnection, 1095: MayNotEnd}


@dataclass(frozen=True)
class Connection:
    id: int
    user: str
    host: str
    database: str
    command: str
    seconds: int
    state: str
    work: str  # the route or job that asks, as its statement says
    statement: str  # without values
    transaction_seconds: int | None = None
    rows_locked: int = 0
    rows_changed: int = 0
    is_waiting: bool = False  # for a row that another holds
    waits_for: int | None = None  # which one; MySQL knows only with performance_schema on

    @property
    def is_at_work(self) -> bool:
        return self.command not in ("Sleep", *NOT_OURS)


@dataclass(frozen=True)
class Picture:
    connections: list[Connection]
    most: int
    own: int
    lacking: str = ""  # what cannot be seen, in words

    @property
    def used(self) -> float:
        return len(self.connections) / self.most if self.most else 0.0


def picture() -> Picture:
    """Four statements; those that wait first, then by how long their transaction is open."""
    server = capabilities.of(db.engine)
    if not server.is_server:
        return Picture([], 0, 0, server.lacks["connections"])
    with onlooker("connections") as looking:
        most, own = looking.execute(LIMITS).one()
        open_ones, lacking = transactions(looking)
        blocked = waiting(looking, server.blocked) if not lacking else {}
        found = [
            connection(dict(row), open_ones, blocked)
            for row in looking.execute(text(PROCESSES)).mappings()
        ]
    shown = [one for one in found if one.command not in NOT_OURS]
    return Picture(sorted(shown, key=urgency), most, own, lacking)


def urgency(one: Connection) -> tuple[bool, int, bool, int]:
    return not one.is_waiting, -(one.transaction_seconds or 0), not one.is_at_work, -one.seconds


def connection(
    row: Mapping[str, Any], open_ones: dict[int, Transaction], blocked: dict[int, int]
) -> Connection:
    statement = str(row["Info"] or "")
    who = WHO.search(statement)
    begun = open_ones.get(row["Id"], NO_TRANSACTION)
    return Connection(
        id=row["Id"],
        user=row["User"],
        host=str(row["Host"] or "").rpartition(":")[0] or str(row["Host"] or ""),
        database=row["db"] or "",
        command=row["Command"],
        seconds=row["Time"] or 0,
        state=row["State"] or "",
        work=who[1] if who else "",
        statement=normal(without_texts(statement)) if statement else "",
        transaction_seconds=begun.seconds,
        rows_locked=begun.locked,
        rows_changed=begun.changed,
        is_waiting=begun.is_waiting,
        waits_for=blocked.get(row["Id"]),
    )


def transactions(looking: Looking) -> tuple[dict[int, Transaction], str]:
    try:
        rows = looking.execute(TRANSACTIONS).all()
    except DBAPIError as error:
        let_pass(looking, error)
        return {}, NO_PROCESS.format(looking.engine.url.username)
    found = {
        id: Transaction(int(seconds), int(locked), int(changed), bool(waits))
        for id, seconds, locked, changed, waits in rows
    }
    return found, ""


def waiting(looking: Looking, question: str) -> dict[int, int]:
    """Whose connection waits -> whom for."""
    try:
        return {row[0]: row[1] for row in looking.execute(text(question))}
    except DBAPIError as error:
        let_pass(looking, error)
        return {}


def let_pass(looking: Looking, error: DBAPIError) -> None:
    """Where the account may not look; anything else is no matter of rights."""
    if error.connection_invalidated or "denied" not in said(error):
        raise error
    looking.rollback()


def end(connection_id: int) -> Connection:
    """End it: what it has written without a COMMIT is undone. Raises NoSuchConnection, MayNotEnd."""
    seen = picture()
    found = next((one for one in seen.connections if one.id == connection_id), None)
    if found is None or found.id in (seen.own, db.session.scalar(OWN)):
        raise NoSuchConnection
    server = capabilities.of(db.engine)
    try:
        db.session.execute(text(server.kill.format(id=int(connection_id))))
    except DBAPIError as error:
        db.session.rollback()
        if refusal := REFUSALS.get(number(error)):
            raise refusal from error
        raise
    db.session.rollback()
    return found
