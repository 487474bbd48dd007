"""One read through the cache: when it may be used, who runs the query, and who waits."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import uniform
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from reminder_app.database.cache import plain, watch
from reminder_app.database.cache.figures import Figures, Worth
from reminder_app.database.cache.flights import Flights
from reminder_app.database.cache.references import References
from reminder_app.database.cache.standing import Standing
from reminder_app.database.cache.store import BIGGEST, Answer, Said, Store

log = logging.getLogger(__name__)
PATIENCE = 10.0  # that a caller waits for another one's query
PATIENCE_HOLDING = 2.0  # while it holds a connection, which the other one may want
PAUSES = 0.003, 0.05
JITTER = 0.1


class Undeclared(RuntimeError):
    """A query reads a table that its declaration does not name: writes to it would not be seen."""


@dataclass
class Query:
    """One that is cached: its name for people, and how long it is right at the most."""

    name: str
    ttl: float
    tables: frozenset[str] | None = None  # None: learned from what it reads
    worth: Worth = field(default_factory=Worth)
    learned: frozenset[str] = frozenset()
    has_said: bool = False

    @property
    def known(self) -> frozenset[str]:
        return self.learned if self.tables is None else self.tables


class Cache:
    def __init__(
        self, store: Store, references: References, standing: Standing, *, strict: bool = False
    ) -> None:
        self.store, self.references, self.standing = store, references, standing
        self.flights, self.figures = Flights(), Figures()
        self.strict = strict

    def read(self, query: Query, key: str, run: Callable[[], Any]) -> Any:
        if query.worth.is_suspended():
            return self._pass(query, run, "suspended")
        began = time.perf_counter()
        tables = query.known
        if not tables:
            return self._learn(query, run)
        if why := self.standing.hindrance(tables):
            return self._pass(query, run, why)
        answer = self.store.look(key, sorted(tables))
        value = self._answered(query, key, answer, run, began)
        watch.note_read(tables)
        return value

    def _answered(
        self, query: Query, key: str, answer: Answer, run: Callable[[], Any], began: float
    ) -> Any:
        said = answer.said
        if said is Said.HIT and answer.value is not None:
            return self._hit(query, answer.value, began)
        if said is Said.LEAD:
            return self._lead(query, key, answer, run, began)
        if said is Said.WAIT:
            return self._wait(query, key, answer, run, began)
        return self._pass(query, run, said.value)

    def _hit(self, query: Query, value: bytes, began: float) -> Any:
        found = plain.unpacked(value)
        spent = ms_since(began)
        self._note(query, spent, hits=1, saved_ms=max(query.worth.query_ms - spent, 0.0))
        query.worth.hits += 1
        return found

    def _lead(
        self, query: Query, key: str, answer: Answer, run: Callable[[], Any], began: float
    ) -> Any:
        flight = self.flights.begin(key, answer.versions)
        value, took, looked = None, 0.0, ms_since(began)
        try:
            value, took, began = self._run(query, key, answer, run)
        except SQLAlchemyError:
            value = answer.value  # past its time, and nobody has written since
            if value is None and not self.standing.is_elsewhere():
                raise
        finally:
            if value is None or value is answer.value:
                self.store.release(key, answer)
            self.flights.end(key, answer.versions, flight, value)
        if value is None:  # the writer is away: here they may be served all the same
            return self._pass(query, run, "no_writer")
        found = plain.unpacked(value)
        self._note(query, looked + ms_since(began), misses=1, query_ms=took)
        return found

    def _run(
        self, query: Query, key: str, answer: Answer, run: Callable[[], Any]
    ) -> tuple[bytes, float, float]:
        """What it gave; the ms it took; and when it was done."""
        started = time.perf_counter()
        with watch.noting_reads() as read:
            value = plain.packed(self.standing.run(run))
        took, done = ms_since(started), time.perf_counter()
        query.worth.ran(took)
        self._keep(query, key, answer, value, read)
        return value, took, done

    def _keep(self, query: Query, key: str, answer: Answer, value: bytes, read: set[str]) -> None:
        if not self._is_covered(query, read) or len(value) > BIGGEST:
            self.store.release(key, answer)
            self.figures.add(query.name, unkept=1)
            return
        ttl = query.ttl * uniform(1 - JITTER, 1 + JITTER)  # not all at one moment
        kept = self.store.fill(key, sorted(query.known), answer, value, ttl)
        self.figures.add(query.name, **({"bytes": len(value), "kept": 1} if kept else {"late": 1}))

    def _is_covered(self, query: Query, read: set[str]) -> bool:
        """Whether all it read is among the tables whose writes will be noticed."""
        tables, views = self.references.sorted_out(read)
        missing = tables - query.known
        if query.tables is None:
            query.learned |= missing
            self._say_once(query, "may be a view: name its tables", views)
            return not missing and not views
        if missing and self.strict:
            raise Undeclared(f"{query.name} reads {', '.join(sorted(missing))} as well")
        self._say_once(query, "is not among its tables", missing)
        return not missing

    def _say_once(self, query: Query, what: str, names: frozenset[str]) -> None:
        if names and not query.has_said:
            query.has_said = True
            log.error("%s is not cached: %s %s", query.name, ", ".join(sorted(names)), what)

    def _learn(self, query: Query, run: Callable[[], Any]) -> Any:
        with watch.noting_reads() as read:
            value = plain.packed(run())
        self._is_covered(query, read)
        self.figures.add(query.name, passed=1, learning=1)
        return plain.unpacked(value)

    def _wait(
        self, query: Query, key: str, answer: Answer, run: Callable[[], Any], began: float
    ) -> Any:
        until = time.monotonic() + (PATIENCE_HOLDING if self.standing.is_holding() else PATIENCE)
        pause, longest = PAUSES
        while (left := until - time.monotonic()) > 0:
            flight = self.flights.joined(key, answer.versions)
            if flight:
                if flight.ended.wait(left) and flight.value is not None:
                    self.figures.add(query.name, waits=1)
                    return self._hit(query, flight.value, time.perf_counter())
                break
            time.sleep(pause)
            pause = min(pause * 2, longest)
            answer = self.store.look(key, sorted(query.known))
            if answer.said is not Said.WAIT:
                self.figures.add(query.name, waits=1)
                return self._answered(query, key, answer, run, time.perf_counter())
        return self._pass(query, run, "impatient")

    def _pass(self, query: Query, run: Callable[[], Any], why: str) -> Any:
        """As if there were no cache; in the same form, so that nobody can tell."""
        self.figures.add(query.name, passed=1, **{why: 1})
        return plain.unpacked(plain.packed(run()))

    def _note(self, query: Query, spent: float, **what: float) -> None:
        worth = query.worth
        worth.calls += 1
        worth.spent_ms += spent
        if worth.judge():
            what["suspensions"] = 1
            log.info("%s runs without the cache for a while: it does not pay", query.name)
        self.figures.add(query.name, spent_ms=spent, **what)
        if unsent := self.figures.due():
            self.send(unsent)

    def send(self, unsent: dict[str, float]) -> None:
        if unsent and not self.store.add_figures(unsent):
            self.figures.give_back(unsent)


def ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
