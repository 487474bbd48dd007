"""The heartbeat, and what each server is seen to have. All times are of the writer's clock."""

import logging
import time
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, Engine, Table, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError, SQLAlchemyError

from reminder_app.database import capabilities
from reminder_app.database.base import UtcDateTime
from reminder_app.database.errors import said
from reminder_app.database.routing import gtid
from reminder_app.database.routing.models import THE_ROW, DatabaseHeartbeat
from reminder_app.database.routing.replicas import Reader
from reminder_app.database.routing.writer import Writer

log = logging.getLogger(__name__)
ROW = cast(Table, DatabaseHeartbeat.__table__)
# All processes look once a second; one of them beats.
BEATS_APART = timedelta(seconds=0.5)
NOW = func.utc_timestamp(6, type_=UtcDateTime)


class WriterClock:
    """The writer's time, by what it told and what has passed since."""

    def __init__(self) -> None:
        self._told: tuple[datetime, float] | None = None
        self.last_beat: datetime | None = None
        self.beat_before: datetime | None = None
        self.identity = ""

    def set(self, at: datetime) -> None:
        self._told = at, time.monotonic()

    def heard(self, beat: datetime | None) -> None:
        if beat != self.last_beat:
            self.beat_before, self.last_beat = self.last_beat, beat

    def now(self) -> datetime | None:
        if self._told is None:
            return None
        at, then = self._told
        return at + timedelta(seconds=time.monotonic() - then)


def beat(engine: Engine, writer: Writer, writer_clock: WriterClock) -> None:
    """Ask for the time, and write it down where nobody has just done so."""
    try:
        with engine.connect() as connection:
            row = capabilities.of(engine)
            if not row.is_server:
                return
            writer_clock.identity = str(connection.scalar(text(row.identity)))
            at = connection.scalar(select(NOW))
            if at:
                writer_clock.set(at)
                last = last_beat(connection)
                writer_clock.heard(last)
                put_down(connection, at, last)
                writer_clock.heard(last_beat(connection))
    except ProgrammingError as error:
        log.warning("nobody knows how far replicas are behind: %s", said(error))  # not migrated yet
    except SQLAlchemyError as error:
        writer.is_silent(said(error))
        return
    writer.is_here()


def put_down(connection: Connection, at: datetime, last: datetime | None) -> None:
    if last is not None and at - last <= BEATS_APART:
        return
    if last is not None:
        is_old = (ROW.c.id == THE_ROW) & (ROW.c.at == last)
        connection.execute(update(ROW).where(is_old).values(at=NOW))
        return
    try:
        connection.execute(insert(ROW).values(id=THE_ROW, at=NOW))
    except IntegrityError:
        log.debug("another process was first")


def look_at(reader: Reader, writer: Writer, writer_clock: WriterClock) -> None:
    if not reader.is_server:
        reader.standing.saw(0.0)
        return
    try:
        with reader.looking.connect() as connection:
            row = capabilities.of(reader.looking)
            reader.position = gtid.read(str(connection.scalar(text(row.position)) or ""))
            identity = str(connection.scalar(text(row.identity)))
            reader.source = identity.rpartition("/")[2]
            reader.is_writer = identity == writer_clock.identity
            at = last_beat(connection)
    except ProgrammingError:
        at = None
    except SQLAlchemyError as error:
        reader.is_silent(said(error))
        return
    # While there is no writer nothing beats: that says nothing about the replica.
    reader.standing.saw(None if writer.is_away else lag_of(at, writer_clock))


def lag_of(at: datetime | None, writer_clock: WriterClock) -> float | None:
    """How long ago the first beat was that it lacks; nothing for one that has the last.

    Nobody beats while no process is up: the one before the last says nothing about a delay.
    """
    now, last = writer_clock.now(), writer_clock.last_beat
    if at is None or now is None or last is None:
        return None
    if at >= last:
        return 0.0
    return max(0.0, (now - (last if at == writer_clock.beat_before else at)).total_seconds())


def last_beat(connection: Connection) -> datetime | None:
    return connection.scalar(select(ROW.c.at).where(ROW.c.id == THE_ROW))
