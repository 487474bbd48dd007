"""Claim a batch, send it, write down together how it ended; again while more is due."""

import logging
import threading
import time
from datetime import timedelta

from reminder_app.config import Settings
from reminder_app.database.retry import CommitOutcomeUnknown
from reminder_app.delivery import claims, crash
from reminder_app.delivery.account_names import EMAIL
from reminder_app.delivery.batch import HOLD_SECONDS, Batch
from reminder_app.delivery.breaker import Breaker
from reminder_app.delivery.channels import SendError, for_account
from reminder_app.delivery.channels.channel import Channel
from reminder_app.delivery.channels.errors import OursAlone
from reminder_app.delivery.journal import LATE_COMMIT, Journal
from reminder_app.delivery.letters import Outcome
from reminder_app.delivery.limits import Limits
from reminder_app.delivery.watch import Watch

log = logging.getLogger(__name__)
FIRST, LEAST, MOST = 50, 10, 200
STOP_IS_SEEN_WITHIN = 0.1
# A pause is obeyed within about a second, and a batch may take half of that.
WELL_FOR = 0.5


class Courier:
    """What a worker process keeps from one pump to the next for one account: its connection to the
    server, and answers that could not be written down while the database was away. Two couriers of one
    process are two workers, each with its own journal."""

    def __init__(
        self, settings: Settings, account: str = EMAIL, channel: Channel | None = None
    ) -> None:
        """Raises SendError where nothing can be sent through `account`, NoJournal."""
        self.account = account
        self.channel = channel or for_account(account, settings)
        self.journal = Journal(settings.journal_path)
        self._unwritten: list[Outcome] = []
        self._may_hold_more_until = 0.0  # than we know of
        self._limit = FIRST
        self._has_backlog = False  # there was more to claim than we may hold
        self._breaker = Breaker(account)
        limits = Limits(settings, self.journal.worker, account, self.channel)
        self._limits = limits if limits.is_any else None
        self._well_until = 0.0
        self._busy = threading.Lock()
        self._told_to_stop_at: float | None = None

    @property
    def worker(self) -> str:
        return self.journal.worker

    def close(self) -> None:
        self.channel.close()
        self.journal.close()
        if self._limits:
            self._limits.close()

    def send_due(self, seconds: float) -> bool:
        """Send what is due and what becomes due within `seconds`. True: there may be more."""
        if not self._busy.acquire(blocking=False):
            return False
        try:
            return self._send_until(time.monotonic() + seconds)
        finally:
            self.channel.rest()
            self._busy.release()

    def stop(self, cut: bool = False) -> None:
        """Finish the mail on the wire, or cut it, and give the others back. Safe in a handler."""
        if self._told_to_stop_at is None:
            self._told_to_stop_at = time.monotonic()
        if cut:
            self.channel.stop()

    def has_been_told_for(self, seconds: float) -> bool:
        told_at = self._told_to_stop_at
        return told_at is not None and time.monotonic() - told_at >= seconds

    @property
    def is_busy(self) -> bool:
        return self._busy.locked()

    @property
    def is_unwell(self) -> bool:
        """The account was refused, or is paused: what it is made with may be out of date."""
        breaker = self._breaker
        return not (breaker.is_well or breaker.is_shut_here or self.has_open_ends())

    def has_open_ends(self) -> bool:
        """The database does not know yet how everything ended, or gave us more than we know of."""
        return bool(self._unwritten or self._may_hold_more_until) and not self.is_stopping()

    def is_stopping(self) -> bool:
        return self._told_to_stop_at is not None

    def _send_until(self, end: float) -> bool:
        self._well_until = 0.0
        self._settle()
        self._use_what_is_free()
        while not self.is_stopping() and self._wait_for_next(end) and self._is_open():
            self._send_batch()
            if time.monotonic() >= end:
                return self._breaker.is_well and not self.is_stopping()
        return False

    def _is_open(self) -> bool:
        """Asked just before each claim. In a trial it knocks first: claiming for nothing costs more."""
        if self._breaker.is_well and time.monotonic() < self._well_until:
            return True
        if not self._breaker.may_send():
            return False
        self._well_until = time.monotonic() + WELL_FOR
        return not self._breaker.is_trial or self._can_connect()

    def _can_connect(self) -> bool:
        try:
            self.channel.open()
        except SendError as trouble:
            self._breaker.broke(trouble.words, trouble.again_after)
            return False
        return True

    def _wait_for_next(self, end: float) -> bool:
        """Until the next message may go, to the millisecond; False when none comes in time."""
        if self._has_backlog:
            return True
        told, due_at = claims.next_due(
            timedelta(seconds=max(end - time.monotonic(), 0)), self.account
        )
        watch = Watch(told)
        if due_at and due_at > told and self._breaker.is_well:
            self._get_ready()
        while due_at and not self.is_stopping():
            left = watch.seconds_until(due_at)
            if left <= 0:
                return True
            time.sleep(min(left, STOP_IS_SEEN_WITHIN))
        return False

    def _get_ready(self) -> None:
        try:
            self.channel.warm()
        except SendError as trouble:  # told to the messages themselves when they are due
            log.info("not ready yet: %s", trouble.words)

    def _send_batch(self) -> None:
        if self._limits:
            self._limits.ready()
        most, asked_at = self._most, time.monotonic()
        self.journal.touch()
        try:
            told, letters = claims.claim(
                self.worker, self.channel.domain, most, self._limits, self.account
            )
        except CommitOutcomeUnknown:
            self._may_hold_more_until = time.monotonic() + LATE_COMMIT
            raise
        batch = Batch(letters, Watch(told), self.channel, self.journal, self._unwritten, asked_at)
        crash.point("claim.commit")
        try:
            batch.send(self.is_stopping, self._write_down)
        except OursAlone as trouble:
            self._breaker.rest(trouble.words)
        except SendError as trouble:
            self._breaker.broke(trouble.words, trouble.again_after)
        else:
            self._breaker.works()
        finally:
            if self._limits:
                self._limits.over(batch.unused)
        self._has_backlog = len(letters) == most
        self._adapt(len(letters), batch.seconds)
        self._settle()
        self._use_what_is_free()

    def _use_what_is_free(self) -> None:
        """Who waits for a turn goes now where those before them were called off."""
        if self._limits is None or not self._breaker.is_well:
            return  # while nothing goes out, tokens are left over for another reason
        for limit, turns in self._limits.free():
            self._limits.moved_up(limit, claims.pull_forward(limit, turns, self.account))

    @property
    def _most(self) -> int:
        return LEAST if self._breaker.is_trial else self._limit

    def _adapt(self, claimed: int, seconds: float) -> None:
        """Claim about what can be sent in half the time it may be held; a few tell little of that."""
        if claimed < LEAST:
            return
        self._limit = min(max(int(claimed / max(seconds, 0.001) * HOLD_SECONDS / 2), LEAST), MOST)

    def _settle(self) -> None:
        self._write_down()
        if self._may_hold_more_until:
            self._look_for_more()
        self.journal.clear()
        crash.point("journal.clear")

    def _look_for_more(self) -> None:
        """A claim whose answer was lost may be committed later still. Between two batches only."""
        is_last_time = time.monotonic() > self._may_hold_more_until
        claims.give_back(self.worker)
        if is_last_time:
            self._may_hold_more_until = 0.0

    def _write_down(self) -> None:
        if self._unwritten:
            claims.settle(self._unwritten, self.worker)
            crash.point("settle.commit")
            self._unwritten.clear()
