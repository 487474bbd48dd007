"""The messages of one claim, from their rendering to the mail server's answers.

No transaction is open while the network is used; a journal knows what was handed over.
"""

import hashlib
import logging
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from reminder_app.database.retry import AWAY
from reminder_app.delivery import claims, crash
from reminder_app.delivery.channels import SendError
from reminder_app.delivery.channels.channel import Channel, Moments
from reminder_app.delivery.channels.errors import ACCOUNT, PROVIDER, UNKNOWN, NotWanted, OursAlone
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
from reminder_app.delivery.sending_accounts import in_short
from reminder_app.delivery.watch import Watch
from reminder_app.translations import N_

log = logging.getLogger(__name__)
# Whoever is called off meanwhile is looked at once more, so a claim is worked on no longer.
HOLD_SECONDS = 1.0
NOT_OURS = N_("Another worker has taken it over.")
NO_DATABASE = N_("The database could not be reached just before it was handed over.")
# Who fails every message would fail the next one, too, and each pays a try, or is in doubt.
SERVERS_FAULT, MOST_IN_A_ROW = {PROVIDER, UNKNOWN}, 3
OTHERS_FAILED = N_("Waits, as those before it failed: %(why)s")
NO_JOURNAL = N_(
    "The journal under INSTANCE_PATH cannot be written, and without it nothing is sent: %(error)s"
)
BROKEN = N_("Something broke while it was handed over; the log says what.")
Written = tuple[Letter, bytes, bytes]  # and the hash of how it reads


def for_others(trouble: SendError) -> str:
    """Of what was said about one message, its number: they may be of another workspace."""
    is_ours = trouble.reason == ACCOUNT and not trouble.is_try
    return trouble.words if is_ours else OTHERS_FAILED % {"why": in_short(trouble.words)}


class Batch:
    """Every letter has one outcome in `outcomes` once send() is over, however it ends."""

    def __init__(
        self,
        letters: Sequence[Letter],
        watch: Watch,
        channel: Channel,
        journal: Journal,
        outcomes: list[Outcome],
        asked_at: float,
    ) -> None:
        """`asked_at`: on the monotonic clock, before the claim: what took long may be another's by now."""
        self.channel, self.journal, self.outcomes = channel, journal, outcomes
        self._watch = watch
        self._claimed_at = asked_at
        self._unsent = dict.fromkeys(letters)  # in order
        self._in_a_row = 0
        self.unused: list[uuid.UUID] = []  # that were not handed to anybody
        self._to_write: Iterator[Letter] = iter(letters)
        self._written: deque[Written] = deque()

    def send(self, is_stopping: Callable[[], bool], settle: Callable[[], None]) -> None:
        """One after the other, while the next two are written; `settle` when the server is silent.

        Raises SendError where it is not about one letter but about all.
        """
        why = ""
        try:
            self._send(is_stopping, settle)
        except SendError as trouble:
            why = "" if is_stopping() else for_others(trouble)
            raise
        finally:
            self._give_back(why)

    def _send(self, is_stopping: Callable[[], bool], settle: Callable[[], None]) -> None:
        if self._unsent:
            self.channel.open()
        is_last = False
        while not (is_last or is_stopping()) and self._has_written(2):
            current, is_last = self._written.popleft(), self._has_held_long()
            following = self._written[0][0].address if self._written and not is_last else ""
            self._send_one(current, following, settle)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._claimed_at

    def _has_held_long(self) -> bool:
        return self.seconds >= HOLD_SECONDS

    def _give_back(self, why: str = "") -> None:
        """What was claimed and will not be sent now."""
        self.outcomes += [self._ended(letter, BACK, answer=why) for letter in self._unsent]
        self.unused += [letter.id for letter in self._unsent]
        self._unsent.clear()

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
            self.outcomes.append(self._failed(letter, trouble))
            self.unused.append(letter.id)
            self._unsent.pop(letter, None)
        else:
            self._written.append((letter, content, hashlib.sha256(content).digest()))
        return True

    def _send_one(self, written: Written, following: str, settle: Callable[[], None]) -> None:
        letter, content, content_hash = written
        if letter not in self._unsent:  # given back during a silence
            return
        if letter.content_hash not in (None, content_hash):
            log.warning("delivery %s reads differently from its first try", letter.id)
        self._unsent.pop(letter)
        at = self._watch.now()
        moments = Moments(
            before=partial(self._last_look, letter, content_hash, at),
            meanwhile=self._write_ahead,
            silence=partial(self._give_way, letter, settle),
        )
        try:
            answer = self.channel.send(letter, content, moments, following)
        except SendError as trouble:
            self._end(self._failed(letter, trouble, content_hash, at))
            if self._is_over(letter, trouble):
                raise
        except Exception:
            self._end(self._failed(letter, SendError(UNKNOWN, False, BROKEN), content_hash, at))
            raise
        else:
            self._in_a_row = 0
            self._end(self._ended(letter, SENT, answer=answer, content_hash=content_hash, at=at))

    def _is_over(self, letter: Letter, trouble: SendError) -> bool:
        """Whether the others would fare no better."""
        if trouble.is_try:
            self._in_a_row += trouble.reason in SERVERS_FAULT
        else:
            self.unused.append(letter.id)
        return trouble.stops or self._in_a_row >= MOST_IN_A_ROW

    def _write_ahead(self) -> None:
        self._has_written(2)

    def _give_way(self, letter: Letter, settle: Callable[[], None]) -> None:
        """The server says nothing for a while: this one stays ours, and others may send the rest."""
        self._give_back()
        self._to_write = iter(())
        with suppress(*AWAY):  # or later, with the answer
            claims.keep(letter, self._watch.now())
            settle()

    def _last_look(self, letter: Letter, content_hash: bytes, at: datetime) -> None:
        """Before its first byte. Asks nobody unless the claim is old: the server was slow, or this
        process stood still."""
        if self._has_held_long() and not self._is_still_ours(letter):
            raise NotWanted(NOT_OURS)
        try:
            self.journal.begin(letter.id, letter.fence, content_hash, at)
        except OSError as error:
            raise OursAlone(NO_JOURNAL % {"error": error.strerror}) from error
        crash.point("journal.begin")

    def _is_still_ours(self, letter: Letter) -> bool:
        try:
            return claims.keep(letter, self._watch.now())
        except AWAY as error:
            raise OursAlone(NO_DATABASE) from error

    def _end(self, outcome: Outcome) -> None:
        letter = outcome.letter
        ending: dict[str, Any] = {
            "kind": outcome.kind,
            "reason": outcome.reason,
            "answer": outcome.answer,
        }
        ending["at"] = outcome.at.isoformat()
        if outcome.again_after:
            ending["again_after"] = outcome.again_after.total_seconds()
        self.journal.end(letter.id, letter.fence, ending)
        crash.point("journal.end")
        self.outcomes.append(outcome)

    def _failed(
        self,
        letter: Letter,
        trouble: SendError,
        content_hash: bytes | None = None,
        at: datetime | None = None,
    ) -> Outcome:
        kind = PERMANENT if trouble.permanent else TRANSIENT
        if not trouble.is_try:
            kind = BACK
        elif trouble.reason == UNKNOWN:
            kind = IN_DOUBT
        ended = self._ended(letter, kind, trouble.reason, trouble.words, content_hash, at)
        return replace(ended, again_after=trouble.again_after) if trouble.again_after else ended

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
