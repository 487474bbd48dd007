"""Claim a batch, send it, write it down together; in between, a journal knows what was handed over.

No transaction is open while the network is used.
"""

import hashlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from reminder_app.config import Settings
from reminder_app.database import now
from reminder_app.database.retry import CommitOutcomeUnknown
from reminder_app.delivery import claims, crash
from reminder_app.delivery.backoff import Pause
from reminder_app.delivery.channels import SendError
from reminder_app.delivery.channels.email import EmailChannel, Moments
from reminder_app.delivery.channels.errors import ACCOUNT, PROVIDER, UNKNOWN
from reminder_app.delivery.journal import Journal
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
FIRST, LEAST, MOST = 50, 10, 200
STOP_IS_SEEN_WITHIN = 0.1
NOT_OURS = "Another worker has taken it over."
NO_DATABASE = "The database could not be reached just before it was handed over."
NO_JOURNAL = "The journal under INSTANCE_PATH cannot be written, and without it nothing is sent."
BROKEN = "Something broke while it was handed over; the log says what."
Written = tuple[Letter, bytes, bytes]  # and the hash of how it reads


class Courier:
    """What a worker process keeps from one pump to the next: its connection to the mail server,
    and answers that could not be written down while the database was away."""

    def __init__(self, settings: Settings) -> None:
        self.channel = EmailChannel(settings)
        self.journal = Journal(settings.journal_path)
        self._unsent: dict[Letter, None] = {}  # claimed, in order, and not handed over
        self._to_write: Iterator[Letter] = iter(())
        self._written: deque[Written] = deque()
        self._unwritten: list[Outcome] = []
        self._may_hold_more = False  # than we know of
        self._limit = FIRST
        self._pause = Pause()
        self._busy = threading.Lock()
        self._told_to_stop_at: float | None = None
        self._watch = Watch(now())
        self._claimed_at = 0.0

    @property
    def worker(self) -> str:
        return self.journal.worker

    def close(self) -> None:
        self.channel.close()
        self.journal.close()

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
        self._settle()
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
        self._claimed_at = time.monotonic()
        try:
            told, letters = claims.claim(self.worker, self.channel.sender.domain, self._limit)
        except CommitOutcomeUnknown:
            self._may_hold_more = True
            raise
        self._watch, self._unsent = Watch(told), dict.fromkeys(letters)
        crash.point("claim.commit")
        try:
            self._send_all(letters)
        except SendError as trouble:
            self._give_back("" if self._is_stopping else trouble.words)
            self._pause.begin()
            log.warning("nothing can be sent: %s", trouble.words)
        finally:
            self._give_back()
        self._adapt(len(letters))
        self._settle()

    def _adapt(self, claimed: int) -> None:
        """Claim about what can be sent in half the time it may be held."""
        spent = max(time.monotonic() - self._claimed_at, 0.001)
        self._limit = min(max(int(claimed / spent * HOLD_SECONDS / 2), LEAST), MOST)

    def _give_back(self, why: str = "") -> None:
        """What was claimed and will not be sent now."""
        self._unwritten += [self._ended(letter, BACK, answer=why) for letter in self._unsent]
        self._unsent.clear()

    def _settle(self) -> None:
        self._write_down()
        self.journal.clear()
        crash.point("journal.clear")

    def _write_down(self) -> None:
        if self._may_hold_more:
            claims.give_back(self.worker, [outcome.letter.id for outcome in self._unwritten])
            self._may_hold_more = False
        if self._unwritten:
            claims.settle(self._unwritten, self.worker)
            crash.point("settle.commit")
            self._unwritten = []

    def _send_all(self, letters: Sequence[Letter]) -> None:
        """One after the other, while the next two are written.

        Raises SendError where it is not about one letter but about all.
        """
        if letters:
            self.channel.open()
        self._to_write, self._written = iter(letters), deque()
        is_last = False
        while not (is_last or self._is_stopping) and self._has_written(2):
            now_, is_last = self._written.popleft(), self._has_held_long()
            following = self._written[0][0].address if self._written and not is_last else ""
            self._send_one(now_, following)

    def _has_written(self, ahead: int) -> bool:
        while len(self._written) < ahead and self._write_next():
            pass
        return bool(self._written)

    def _write_next(self) -> bool:
        """One more letter as it will be read; where it cannot be written, that is its end."""
        letter = next(self._to_write, None)
        if letter is None:
            return False
        try:
            content = self.channel.render(letter)
        except SendError as trouble:
            self._unwritten.append(self._failed(letter, trouble))
            self._unsent.pop(letter, None)
        else:
            self._written.append((letter, content, hashlib.sha256(content).digest()))
        return True

    def _has_held_long(self) -> bool:
        return time.monotonic() - self._claimed_at >= HOLD_SECONDS

    def _send_one(self, written: Written, following: str) -> None:
        letter, content, content_hash = written
        if letter not in self._unsent:  # given back during a silence
            return
        if letter.content_hash not in (None, content_hash):
            log.warning("delivery %s reads differently from its first try", letter.id)
        self._unsent.pop(letter)
        at = self._watch.now()
        moments = Moments(
            self._last_look(letter, content_hash, at), self._write_ahead, self._give_way
        )
        try:
            answer = self.channel.send(letter, content, moments, following)
        except SendError as trouble:
            self._end(self._failed(letter, trouble, content_hash, at))
            if trouble.reason == ACCOUNT:
                raise
        except Exception:
            self._end(self._failed(letter, SendError(UNKNOWN, False, BROKEN), content_hash, at))
            raise
        else:
            self._end(self._ended(letter, SENT, answer=answer, content_hash=content_hash, at=at))
            self._pause.end()

    def _write_ahead(self) -> None:
        self._has_written(2)

    def _give_way(self) -> None:
        """The server says nothing: others may send the rest meanwhile."""
        self._give_back()
        self._to_write = iter(())
        with suppress(SQLAlchemyError, CommitOutcomeUnknown):  # or later, with the answer
            self._write_down()

    def _last_look(self, letter: Letter, content_hash: bytes, at: datetime) -> Callable[[], None]:
        """Before its first byte. Asks nobody unless the claim is old: the server was slow, or this
        process stood still."""

        def look() -> None:
            if self._has_held_long() and not self._is_still_ours(letter):
                raise SendError(PROVIDER, False, NOT_OURS)
            try:
                self.journal.begin(letter.id, letter.fence, content_hash, at)
            except OSError as error:
                raise SendError(ACCOUNT, False, f"{NO_JOURNAL} ({error.strerror})") from error
            crash.point("journal.begin")

        return look

    def _is_still_ours(self, letter: Letter) -> bool:
        try:
            return claims.keep(letter, self._watch.now())
        except (SQLAlchemyError, CommitOutcomeUnknown) as error:
            raise SendError(ACCOUNT, False, NO_DATABASE) from error

    def _end(self, outcome: Outcome) -> None:
        letter = outcome.letter
        ending = {"kind": outcome.kind, "reason": outcome.reason, "answer": outcome.answer}
        ending["at"] = outcome.at.isoformat()
        self.journal.end(letter.id, letter.fence, ending)
        crash.point("journal.end")
        self._unwritten.append(outcome)

    def _failed(
        self,
        letter: Letter,
        trouble: SendError,
        content_hash: bytes | None = None,
        at: datetime | None = None,
    ) -> Outcome:
        kinds = {ACCOUNT: BACK, UNKNOWN: IN_DOUBT}
        kind = kinds.get(trouble.reason, PERMANENT if trouble.permanent else TRANSIENT)
        return self._ended(letter, kind, trouble.reason, trouble.words, content_hash, at)

    def _ended(
        self,
        letter: Letter,
        kind: str,
        reason: str = "",
        answer: str = "",
        content_hash: bytes | None = None,
        at: datetime | None = None,
    ) -> Outcome:
        ended_at = self._watch.now()
        return Outcome(
            letter=letter,
            kind=kind,
            at=ended_at,
            started_at=at or ended_at,
            reason=reason,
            answer=answer,
            content_hash=letter.content_hash or content_hash,
        )
