"""Ids that begin with a moment: a bound of time is a bound of the primary key, and of a partition."""

import os
import uuid
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def id_at(moment: datetime) -> uuid.UUID:
    """A new UUIDv7 of that moment, whatever the time is now: libraries make only those of now."""
    chance = os.urandom(10)
    version = bytes([0x70 | chance[0] & 0x0F, chance[1], 0x80 | chance[2] & 0x3F])
    return uuid.UUID(bytes=milliseconds(moment) + version + chance[3:])


def first_at(moment: datetime) -> uuid.UUID:
    """No id of that moment or a later one is below it."""
    return uuid.UUID(bytes=milliseconds(moment) + bytes(10))


def moment_of(id: uuid.UUID) -> datetime:
    return EPOCH + timedelta(milliseconds=int.from_bytes(id.bytes[:6]))


def milliseconds(moment: datetime) -> bytes:
    since = moment - EPOCH
    return (since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000).to_bytes(6)
