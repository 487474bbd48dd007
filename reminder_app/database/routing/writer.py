"""Where writes go: the one server among the candidates that takes them, looked for when it is lost."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DisconnectionError

from reminder_app.database import capabilities
from reminder_app.database.errors import Action, action_on, said
from reminder_app.database.routing import gtid

log = logging.getLogger(__name__)
Address = tuple[str, int]
PORT = 3306
# A host that is gone answers nothing: nobody waits longer for it than for the others.
ASK_SECONDS, ASK_ANSWER_SECONDS = 1, 2
STRAGGLER_SECONDS = 0.3
# How often all of them are asked while there is none: whoever comes in between is refused at once.
SEARCH_EVERY, LONGEST_REST = 0.25, 0.75
CANNOT_CONNECT, READ_ONLY = 2003, 1290
GONE = {Action.LOST, Action.CONNECT}
TOO_MANY = {1040, 1203}
ADDRESS = "routing address"  # in the `info` of a connection's record


@dataclass(frozen=True)
class Asked:
    address: Address
    is_read_only: bool
    position: gtid.Position


class Writer:
    def __init__(self, url: str, hosts: Sequence[str]) -> None:
        where = make_url(url)
        own = (where.host or "", where.port or PORT)
        named = [address_of(host) for host in hosts]
        self.candidates = list(dict.fromkeys([own, *named])) if named else [own]
        self.address: Address | None = own if not named else None
        self.away_since: float | None = None
        self.searches = self.found_elsewhere = 0
        self._not_before = 0.0
        self._lock = threading.Lock()
        self._engines: list[Engine] = []

    @property
    def is_away(self) -> bool:
        return self.away_since is not None

    @property
    def is_searched_for(self) -> bool:
        return len(self.candidates) > 1

    def attach(self, engine: Engine) -> None:
        """Every connection of this engine goes to the writer, or is refused."""
        self._engines.append(engine)
        others = list(engine.dialect.dispatch.do_connect)
        # First: whoever makes the connection has to know where. These events know no `insert`.
        for listener in others:
            event.remove(engine, "do_connect", listener)
        for listener in (self._place, *others):
            event.listen(engine, "do_connect", listener)
        event.listen(engine, "connect", self._check)
        if self.is_searched_for:
            event.listen(engine, "checkout", self._is_still_the_writers)
        event.listen(engine, "handle_error", self._met_error)

    def lost(self, why: str) -> None:
        if self.is_searched_for:
            self.address = None
        if self.away_since is None:
            self.away_since = time.monotonic()
            log.error("no writer: %s", why)

    def is_silent(self, why: str) -> None:
        """It may hang: whoever takes a connection to it would wait for as long as an answer may take."""
        was_away = self.is_away
        self.lost(why)
        for engine in () if was_away else self._engines:
            engine.dispose()

    def is_here(self) -> None:
        if self.away_since is not None:
            log.warning("writes go on after %.1f s", time.monotonic() - self.away_since)
        self.away_since = None

    def _place(
        self, dialect: Any, _record: object, arguments: Sequence[Any], parameters: dict[str, Any]
    ) -> None:
        if self.is_searched_for:
            host, port = self.find(dialect, arguments, parameters)
            parameters.update(host=host, port=port)  # at once: other threads connect too

    def _check(self, connection: Any, record: Any) -> None:
        """A name can lead to the old writer for a while, and an address to one that was demoted."""
        record.info[ADDRESS] = connection.host, connection.port
        if is_read_only(connection):
            if self.is_searched_for:
                self.address = None
            raise failure(connection, READ_ONLY, "this server is read-only: it is not the writer")
        self.is_here()

    def _is_still_the_writers(self, _connection: object, record: Any, _proxy: object) -> None:
        """One that hung and woke up again may not have heard that it is not the writer any more."""
        known = self.address
        if known is not None and record.info.get(ADDRESS) != known:
            raise DisconnectionError("made to a server that is not the writer any more")

    def _met_error(self, context: ExceptionContext) -> None:
        error = context.sqlalchemy_exception
        if error is None:
            return
        action = action_on(error)
        is_connecting = context.connection is None and not context.is_pre_ping
        if action is Action.DEMOTED and self.is_searched_for:
            log.error("%s takes no writes any more: %s", self.address, said(error))
            self.address = None
        elif action in GONE or context.is_disconnect:
            self._met_silence(error, is_connecting)

    def _met_silence(self, error: BaseException, is_connecting: bool) -> None:
        number = getattr(getattr(error, "orig", None), "args", [0])[0]
        if is_connecting and number not in TOO_MANY:
            self.lost(said(error))
        elif self.is_searched_for and number not in TOO_MANY:
            self.address = None

    def find(
        self, dialect: Any, arguments: Sequence[Any], parameters: Mapping[str, Any]
    ) -> Address:
        """One looks, the others wait for what it finds. Raises the driver's error when there is none."""
        known = self.address
        if known is not None:
            return known
        with self._lock:
            begun = time.monotonic()
            if self.address is None and begun >= self._not_before:
                self.address = self._search(dialect, arguments, parameters)
                # With a host that hangs a search takes seconds: not one after the other.
                rest = max(SEARCH_EVERY, min(LONGEST_REST, time.monotonic() - begun))
                self._not_before = 0.0 if self.address else time.monotonic() + rest
            if self.address is None:
                names = ", ".join(f"{host}:{port}" for host, port in self.candidates)
                kind = dialect.loaded_dbapi.OperationalError
                raise kind(CANNOT_CONNECT, f"none of {names} takes writes")
            return self.address

    def _search(
        self, dialect: Any, arguments: Sequence[Any], parameters: Mapping[str, Any]
    ) -> Address | None:
        self.searches += 1
        limits = {"connect_timeout": ASK_SECONDS, "read_timeout": ASK_ANSWER_SECONDS}

        def ask(address: Address) -> Asked | None:
            host, port = address
            try:
                with closing(
                    dialect.connect(
                        *arguments, **{**parameters, **limits, "host": host, "port": port}
                    )
                ) as connection:
                    return Asked(address, is_read_only(connection), position(connection))
            except dialect.loaded_dbapi.Error as error:  # also one that dies while it is asked
                log.info("%s:%s: %s", host, port, error)
                return None

        return self._chosen(writable(ask, self.candidates))

    def _chosen(self, takers: Sequence[Asked]) -> Address | None:
        """Two that take writes are one too many: the old one came back. It has seen less."""
        if len(takers) > 1:
            names = ", ".join(f"{one.address[0]}:{one.address[1]}" for one in takers)
            log.critical(
                "%s all take writes: set the old one read-only, and rebuild it. Until then "
                "writes go to the one that has seen most.",
                names,
            )
        if not takers:
            return None
        best = max(takers, key=lambda one: gtid.length(one.position))
        if best.address != self.candidates[0]:
            self.found_elsewhere += 1
            log.warning("the writer is %s:%s", *best.address)
        return best.address


def writable(ask: Callable[[Address], Asked | None], candidates: Sequence[Address]) -> list[Asked]:
    """When one is found, others that do not answer at once are not waited for: they may hang."""
    several = ThreadPoolExecutor(len(candidates))
    pending = {several.submit(ask, address) for address in candidates}
    several.shutdown(wait=False)
    found: list[Asked] = []
    while pending:
        done, pending = wait(
            pending, timeout=STRAGGLER_SECONDS if found else None, return_when=FIRST_COMPLETED
        )
        if not done:
            break
        answers = [future.result() for future in done]
        found += [answer for answer in answers if answer and not answer.is_read_only]
    return found


def address_of(text: str) -> Address:
    host, _, port = text.strip().rpartition(":") if ":" in text else (text.strip(), "", "")
    return host, int(port or PORT)


def is_read_only(connection: Any) -> bool:
    return bool(int(value(connection, capabilities.MARIADB.is_read_only) or 0))


def position(connection: Any) -> gtid.Position:
    is_mariadb = "mariadb" in str(getattr(connection, "server_version", "")).lower()
    row = capabilities.MARIADB if is_mariadb else capabilities.MYSQL
    return gtid.read(str(value(connection, row.position) or ""))


def value(connection: Any, statement: str) -> Any:
    cursor = connection.cursor()
    try:
        cursor.execute(statement)
        return cursor.fetchone()[0]
    finally:
        cursor.close()


def failure(connection: Any, number: int, words: str) -> Exception:
    """As the driver would say it, so that it is taken for one of its own."""
    made: Exception = connection.OperationalError(number, words)
    return made
