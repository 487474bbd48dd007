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


ORDER = {"normal": 1, "high": 2, "urgent": 3}
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


def least_urgent(priorities: Iterable[str]) -> str:
    """What several say together comes through no quiet that one of them would not."""
    return min(priorities, key=lambda one: ORDER.get(one, 0), default="")


def in_time(one: Held) -> tuple[datetime, uuid.UUID]:
    return one.due_at, one.id
