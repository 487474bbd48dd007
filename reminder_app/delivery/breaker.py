"""A worker's side of the circuit breaker: whether the account may be used, told by all to all."""

import logging
import time
from datetime import timedelta

from reminder_app.database.retry import AWAY
from reminder_app.delivery import backoff, sending_accounts
from reminder_app.delivery.headers import without_addresses
from reminder_app.delivery.sending_accounts import CLOSED, FREE, Leave

log = logging.getLogger(__name__)


class Breaker:
    """While the database is away, this worker's own memory decides."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._leave = FREE
        self._failures = 0
        self._shut_until = 0.0

    def may_send(self) -> bool:
        """Asked before each claim. Where it is our turn to find out, only few should be claimed."""
        self._leave = CLOSED if self.is_shut_here else self._asked()
        return self._leave.is_given

    def _asked(self) -> Leave:
        try:
            return sending_accounts.ask(self.name)
        except AWAY:
            return FREE  # and the claim will have the last word

    @property
    def is_trial(self) -> bool:
        return self._leave.is_trial

    @property
    def is_shut_here(self) -> bool:
        """By this worker's own memory, which nobody shares."""
        return time.monotonic() < self._shut_until

    @property
    def is_well(self) -> bool:
        """As far as was heard last."""
        return self._leave == FREE

    def broke(self, words: str, wait: timedelta | None = None) -> None:
        words = without_addresses(words)  # the log is about the account, too
        self._failures += 1
        leave, self._leave = self._leave, CLOSED
        try:
            if sending_accounts.broke(self.name, words, leave, wait):
                log.warning("nothing can be sent through %s: %s", self.name, words)
        except AWAY:
            wait = wait or backoff.wait_for_account(self._failures)
            self._shut_until = time.monotonic() + wait.total_seconds()
            log.warning("nothing can be sent through %s, for now: %s", self.name, words)

    def rest(self, words: str) -> None:
        """The trouble is this worker's own: nobody else hears of it."""
        self._failures += 1
        self._leave = CLOSED
        wait = backoff.wait_for_account(self._failures)
        self._shut_until = time.monotonic() + wait.total_seconds()
        log.warning("nothing can be sent by this worker: %s", words)

    def works(self) -> None:
        self._failures, self._shut_until = 0, 0.0
        if self._leave.is_trial:
            self._leave = FREE
            self._tell_that_it_works()

    def _tell_that_it_works(self) -> None:
        try:
            if sending_accounts.works(self.name):
                log.warning("messages go out through %s again", self.name)
        except AWAY as error:
            log.info("%s works; the next trial will say so: %s", self.name, error)
