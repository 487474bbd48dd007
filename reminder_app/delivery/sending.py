"""Claim, hand over, send, write down: one commit per mail, and no transaction while it is sent."""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from reminder_app.config import Settings
from reminder_app.database import now
from reminder_app.database.retry import CommitOutcomeUnknown
from reminder_app.delivery import claims, crash
from reminder_app.delivery.backoff import Pause
from reminder_app.delivery.channels import SendError
from reminder_app.delivery.channels.email import EmailChannel
from reminder_app.delivery.channels.errors import ACCOUNT, PROVIDER, UNKNOWN
from reminder_app.delivery.letters import (
    BACK,
    IN_DOUBT,
    PERMANENT,
    SENT,
    TRANSIENT,
    Letter,
    Outcome,
)
from reminder_app.delivery.watch import Watch

log = logging.getLogger(__name__)
# Whoever is called off meanwhile is looked at once more, so a claim is worked on no longer.
HOLD_SECONDS = 1.0
STOP_IS_SEEN_WITHIN = 0.1
NOT_OURS = "Another worker has taken it over."
NO_DATABASE = "The database could not be reached just before it was handed over."


class Courier:
    """What a worker process keeps from one pump to the next: its connection to the mail server,
    and answers that could not be written down while the database was away."""

    def __init__(self, settings: Settings) -> None:
        self.channel = EmailChannel(settings)
        self.worker = claims.worker_name()
        self._unwritten: list[Outcome] = []
        self._pause = Pause()
        self._busy = threading.Lock()
        self._told_to_stop_at: float | None = None
        self._watch = Watch(now())
        self._started_at = now()

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
    def _is_stopping(self) -> bool:
        return self._told_to_stop_at is not None

    def _send_until(self, end: float) -> bool:
        if self._unwritten:
            self._settle([])
        while not self._is_stopping and not self._pause.is_on and self._wait_for_next(end):
            self._send_batch()
            if time.monotonic() >= end:
                return not self._is_stopping and not self._pause.is_on
        return False

    def _wait_for_next(self, end: float) -> bool:
        """Until the next message may go, to the millisecond; False when none comes in time."""
        told, due_at = claims.next_due(timedelta(seconds=max(end - time.monotonic(), 0)))
        watch = Watch(told)
        if due_at and due_at > told:
            self._get_ready()
        while due_at and not self._is_stopping:
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
        told, unsent = claims.claim(self.worker)
        crash.point("claim.commit")
        self._watch, began, why = Watch(told), time.monotonic(), ""
        try:
            if unsent:
                self.channel.open()
            while unsent and not self._is_stopping and time.monotonic() - began < HOLD_SECONDS:
                self._send_one(unsent.pop(0))
        except SendError as trouble:
            why = "" if self._is_stopping else trouble.words
            self._pause.begin()
            log.warning("nothing can be sent: %s", trouble.words)
        self._settle(unsent, why)

    def _settle(self, unsent: list[Letter], why: str = "") -> None:
        if self._unwritten or unsent:
            claims.settle(self._unwritten, unsent, self.worker, why)
            self._unwritten = []
            crash.point("settle.commit")

    def _send_one(self, letter: Letter) -> None:
        """Raises SendError where it is not about this letter but about all."""
        self._started_at = self._watch.now()
        try:
            content = self.channel.render(letter)
        except SendError as trouble:
            self._unwritten.append(self._failed(letter, trouble))
            return
        if not self._hand_over(letter, content):
            return
        try:
            answer = self.channel.send(letter, content, self._last_look(letter))
        except SendError as trouble:
            self._unwritten = [self._failed(letter, trouble)]
            if trouble.reason == ACCOUNT:
                raise
            return
        self._unwritten = [self._ended(letter, SENT, answer=answer)]
        self._pause.end()

    def _hand_over(self, letter: Letter, content: bytes) -> bool:
        content_hash = hashlib.sha256(content).digest()
        if letter.content_hash not in (None, content_hash):
            log.warning("delivery %s reads differently from its first try", letter.id)
        message_id = self.channel.message_id(letter)
        try:
            is_ours = claims.hand_over(
                letter, message_id, content_hash, self._started_at, self._unwritten, self.worker
            )
        except Exception:
            # Committed or not, nothing was sent: if it says so, it goes back in line.
            self._unwritten.append(self._ended(letter, BACK))
            raise
        self._unwritten = []
        crash.point("hand_over.commit")
        return is_ours

    def _last_look(self, letter: Letter) -> Callable[[], None]:
        """Before the dot. Costs nothing unless the server, or this process, stood still for long."""
        handed_over = time.monotonic()

        def look() -> None:
            if time.monotonic() - handed_over < claims.LEASE.total_seconds() / 2:
                return
            try:
                is_ours = claims.keep(letter, self._watch.now())
            except (SQLAlchemyError, CommitOutcomeUnknown) as error:
                raise SendError(ACCOUNT, False, NO_DATABASE) from error
            if not is_ours:
                raise SendError(PROVIDER, False, NOT_OURS)

        return look

    def _failed(self, letter: Letter, trouble: SendError) -> Outcome:
        kinds = {ACCOUNT: BACK, UNKNOWN: IN_DOUBT}
        kind = kinds.get(trouble.reason, PERMANENT if trouble.permanent else TRANSIENT)
        return self._ended(letter, kind, trouble.reason, trouble.words)

    def _ended(self, letter: Letter, kind: str, reason: str = "", answer: str = "") -> Outcome:
        return Outcome(
            letter=letter,
            kind=kind,
            at=self._watch.now(),
            started_at=self._started_at,
            reason=reason,
            answer=answer,
        )
