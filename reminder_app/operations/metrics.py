"""The figures for Prometheus, read from the database when they are asked for.

What a process counts by itself would be a lie: each of gunicorn's processes would tell its own part,
and none of them sends. docs/adr/0010-metrics.md says what reading them costs.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from reminder_app.database import routing
from reminder_app.database.monitor import reading
from reminder_app.delivery import states, traffic
from reminder_app.delivery.lateness_bounds import cumulative
from reminder_app.delivery.letters import SENT
from reminder_app.delivery.sending_accounts import Status
from reminder_app.operations import service, sightings

DAY = timedelta(days=1)
PARTS = ("beat", "worker", "pump")
STATES = (states.PENDING, states.HELD, states.HANDING_OVER, states.UNKNOWN, states.FAILED)
ENDED = (states.FAILED, states.MISSED, states.CANCELLED, states.SUPPRESSED, states.COLLAPSED)
NEVER = float("inf")
Sample = tuple[list[str], float]


class Figures(Collector):
    def describe(self) -> Iterable[Metric]:
        """Nothing is asked of the database just to be registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        flow = traffic.of()
        yield from of_lanes(flow.lanes)
        yield from of_states(flow.at)
        yield from of_totals()
        yield from of_accounts(flow.accounts)
        yield from of_parts(flow.at)
        yield from of_pools()
        yield from of_replicas()
        age = flow.oldest_age.total_seconds()
        yield gauge(
            "oldest_due_age_seconds", "What waits longest: since when it is due.", [([], age)]
        )


def exposition() -> bytes:
    registry = CollectorRegistry()
    registry.register(Figures())
    return generate_latest(registry)


def gauge(name: str, says: str, samples: Iterable[Sample], *labels: str) -> Metric:
    family = GaugeMetricFamily(f"reminder_{name}", says, labels=labels)
    for values, figure in samples:
        family.add_metric(values, figure)
    return family


def of_lanes(lanes: Iterable[traffic.Lane]) -> Iterator[Metric]:
    told = {
        "backlog": ("Due, and waiting to go; counted up to 10,001.", "backlog"),
        "tried_later": ("Refused for now, and tried again by itself.", "later"),
        "in_doubt": ("Handed over, and the answer was lost.", "in_doubt"),
        "dead_letters": ("Failed for good; counted up to 10,001.", "failed"),
        "sent_per_second": ("Sent within the last minute, by the second.", "per_second"),
    }
    for name, (says, attribute) in told.items():
        samples = [([lane.channel], float(getattr(lane, attribute))) for lane in lanes]
        yield gauge(name, says, samples, "channel")


def of_states(at: datetime) -> Iterator[Metric]:
    labels = ("state", "channel")
    says = "Deliveries in this state now; counted up to 10,001."
    yield gauge("deliveries", says, by_state(STATES), *labels)
    says = "Deliveries of the last day that ended so; counted up to 10,001."
    yield gauge("deliveries_last_day", says, by_state(ENDED, at - DAY), *labels)


def by_state(of: tuple[str, ...], since: datetime | None = None) -> list[Sample]:
    """Also what there is none of: a series that comes and goes alarms nobody."""
    found = {(state, channel): 0 for state in of for channel in traffic.CHANNELS}
    found |= {(state, channel): many for state, channel, many in traffic.in_states(of, since)}
    return [([state, channel], float(many)) for (state, channel), many in found.items()]


def of_totals() -> Iterator[Metric]:
    attempts = CounterMetricFamily(
        "reminder_attempts", "Tries to hand a message over.", labels=["channel", "outcome"]
    )
    lateness = HistogramMetricFamily(
        "reminder_lateness_seconds",
        "From the promised time to the mail server's yes.",
        labels=["channel"],
    )
    outcomes: dict[tuple[str, str], int] = defaultdict(int)
    steps: dict[str, dict[int, int]] = {channel: {} for channel in traffic.CHANNELS}
    seconds: dict[str, float] = defaultdict(float)
    for total in traffic.totals():
        outcomes[total.channel, total.outcome] += total.many
        if total.outcome == SENT:
            steps.setdefault(total.channel, {})[total.within_ms] = total.many
            seconds[total.channel] += total.seconds
    for (channel, outcome), many in outcomes.items():
        attempts.add_metric([channel, outcome], many)
    for channel, counts in steps.items():
        lateness.add_metric([channel], cumulative(counts), seconds[channel])
    yield attempts
    yield lateness


def of_accounts(accounts: Iterable[Status]) -> Iterator[Metric]:
    """The site's by name; of workspaces', which may be thousands, how many."""
    told = list(accounts)
    accounts = [one for one in told if not one.owner_id]
    theirs = [one for one in told if one.owner_id]
    paused = [([one.name], float(one.is_paused)) for one in accounts]
    broken = [([one.name], float(one.is_broken)) for one in accounts]
    yield gauge("account_paused", "1 while a person has paused it.", paused, "account")
    yield gauge("account_broken", "1 while its mail server is in trouble.", broken, "account")
    many = Counter[tuple[str, str]]()
    for one in theirs:
        many[one.channel, "paused"] += one.is_paused
        many[one.channel, "broken"] += one.is_broken
    says = "Accounts of workspaces that are paused, or broken; counted up to 99."
    samples = [([*of], float(some)) for of, some in many.items()]
    yield gauge("workspace_accounts", says, samples, "channel", "trouble")


def of_pools() -> Iterator[Metric]:
    """Of each process that works on the database, as it told itself within the last minute."""
    pools = [(one.name, json.loads(one.figures)) for one in reading.processes()]
    told = {
        "database_connections_in_use": ("Connections that somebody has.", "in_use"),
        "database_connections_idle": ("Connections that are open, and free.", "idle"),
        "database_connections_most": ("Connections that a process may have.", "most"),
        "database_pool_exhausted": ("No connection came free in time.", "exhausted"),
        "database_connections_kept_too_long": ("Connections not given back.", "leaked"),
        "database_connections_broken": ("Connections that broke.", "invalidated"),
    }
    for name, (says, key) in told.items():
        yield gauge(
            name, says, [([process], float(f.get(key, 0))) for process, f in pools], "process"
        )
    for name, key in (("wait", "wait_ms"), ("hold", "hold_ms")):
        says = f"How long a connection is {'waited for' if name == 'wait' else 'kept'}: its 95 %."
        samples = [([process], f.get(key, {}).get("p95", 0) / 1000) for process, f in pools]
        yield gauge(f"database_{name}_seconds", says, samples, "process")
    says = "Errors in a unit of work, by what came of them."
    units = [
        ([process, outcome.replace(" ", "_")], float(many))
        for process, f in pools
        for outcome, many in f.get("units", {}).items()
    ]
    yield gauge("database_unit_errors", says, units, "process", "outcome")


def of_replicas() -> Iterator[Metric]:
    """As the process that is asked sees them: it is the servers that are looked at."""
    router = routing.current()
    readers = [(one.name, one.standing) for one in router.readers] if router else []
    lags = [([name], one.lag) for name, one in readers if one.lag is not None]
    yield gauge("database_replica_lag_seconds", "How far it is behind.", lags, "replica")
    fit = [([name], float(one.is_fit)) for name, one in readers]
    yield gauge("database_replica_is_read", "1: it is read; 0: it is left out.", fit, "replica")


def of_parts(at: datetime) -> Iterator[Metric]:
    seen = service.heartbeats() | counted()
    ages = {part: seen.get(part) for part in (*PARTS, "tally")}
    samples = [([part], age(at, when)) for part, when in ages.items()]
    yield gauge("last_seen_age_seconds", "Since a part was at work.", samples, "part")
    yield gauge("workers", "Processes that send.", [([], float(len(sightings.workers())))])


def counted() -> dict[str, datetime]:
    at = traffic.counted_at()
    return {"tally": at} if at else {}


def age(at: datetime, seen: datetime | None) -> float:
    return max((at - seen).total_seconds(), 0.0) if seen else NEVER
