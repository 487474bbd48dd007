"""How fast messages may go: through an account, to a domain, of a campaign. Nobody sleeps here.

What may not go yet gets a later `not_before`, about when its turn comes, and asks again then.
"""

import time
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any, Protocol

from reminder_app.config import Settings
from reminder_app.config.rates import Rate
from reminder_app.delivery.account_names import EMAIL
from reminder_app.delivery.buckets import Answer, Bucket, Request, in_turn, turns
from reminder_app.delivery.shared_buckets import SharedBuckets
from reminder_app.translations import N_

CAMPAIGN = "campaign"
OTHERS = "*"
MOST_KNOWN = 200  # buckets that are looked after when nobody asks for them
LOOK_SECONDS = 1.0
FAR_SECONDS = 30.0  # until those are looked for again who are behind very many others


@dataclass(frozen=True)
class Limit:
    """By `reason`, and by the campaign it is for, those who wait for this one are found again."""

    bucket: Bucket
    reason: str  # for people
    campaign_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Wait:
    id: uuid.UUID
    until: timedelta
    reason: str
    deadline_at: datetime | None

    def turn(self, at: datetime) -> datetime:
        """At its deadline somebody looks at it once more, and it is missed at once and not hours late."""
        turn = at + self.until
        return min(turn, self.deadline_at) if self.deadline_at else turn


@dataclass(frozen=True)
class Found:
    """Those who wait for one limit."""

    many: int
    is_all: bool  # False: so many wait, for anything, that not all of them were looked at


@lru_cache(10_000)
def limit(name: str, rate: Rate, words: str, campaign_id: uuid.UUID | None = None) -> Limit:
    return Limit(Bucket(name, float(rate.interval), rate.burst), words[:255], campaign_id)


def line_of(row: Any) -> str:
    return str(row.workspace_id or "")


class Rates(Protocol):
    """A channel says them."""

    @property
    def rate(self) -> Rate | None: ...

    @property
    def domain_rates(self) -> Mapping[str, Rate]: ...


class Limits:
    """One a courier. `rows` are deliveries as a claim reads them."""

    def __init__(self, settings: Settings, worker: str, account: str, rates: Rates) -> None:
        """`rates` are the account's own; how fast a campaign goes is said for all accounts together."""
        self._account, self._rates = account, rates
        self._campaign_rate = settings.campaign_rate
        self._buckets = SharedBuckets(settings.redis_url, worker, settings.worker_concurrency)
        self._held: dict[uuid.UUID, list[Limit]] = {}  # who has tokens
        self._waited_for: dict[Limit, float] = {}  # from when on they are looked after
        self._look_after(self._steady())
        self._looked_at = 0.0

    @property
    def is_any(self) -> bool:
        return bool(self._rates.rate or self._rates.domain_rates or self._campaign_rate)

    def close(self) -> None:
        self._buckets.close()

    def ready(self) -> None:
        """Before the transaction of sort(): there nobody connects to anything."""
        self._buckets.ready()

    def sort(self, rows: Sequence[Any], most: int) -> tuple[list[Any], list[Wait]]:
        """Those that may go now, `most` at the most, and those that have to wait.

        Who is in neither was not looked at. What was given before, without over(), comes back
        first: that claim was rolled back.
        """
        given = self._given_to(list(self._held))
        rows = [rows[place] for place in in_turn([line_of(row) for row in rows])]
        limits_of = [list(self._limits_of(row)) for row in rows]
        limits = list(dict.fromkeys(chain(chain.from_iterable(limits_of), given)))
        places = {one: place for place, one in enumerate(limits)}
        requests = [
            Request(
                line=line_of(row),
                buckets=tuple(places[one] for one in of_row),
                has_waited=row.not_before > row.due_at,
            )
            for row, of_row in zip(rows, limits_of, strict=True)
        ]
        answer = self._ask(limits, requests, most, given)
        waits: list[Wait] = []
        for row, of_row, verdict in zip(rows, limits_of, answer.verdicts, strict=True):
            if verdict.may_go:
                self._held[row.id] = of_row
            elif verdict.wait is not None:
                waits.append(self._wait(row, verdict.wait, limits[verdict.bucket]))
        return [row for row in rows if row.id in self._held], waits

    def over(self, unused: Collection[uuid.UUID]) -> None:
        """The batch is over, and these were not handed to anybody."""
        if given := self._given_to(unused):
            self.ready()
            self._ask(list(given), given=given)

    def _given_to(self, unused: Collection[uuid.UUID]) -> Counter[Limit]:
        given = Counter(one for id in unused for one in self._held.get(id, ()))
        self._held.clear()
        return given

    def _ask(
        self,
        limits: Sequence[Limit],
        requests: Sequence[Request] = (),
        most: int = 0,
        given: Mapping[Limit, int] | None = None,
    ) -> Answer:
        by_name = {one.bucket.name: many for one, many in (given or {}).items()}
        return self._buckets.ask([one.bucket for one in limits], requests, most, by_name)

    def free(self) -> list[tuple[Limit, list[float]]]:
        """Where there are tokens that nobody comes for while others wait, and when those may ask.

        Once a second.
        """
        if time.monotonic() - self._looked_at < LOOK_SECONDS:
            return []
        self._looked_at = time.monotonic()
        limits = [one for one, since in self._waited_for.items() if since <= self._looked_at]
        self.ready()
        spare = self._ask(limits).spare
        found = [(one, many) for one, many in zip(limits, spare, strict=True) if many]
        return [(one, turns(one.bucket, many)) for one, many in found]

    def moved_up(self, limit: Limit, found: Found) -> None:
        """What became of one of free()."""
        if not found.many and not found.is_all:
            self._waited_for[limit] = time.monotonic() + FAR_SECONDS
        elif not found.many:  # all who did were called off
            self._buckets.forget_lines(limit.bucket)
            self._waited_for.pop(limit, None)
            self._look_after(self._steady())

    def _look_after(self, limits: Iterable[Limit]) -> None:
        for one in limits:
            self._waited_for.setdefault(one, 0.0)

    def _wait(self, row: Any, seconds: float, limit: Limit) -> Wait:
        self._look_after([limit])
        while len(self._waited_for) > MOST_KNOWN:
            self._waited_for.pop(next(iter(self._waited_for)))
        return Wait(row.id, timedelta(seconds=seconds), limit.reason, row.deadline_at)

    def _limits_of(self, row: Any) -> Iterator[Limit]:
        yield from self._of_account()
        if self._rates.domain_rates:
            yield from self._of_domain(row.address.rpartition("@")[2].lower())
        if self._campaign_rate and row.source_kind == CAMPAIGN:
            name, rate = f"campaign:{row.source_id}", self._campaign_rate
            words = N_("Waits for its turn: %(rate)s of this campaign go out.") % {"rate": rate}
            yield limit(name, rate, words, row.source_id)

    def _steady(self) -> Iterator[Limit]:
        """Looked after by every worker, also by one that has just begun."""
        yield from self._of_account()
        for domain in self._rates.domain_rates:
            if domain != OTHERS:
                yield from self._of_domain(domain)

    def _of_account(self) -> Iterator[Limit]:
        if rate := self._rates.rate:
            words = (
                N_("Waits for its turn: %(rate)s go out through the mail server.")
                if self._account == EMAIL
                else N_("Waits for its turn: %(rate)s go out through this account.")
            )
            yield limit(f"account:{self._account}", rate, words % {"rate": rate})

    def _of_domain(self, domain: str) -> Iterator[Limit]:
        rates = self._rates.domain_rates
        if rate := rates.get(domain, rates.get(OTHERS)):
            whose = "" if self._account == EMAIL else f"{self._account}:"
            words = N_("Waits for its turn: %(rate)s go to %(domain)s.")
            values = {"rate": rate, "domain": domain}
            yield limit(f"domain:{whose}{domain}", rate, words % values)
