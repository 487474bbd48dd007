"""One case in one round, and what several rounds come to."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from statistics import median

from bench.processes import Peak, cpu_seconds
from bench.servers import DurableMariaDB, PostfixSink


@dataclass
class Figures:
    mails: int
    seconds: float = 0.0
    rate: float = 0.0  # mails a second
    sender_cpu_ms: float = 0.0  # this and what follows: for each mail
    database_cpu_ms: float = 0.0
    sink_cpu_ms: float = 0.0
    statements: float = 0.0
    bytes_on_the_wire: float = 0.0
    peak_mb: float = 0.0  # of all senders together
    parts: dict[str, float] = field(default_factory=dict)  # seconds of what it was made of


class Fault(Exception):
    """What was measured is not what it should be: no figure is better than a wrong one."""


@contextmanager
def measured(
    mails: int, senders: Sequence[int], database: DurableMariaDB, sink: PostfixSink
) -> Iterator[Figures]:
    """The whole block. Raises Fault unless the sink got them all, and no more."""
    figures = Figures(mails)
    before, had, began = costs(senders, database, sink), sink.count, time.monotonic()
    with Peak(senders) as peak:
        yield figures
        figures.seconds = time.monotonic() - began
    after = costs(senders, database, sink)
    if sink.count - had != mails:
        raise Fault(f"The sink counted {sink.count - had} mails and not {mails}.")
    spent = [(late - early) / mails for early, late in zip(before, after, strict=True)]
    figures.sender_cpu_ms, figures.database_cpu_ms, figures.sink_cpu_ms = (
        1000 * seconds for seconds in spent[:3]
    )
    figures.statements, figures.bytes_on_the_wire = spent[3:]
    figures.rate, figures.peak_mb = mails / figures.seconds, peak.mb


def costs(
    senders: Sequence[int], database: DurableMariaDB, sink: PostfixSink
) -> tuple[float, float, float, float, float]:
    return (
        cpu_seconds(senders),
        cpu_seconds([database.pid]),
        cpu_seconds([sink.pid]),
        database.statements(),
        sink.bytes_read,
    )


def medians(rounds: Sequence[Figures]) -> dict[str, float]:
    numbers = [{**asdict(one), **one.parts} for one in rounds]
    return {
        name: median(one[name] for one in numbers)
        for name, value in numbers[0].items()
        if isinstance(value, int | float)
    }


def ratio(ours: Sequence[Figures], theirs: Sequence[Figures]) -> float:
    """The median over the rounds of what was measured side by side: the machine's mood drops out."""
    return median(one.rate / other.rate for one, other in zip(ours, theirs, strict=True))


def wait_until(is_so: Callable[[], bool], seconds: float, what: str, every: float = 0.02) -> None:
    """Raises Fault when the time is over."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise Fault(f"Not within {seconds:.0f} s: {what}")
        time.sleep(every)
