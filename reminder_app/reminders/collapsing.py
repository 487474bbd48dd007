"""Which of the messages held for somebody's quiet hours are told together, and what is said only once."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar


class Held(Protocol):
    id: uuid.UUID
    part_id: uuid.UUID | None  # the occurrence
    account: str
    address: str
    due_at: datetime


H = TypeVar("H", bound=Held)


def by_reader(held: Iterable[H]) -> list[list[H]]:
    """One message each: for one address, through one account."""
    groups: dict[tuple[str, str], list[H]] = {}
    for one in held:
        groups.setdefault((one.account, one.address), []).append(one)
    return list(groups.values())


def worth_saying(group: Sequence[H]) -> list[H]:
    """Of several notices of one occurrence the last; in order of time."""
    last = {one.part_id or one.id: one for one in sorted(group, key=in_time)}
    return sorted(last.values(), key=in_time)


def in_time(one: Held) -> tuple[datetime, uuid.UUID]:
    return one.due_at, one.id
