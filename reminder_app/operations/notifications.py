"""Figures of all workspaces together, from counts that are there and from bounded ranges."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reminder_app.database import now
from reminder_app.delivery import states, tally, traffic
from reminder_app.delivery.letters import PERMANENT, SENT
from reminder_app.workspaces import service as workspaces

DAY, HOUR, TOP = timedelta(days=1), timedelta(hours=1), 20
WAITS = (states.PENDING, states.HELD, states.HANDING_OVER, states.UNKNOWN)
ENDED = tuple(state for state in states.STATES if state not in WAITS)


@dataclass(frozen=True)
class OfChannel:
    channel: str
    sent: int  # within the hour
    failed: int
    tries: int


@dataclass(frozen=True)
class OfWorkspace:
    workspace_id: str
    name: str
    kind: str
    sent: int  # within the hour
    failed: int
    tries: int


@dataclass(frozen=True)
class Stats:
    at: datetime
    states: dict[str, int]  # what waits now, and what ended within a day: up to traffic.MOST + 1
    channels: Sequence[OfChannel]
    workspaces: Sequence[OfWorkspace]


def stats() -> Stats:
    """Six queries. None of them reads the ledger as a whole."""
    at = now()
    return Stats(at, by_state(at), by_channel(at), by_workspace(at))


def by_state(at: datetime) -> dict[str, int]:
    found: Counter[str] = Counter()
    for state, _, many in (
        *traffic.in_states(WAITS, None),
        *traffic.in_states(ENDED, at - DAY),
    ):
        found[state] += many
    return {state: found[state] for state in states.STATES}


def by_channel(at: datetime) -> list[OfChannel]:
    rows = tally.by_outcome(tally.EVERYBODY, at - HOUR)
    found = figures((channel, outcome, many) for channel, outcome, many in rows)
    return [OfChannel(channel, *counted) for channel, counted in sorted(found.items())]


def by_workspace(at: datetime) -> list[OfWorkspace]:
    found = figures(tally.busiest(at - HOUR, TOP))
    known = {one.id: one for one in workspaces.get_many(list(found))}
    rows = [
        OfWorkspace(
            str(one),
            known[one].name if one in known else "",
            known[one].kind if one in known else "",
            *counted,
        )
        for one, counted in found.items()
    ]
    return sorted(rows, key=lambda row: row.tries, reverse=True)


def figures(rows: Any) -> dict[Any, tuple[int, int, int]]:
    """sent, failed for good, tries"""
    found: dict[Any, Counter[str]] = defaultdict(Counter)
    for what, outcome, many in rows:
        found[what][outcome] += many
    return {
        what: (counted[SENT], counted[PERMANENT], counted.total())
        for what, counted in found.items()
    }
