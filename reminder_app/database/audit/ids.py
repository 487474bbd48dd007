"""UUIDv7 of a given moment, in order within it: entries of one statement keep their order."""

import secrets
import uuid
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BELOW_THE_TIME = 80  # bits of a UUIDv7 that are not its milliseconds
STEPS = 1 << 12  # of a millisecond, in the bits behind it


def of_moment(at: datetime, place: int = 0) -> uuid.UUID:
    """The `place`-th of this microsecond, up to 16,383; whatever the host's clock says."""
    milliseconds, microseconds = divmod((at - EPOCH) // timedelta(microseconds=1), 1000)
    high = milliseconds << 16 | 7 << 12 | microseconds * STEPS // 1000
    low = 2 << 62 | place % (1 << 14) << 48 | secrets.randbits(48)
    return uuid.UUID(int=high << 64 | low)


def lowest_id(at: datetime) -> uuid.UUID:
    """The id that nothing written at `at` or later is below."""
    return uuid.UUID(int=((at - EPOCH) // timedelta(milliseconds=1)) << BELOW_THE_TIME)


def moment_of(written: uuid.UUID) -> datetime:
    return EPOCH + timedelta(milliseconds=written.int >> BELOW_THE_TIME)
