"""The one clock of the process. Tests and drills move it; nothing else asks the host for the time."""

from datetime import UTC, datetime, timedelta

_offset = timedelta()


def now() -> datetime:
    return datetime.now(UTC) + _offset


def shift(by: timedelta) -> None:
    """Move the clock by `by`, on top of earlier moves."""
    global _offset
    _offset += by


def offset() -> timedelta:
    return _offset


def reset() -> None:
    global _offset
    _offset = timedelta()
