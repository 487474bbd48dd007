"""The accounts beside the site's mail: served by a few threads of each worker process, in turn.

An account that hangs or answers slowly holds the one thread that serves it, and no thread waits for
what is not due yet. Who serves an account in another process is none of ours: the rows are locked.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from reminder_app.config import Settings
from reminder_app.database import db
from reminder_app.database.retry import AWAY, said
from reminder_app.delivery import claims
from reminder_app.delivery.breaker import Breaker
from reminder_app.delivery.channels import SendError
from reminder_app.delivery.journal import NoJournal
from reminder_app.delivery.seats import Seats
from reminder_app.delivery.sending import STOP_IS_SEEN_WITHIN, Courier
from reminder_app.delivery.watch import Watch
from reminder_app.translations import N_

log = logging.getLogger(__name__)
# Seconds of claims, then it is another's turn; what takes longer than SLOW is held up by its server.
TURN, SLOW = 1.0, 3.0
LOOK_EVERY, LOOK_AHEAD = 1.0, timedelta(seconds=2)
LOOKED_AT = 200  # accounts in one look, and those known to be slow
LOOKING = 20  # of so much time, a look may take one part
AGAIN_AFTER = 0.5
# How long a connection waits for the next turn; after LONGEST the account's settings are read anew.
IDLE, LONGEST = 30.0, 60.0
MOST_KEPT = 50  # couriers
BROKEN = N_("Something broke while it was sent through; the log says what.")


@dataclass
class Kept:
    """A courier between two turns of its account."""

    courier: Courier
    made_at: float = field(default_factory=time.monotonic)
    used_at: float = field(default_factory=time.monotonic)

    @property
    def is_old(self) -> bool:
        at = time.monotonic()
        return at - self.made_at > LONGEST or at - self.used_at > IDLE


@dataclass
class Turn:
    courier: Courier | None = None
    began: float = field(default_factory=time.monotonic)

    @property
    def is_slow(self) -> bool:
        return time.monotonic() - self.began >= SLOW


class Sidelines:
    """`context` is entered by each thread: what the database needs. `is_needed`: whether to look by
    itself, as whoever should wake it may be held up."""

    def __init__(
        self,
        settings: Settings,
        context: Callable[[], AbstractContextManager[object]],
        is_needed: Callable[[], bool] = lambda: False,
    ) -> None:
        self._settings, self._context, self._is_needed = settings, context, is_needed
        self._seats = Seats(settings.side_accounts_at_once)
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._waiting: dict[str, float] = {}  # when the turn of each comes
        self._serving: dict[str, Turn] = {}
        self._kept: dict[str, Kept] = {}
        self._is_asked_to_look = False
        self._looked_at, self._look_again = 0.0, 0.0
        self._has_more = False
        self._is_stopping = self._is_cut = False

    def wake(self) -> None:
        """Something may be due. Never waits."""
        with self._changed:
            self._is_asked_to_look = True
            while len(self._threads) < self._seats.many and not self._is_stopping:
                name = f"sideline-{len(self._threads)}"
                self._threads.append(threading.Thread(target=self._run, name=name, daemon=True))
                self._threads[-1].start()
            self._changed.notify()

    @property
    def is_crowded(self) -> bool:
        """More wait than there are threads: another worker should join in."""
        return len(self._waiting) > self._seats.many

    @property
    def is_busy(self) -> bool:
        return bool(self._serving)

    def has_open_ends(self) -> bool:
        """The database does not know yet how everything ended."""
        having: list[Turn | Kept] = [*self._serving.values(), *self._kept.values()]
        return any(one.courier.has_open_ends() for one in having if one.courier)

    def stop(self, cut: bool = False) -> None:
        """Finish what is on the wires, or cut it, and give the rest back. Safe in a signal handler."""
        self._is_stopping = True
        self._is_cut = self._is_cut or cut
        for turn in list(self._serving.values()):
            if turn.courier:
                turn.courier.stop(cut)

    def wait(self, seconds: float) -> bool:
        """After stop(): whether all of them are done."""
        until = time.monotonic() + seconds
        for thread in list(self._threads):
            thread.join(max(until - time.monotonic(), 0))
        if any(thread.is_alive() for thread in self._threads):
            return False
        while self._kept:
            self._kept.popitem()[1].courier.close()
        return True

    def _run(self) -> None:
        with self._context():
            while not self._is_stopping:
                try:
                    self._go_on()
                except AWAY as error:
                    log.warning("the database cannot be used: %s", said(error))
                    self._pause()
                except Exception:  # a thread that ends is never started again
                    log.exception("a sideline stumbled")
                    self._pause()

    def _go_on(self) -> None:
        with self._changed:
            account, must_look = self._next(), self._must_look()
            if account:
                self._serving[account] = Turn()
            elif must_look:
                self._is_asked_to_look = False
                self._looked_at = time.monotonic()
                self._look_again = self._looked_at + LOOK_EVERY  # one looks, and the others wait
            else:
                self._changed.wait(self._until_next())
                return
        if account:
            self._serve(account)
        else:
            self._look()

    def _pause(self) -> None:
        until = time.monotonic() + AGAIN_AFTER
        while not self._is_stopping and time.monotonic() < until:
            time.sleep(STOP_IS_SEEN_WITHIN)

    # Whose turn it is. Always under the lock.

    def _next(self) -> str | None:
        at = time.monotonic()
        due = sorted((turn, name) for name, turn in self._waiting.items() if turn <= at)
        serving = {name: turn.is_slow for name, turn in self._serving.items()}
        for _, name in due:
            if self._seats.has_one_for(name, serving):
                del self._waiting[name]
                return name
        return None

    def _must_look(self) -> bool:
        at = time.monotonic()
        if self._is_stopping or at < self._look_again:
            return False
        is_done = self._has_more and not self._waiting
        is_needed = at - self._looked_at >= LOOK_EVERY and self._is_needed()
        return self._is_asked_to_look or is_done or is_needed

    def _until_next(self) -> float:
        at = time.monotonic()
        turns = [turn - at for turn in self._waiting.values() if turn > at]
        return max(min([*turns, AGAIN_AFTER]), 0.001)

    def _look(self) -> None:
        """One query, whatever waits behind each account."""
        began = time.monotonic()
        most = LOOKED_AT + self._seats.slow
        told, found = claims.next_accounts(LOOK_AHEAD, most)
        watch, at = Watch(told), time.monotonic()
        turns = {name: at + watch.seconds_until(due_at) for name, due_at in found}
        with self._changed:
            self._look_again = at + LOOKING * (at - began)
            self._has_more = len(found) == most
            # Who was put back meanwhile stays.
            self._waiting = {
                name: turn for name, turn in self._waiting.items() if name in turns or turn >= began
            }
            for name in turns.keys() - self._serving.keys():
                # Who has just had a turn comes after those who wait for theirs.
                kept = self._kept.get(name)
                turn = max(turns[name], kept.used_at) if kept else turns[name]
                self._waiting.setdefault(name, turn)
            self._changed.notify_all()
        self._close_old()

    def _close_old(self) -> None:
        with self._changed:
            old = [
                name
                for name, one in self._kept.items()
                if one.is_old and not one.courier.has_open_ends()
            ]
            closed = [self._kept.pop(name) for name in old]
        for one in closed:
            one.courier.close()

    # One turn. In a thread of its own, with nothing locked.

    def _serve(self, account: str) -> None:
        has_more, kept = False, self._taken(account)
        try:
            kept = kept or Kept(self._made(account))
            self._serving[account].courier = kept.courier
            if self._is_stopping:  # stop() may have come before it was known
                kept.courier.stop(self._is_cut)
            has_more = self._give_turn(kept.courier)
        except SendError as trouble:
            Breaker(account).broke(trouble.words, trouble.again_after)
        except NoJournal as error:
            log.error("%s: %s", account, error)
        except AWAY:
            raise
        except Exception:  # of a channel: others are not to wait for it
            log.exception("%s: something broke", account)
            Breaker(account).broke(BROKEN)
        finally:
            self._end_turn(account, kept, has_more)

    def _end_turn(self, account: str, kept: Kept | None, has_more: bool) -> None:
        over = [kept] if kept else []
        with self._changed:
            turn = self._serving.pop(account)
            if kept and not (self._is_stopping or kept.courier.is_unwell):
                kept.used_at = time.monotonic()
                self._kept[account] = over.pop()
                if len(self._kept) > MOST_KEPT:
                    over.append(self._kept.pop(next(iter(self._kept))))
            self._seats.remember(account, not turn.is_slow)
            if has_more:
                self._waiting[account] = time.monotonic()
            self._changed.notify_all()
        for one in over:
            one.courier.close()

    def _taken(self, account: str) -> Kept | None:
        with self._changed:
            kept = self._kept.pop(account, None)
        if kept and kept.is_old and not kept.courier.has_open_ends():
            kept.courier.close()
            return None
        return kept

    def _made(self, account: str) -> Courier:
        try:
            return Courier(self._settings, account)
        finally:
            db.session.rollback()  # who makes a channel may have looked something up

    def _give_turn(self, courier: Courier) -> bool:
        """True: it has more. What could not be written down is known to this thread alone: it stays
        until the database has it."""
        has_more, until = False, time.monotonic() + TURN
        with suppress(*AWAY):
            while (has_more := courier.send_due(0)) and time.monotonic() < until:
                pass
        while courier.has_open_ends():
            self._pause()
            with suppress(*AWAY):
                has_more = courier.send_due(0)
        return has_more
