"""What goes out right now, what waits, and when that will be done: of one workspace, or of all."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reminder_app.database import now
from reminder_app.delivery import sending_accounts, states, tally
from reminder_app.delivery import tally_repository as tallies
from reminder_app.delivery import traffic_repository as repository
from reminder_app.delivery.lateness_bounds import SLICE
from reminder_app.delivery.letters import SENT
from reminder_app.delivery.models import TallyTotal
from reminder_app.delivery.sending_accounts import Status

MOST = repository.MOST  # that is counted up to
MINUTE = timedelta(minutes=1)
MINUTES = 60  # that the picture shows
CHANNELS = ("email",)
FIGURES = ("sent", "backlog", "later", "handing_over", "in_doubt", "failed")
WATCHED = {
    states.HANDING_OVER: "handing_over",
    states.UNKNOWN: "in_doubt",
    states.FAILED: "failed",
}


@dataclass(kw_only=True)
class Lane:
    """The figures of one channel. A count of more than MOST says no more than that."""

    channel: str = ""
    seconds: float = 60.0  # of which `sent` tells
    sent: int = 0
    backlog: int = 0  # due, and waiting to go
    later: int = 0  # refused for now, and tried again by itself
    oldest_due_at: datetime | None = None
    handing_over: int = 0
    in_doubt: int = 0
    failed: int = 0
    account: Status | None = None  # the one that stands for it, where there is one
    is_held_up: bool = False  # what some of it goes through is paused or broken

    @property
    def per_second(self) -> float:
        return self.sent / self.seconds

    @property
    def is_backlog_known(self) -> bool:
        return self.backlog <= MOST

    @property
    def done_in(self) -> timedelta | None:
        """What waits takes so long if it goes on like this; None when nothing waits, or moves, or
        when what it goes through is paused or broken."""
        if not self.backlog or not self.sent or self.is_held_up:
            return None
        return timedelta(seconds=self.backlog / self.per_second)


@dataclass(kw_only=True)
class Traffic(Lane):
    """All channels together, and each of them."""

    at: datetime
    lanes: list[Lane] = field(default_factory=list)
    minutes: list[int] = field(default_factory=list)  # how many were sent in each, oldest first
    accounts: list[Status] = field(default_factory=list)

    def shown(self) -> tuple[object, ...]:
        """What a page says of it; its words about how long ago something was change by the minute."""
        lanes = [[getattr(lane, name) for name in FIGURES] for lane in self.lanes]
        return lanes, self.oldest_due_at, self.minutes, self.accounts, minute_of(self.at)

    @property
    def is_paused(self) -> bool:
        """All of it: what is a workspace's own is paused alone."""
        return any(account.is_paused for account in self.accounts if not account.owner_id)

    @property
    def other_accounts(self) -> list[Status]:
        """Those that are no lane of their own."""
        shown = [lane.account for lane in self.lanes]
        return [one for one in self.accounts if one.owner_id and one not in shown]

    @property
    def since(self) -> datetime:
        """When the minutes began."""
        return self.at - (MINUTES - 1) * MINUTE

    @property
    def done_at(self) -> datetime | None:
        return self.at + self.done_in if self.done_in else None

    @property
    def oldest_age(self) -> timedelta:
        return max(self.at - self.oldest_due_at, timedelta()) if self.oldest_due_at else timedelta()


def of(workspace_id: uuid.UUID | None = None) -> Traffic:
    """Five queries, however large the ledger is; None: of all workspaces together, for the operator."""
    at = now()
    until = counted_until(at)
    recent = [
        (began, channel, many)
        for began, channel, outcome, many in tallies.by_slice(
            workspace_id or tally.EVERYBODY, tally.beginning(at - MINUTES * MINUTE)
        )
        if outcome == SENT
    ]
    since = tally.beginning(until - MINUTE) + SLICE
    sent = Counter[str]()
    for began, channel, many in recent:
        sent[channel] += many if began >= since else 0
    told = accounts_of(workspace_id)
    lanes = lanes_of(workspace_id, at, {*CHANNELS, *(account.channel for account in told)})
    for lane in lanes.values():
        lane.sent, lane.seconds = sent[lane.channel], (until - since).total_seconds()
        its = [
            one
            for one in told
            if one.channel == lane.channel and (workspace_id or not one.owner_id)
        ]
        lane.account = account_of(its)
        lane.is_held_up = any(one.is_paused or one.is_broken for one in its)
    return together(list(lanes.values()), at, by_minute(recent, at), told)


def counted_until(at: datetime) -> datetime:
    """When tries were counted last; now, where nobody has counted for long."""
    told = counted_at()
    return told if told and timedelta() <= at - told < MINUTE else at


def counted_at() -> datetime | None:
    mark = tallies.mark()
    return mark.counted_at if mark else None


def totals() -> Sequence[TallyTotal]:
    """Of all tries there ever were."""
    return tallies.totals()


def in_states(of: Iterable[str], since: datetime | None) -> list[tuple[str, str, int]]:
    """(state, channel, how many, MOST + 1 at the most) in all workspaces together."""
    return repository.counts(None, of, since=since)


def accounts_of(workspace_id: uuid.UUID | None) -> list[Status]:
    """The site's and a workspace's own; for the operator, those of others that are in trouble."""
    if workspace_id:
        return sending_accounts.status_for_all(workspace_id)
    return sending_accounts.status_for_operator()


def account_of(its: Sequence[Status]) -> Status | None:
    """Of a channel's accounts the site's; where it has none, the only one of the workspace."""
    sites = [one for one in its if not one.owner_id]
    return next(iter(sites), its[0] if len(its) == 1 else None)


def lanes_of(workspace_id: uuid.UUID | None, at: datetime, known: set[str]) -> dict[str, Lane]:
    waits = repository.waiting(workspace_id, at)
    counts = repository.counts(workspace_id, WATCHED, sorted(known))
    named = [
        *CHANNELS,
        *sorted(known),
        *(wait[0] for wait in waits),
        *(channel for _, channel, _ in counts),
    ]
    lanes = {channel: Lane(channel=channel) for channel in named}
    for channel, due, later, oldest in waits:
        lane = lanes[channel]
        lane.backlog, lane.later, lane.oldest_due_at = due, later, oldest
    for state, channel, many in counts:
        setattr(lanes[channel], WATCHED[state], many)
    return lanes


def by_minute(recent: Sequence[tuple[datetime, str, int]], at: datetime) -> list[int]:
    """By the minutes of the clock, so that a picture of them stands still for a minute."""
    this = minute_of(at)
    found = Counter[int]()
    for began, _, many in recent:
        found[minute_of(began)] += many
    return [found[minute] for minute in range(this - MINUTES + 1, this + 1)]


def minute_of(at: datetime) -> int:
    return int(at.timestamp() // 60)


def together(
    lanes: list[Lane], at: datetime, minutes: list[int], accounts: list[Status]
) -> Traffic:
    oldest = [lane.oldest_due_at for lane in lanes if lane.oldest_due_at]
    return Traffic(
        **{name: sum(getattr(lane, name) for lane in lanes) for name in FIGURES},
        seconds=lanes[0].seconds,
        is_held_up=any(lane.is_held_up for lane in lanes if lane.backlog),
        oldest_due_at=min(oldest, default=None),
        at=at,
        lanes=lanes,
        minutes=minutes,
        accounts=accounts,
    )
