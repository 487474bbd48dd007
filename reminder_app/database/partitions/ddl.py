"""What the server is told, and what it says of its partitions. Under a lock of its own, and never waiting
long for a table: whoever waits for a table makes all others wait behind it.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from reminder_app.database.audit.watching import UNAUDITED
from reminder_app.database.engine import connect_to
from reminder_app.database.partitions.months import REST, Month, clause
from reminder_app.database.settings import DatabaseSettings

log = logging.getLogger(__name__)
LOCK, LOCK_SECONDS = "database.partitions", 10
TABLE_SECONDS, TRIES, PAUSE = 3, 3, 1.0
NOT_HAD = 1205  # also for a table's lock
OF_TABLE = text(
    "SELECT partition_name AS name, table_rows AS many, data_length + index_length AS bytes "
    "FROM information_schema.partitions WHERE table_schema = DATABASE() AND table_name = :name "
    "AND partition_name IS NOT NULL ORDER BY partition_ordinal_position"
)


class Busy(Exception):
    """Somebody else is at it, or a long transaction holds the table."""


@dataclass(frozen=True)
class Partition:
    name: str
    rows: int  # as the server guesses
    bytes: int

    @property
    def month(self) -> Month | None:
        return Month.named(self.name)


@contextmanager
def connected(settings: DatabaseSettings) -> Iterator[Connection]:
    """Past any proxy, with the account that may alter tables; alone. Raises Busy."""
    engine = connect_to(
        settings.migrations_url,
        settings,
        "partitions",
        isolation_level="AUTOCOMMIT",
        execution_options={UNAUDITED: True},
        connect_args={"read_timeout": None, "write_timeout": None},
    )
    try:
        with engine.connect() as connection:
            if connection.scalar(text(f"SELECT GET_LOCK('{LOCK}', {LOCK_SECONDS})")) != 1:
                raise Busy("Partitions are being changed by somebody else: try again in a minute.")
            connection.execute(text(f"SET lock_wait_timeout = {TABLE_SECONDS}"))
            yield connection
    finally:
        engine.dispose()


def partitions(connection: Connection, table: str) -> list[Partition]:
    """In their order; none where the table has none."""
    return [
        Partition(row.name, int(row.many or 0), int(row.bytes or 0))
        for row in connection.execute(OF_TABLE, {"name": table})
    ]


def months_of(found: Sequence[Partition]) -> list[Month]:
    return [one.month for one in found if one.month]


def split(connection: Connection, table: str, months: Sequence[Month]) -> None:
    alter(connection, f"ALTER TABLE `{table}` REORGANIZE PARTITION {REST} INTO ({clause(months)})")


def drop(connection: Connection, table: str, months: Sequence[Month]) -> float:
    """Seconds."""
    began = time.monotonic()
    alter(
        connection, f"ALTER TABLE `{table}` DROP PARTITION {', '.join(one.name for one in months)}"
    )
    return time.monotonic() - began


def exact_rows(connection: Connection, table: str, month: Month) -> int:
    query = f"SELECT COUNT(*) FROM `{table}` PARTITION ({month.name})"  # noqa: S608 - names of our own
    return int(connection.scalar(text(query)) or 0)


def detached_name(table: str, month: Month) -> str:
    return f"{table}__{month.name}"


def detach(connection: Connection, table: str, month: Month) -> str:
    """The month's rows become a table of their own, in no time; gives its name."""
    name = detached_name(table, month)
    connection.exec_driver_sql(f"CREATE TABLE `{name}` LIKE `{table}`")
    connection.exec_driver_sql(f"ALTER TABLE `{name}` REMOVE PARTITIONING")
    try:
        alter(
            connection, f"ALTER TABLE `{table}` EXCHANGE PARTITION {month.name} WITH TABLE `{name}`"
        )
    except Busy:  # an empty one that stayed would be in the way of the next time
        connection.exec_driver_sql(f"DROP TABLE `{name}`")
        raise
    return name


def alter(connection: Connection, statement: str) -> None:
    for tried in range(1, TRIES + 1):
        try:
            connection.exec_driver_sql(statement)
            return
        except OperationalError as error:
            arguments = getattr(error.orig, "args", ())
            if not arguments or arguments[0] != NOT_HAD:
                raise
            if tried == TRIES:
                raise Busy(
                    "A long transaction holds the table: nothing was changed. Try again when it has ended."
                ) from error
            log.info("partitions: the table is in use, trying again")
            time.sleep(PAUSE * tried)
