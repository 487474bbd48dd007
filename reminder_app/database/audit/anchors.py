"""The ends of the chain as they were told to a file that whoever changes the database does not reach.

A restore takes seals away again, on purpose: it leaves a marked line, and what was told before it of
seals that it cut off counts no more.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Row, select

from reminder_app.database import clock
from reminder_app.database.audit.models import AuditSeal
from reminder_app.database.audit.who import system_user

log = logging.getLogger(__name__)
SEALS = AuditSeal.__table__
CHUNK = 1000


@dataclass(frozen=True)
class Anchor:
    """A line of the file. `by`: who brought an older state back, whose chain goes on from here."""

    number: int
    digest: str
    at: datetime | None = None
    by: str = ""

    def __str__(self) -> str:
        at = f"{self.at:%Y-%m-%d %H:%M:%S} UTC" if self.at else "at an unknown time"
        return f"Brought back to seal {self.number}, {at}, by {self.by}: what was sealed after it is gone"


@dataclass
class Compared:
    changed: list[Anchor]  # told otherwise than it is now
    missing: list[Anchor]  # told, and not there
    restored: list[Anchor]


def tell(path: Path, anchor: Anchor) -> None:
    line: dict[str, Any] = {"number": anchor.number}
    line |= {"at": anchor.at.isoformat()} if anchor.at else {}
    line |= {"digest": anchor.digest}
    line |= {"restored_by": anchor.by} if anchor.by else {}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def lines(path: Path) -> Iterator[Anchor]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in filter(str.strip, file):
            if found := read(line):
                yield found
            else:  # whoever wrote it was stopped in the middle
                log.warning("audit: a line of %s cannot be read, and is left out", path)


def read(line: str) -> Anchor | None:
    try:
        told = json.loads(line)
        at = datetime.fromisoformat(told["at"]) if told.get("at") else None
        by = str(told.get("restored_by", ""))
        return Anchor(int(told["number"]), str(told["digest"]), at, by)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def compare(engine: Engine, path: Path, since: datetime | None = None) -> Compared:
    """Each line that counts with the seal of its number; of those told before `since` the last alone."""
    found = Compared([], [], [one for one in lines(path) if one.by])
    told = counting(path, found.restored, since)
    while some := list(islice(told, CHUNK)):
        here = digests(engine, [one.number for one in some])
        found.missing += [one for one in some if one.number not in here]
        found.changed += [one for one in some if here.get(one.number, one.digest) != one.digest]
    return found


def counting(path: Path, restored: Sequence[Anchor], since: datetime | None) -> Iterator[Anchor]:
    """All but those of seals that a later line says were cut off."""
    to_come, old = list(restored), None
    for one in lines(path):
        if one.by:
            to_come.pop(0)
        if not one.number or any(one.number > mark.number for mark in to_come):
            continue
        if since is not None and one.at is not None and one.at < since:
            old = one
        else:
            yield one
    if old:
        yield old


def digests(engine: Engine, numbers: Sequence[int]) -> dict[int, str]:
    """By a connection of its own: a session may still see what was there before the lines were read."""
    query = select(SEALS.c.number, SEALS.c.digest).where(SEALS.c.number.in_(numbers))
    with engine.connect() as connection:
        return {number: bytes(digest).hex() for number, digest in connection.execute(query)}


def mark_restored(engine: Engine, path: Path) -> Anchor:
    """Write down that the database was brought back, to the last seal that is as it was told."""
    head, found = last(engine), compare(engine, path)
    odd = [one.number - 1 for one in (*found.changed, *found.missing)]
    number = min([head.number if head else 0, *odd])
    by = f"system user {system_user()}"
    made = Anchor(number, digests(engine, [number]).get(number, ""), clock.now(), by)
    log.info("audit: %s", made)
    tell(path, made)
    if head and head.number > number:  # what was sealed since then counts as well
        tell(path, Anchor(head.number, bytes(head.digest).hex(), clock.now()))
    return made


def last(engine: Engine) -> Row[Any, Any] | None:
    query = select(SEALS.c.number, SEALS.c.digest).order_by(SEALS.c.number.desc()).limit(1)
    with engine.connect() as connection:
        return connection.execute(query).first()
