"""Reads where the transactions of a server's log of changes begin, and when they were committed.

A stop by time given to the server's own reader ends at the first *statement* begun later, within a
transaction too. Looking through the event headers finds the exact position between two transactions.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from reminder_app.database.backup.errors import Unreadable

MAGIC = b"\xfebin"
HEADER = struct.Struct("<IBIIIH")  # timestamp, type, server, size, next position, flags
# What begins a transaction: MySQL's GTID, without and with a tag, and anonymous; MariaDB's GTID.
MYSQL_GTIDS, BEGINS = (33, 34), (33, 34, 42, 162)
ENDS_FILE = (3, 4)  # the server stopped; the next file
# MySQL's GTID event has the microsecond of the commit behind flags, sid, gno, a type, two numbers.
COMMITTED_AT = 1 + 16 + 8 + 1 + 8 + 8
ORIGINAL_TOO = 1 << 55  # a bit that says: the original server's time follows
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Committed:
    """One transaction in a file. Seconds are exact; MySQL tells microseconds, too."""

    begins: int
    ends: int
    at: datetime


@dataclass(frozen=True)
class Event:
    begins: int
    size: int
    kind: int
    at: datetime
    committed_at: datetime | None


def transactions(path: Path) -> Iterator[Committed]:
    """In the order in which they were committed. Raises Unreadable."""
    begins: int | None = None
    at, ends = EPOCH, 0
    for event in events(path):
        if event.kind in BEGINS or event.kind in ENDS_FILE:
            if begins is not None:
                yield Committed(begins, ends, at)
            begins = event.begins if event.kind in BEGINS else None
            at = event.committed_at or event.at
            exact = event.committed_at is not None
        elif begins is not None and not exact:
            at = max(at, event.at)
        ends = event.begins + event.size
    if begins is not None:
        yield Committed(begins, ends, at)


def events(path: Path) -> Iterator[Event]:
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise Unreadable(f"{path.name} is not a binary log.")
        while header := file.read(HEADER.size):
            yield event_of(file, header, path.name)


def event_of(file: BinaryIO, header: bytes, name: str) -> Event:
    begins = file.tell() - len(header)
    if len(header) < HEADER.size:
        raise Unreadable(f"{name} ends within an event.")
    seconds, kind, _, size, _, _ = HEADER.unpack(header)
    if size < HEADER.size:
        raise Unreadable(f"{name} is damaged near byte {begins:,}.")
    body = file.read(min(size - HEADER.size, COMMITTED_AT + 7)) if kind in MYSQL_GTIDS else b""
    if file.seek(begins + size) > end_of(file):
        raise Unreadable(f"{name} ends within an event.")
    return Event(begins, size, kind, EPOCH + timedelta(seconds=seconds), microsecond_of(body))


def end_of(file: BinaryIO) -> int:
    here = file.tell()
    end = file.seek(0, 2)
    file.seek(here)
    return end


def microsecond_of(body: bytes) -> datetime | None:
    if len(body) < COMMITTED_AT + 7:
        return None
    told = int.from_bytes(body[COMMITTED_AT : COMMITTED_AT + 7], "little") & (ORIGINAL_TOO - 1)
    return EPOCH + timedelta(microseconds=told)


@dataclass(frozen=True)
class Stop:
    """Where a replay ends: before the first transaction that was committed at or after the moment."""

    file: str
    position: int
    last: datetime | None  # when the last one that is replayed was committed
    left_out: int  # transactions of that file that are not


def stop_before(moment: datetime, path: Path, start: int = 0) -> Stop | None:
    """In this file; None where all of it is earlier."""
    last: datetime | None = None
    after: list[Committed] = []
    for one in transactions(path):
        if one.begins < start:
            continue
        # Commit order, not the clock's: one that steps back a little is not let in again.
        if after or one.at >= moment:
            after.append(one)
        else:
            last = one.at
    if not after:
        return None
    return Stop(path.name, after[0].begins, last, len(after))


def head(path: Path) -> str:
    """When the file was begun, and by which server: tells two files of one name apart."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise Unreadable(f"{path.name} is not a binary log.")
        seconds, _, server, *_ = HEADER.unpack(file.read(HEADER.size))
    return f"{seconds}-{server}"
