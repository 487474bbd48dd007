"""What all channels of a person have in common: read anew between batches, and what came of it noted."""

import logging
import socket
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from reminder_app.config import Settings
from reminder_app.database import db, now
from reminder_app.database.retry import AWAY, said
from reminder_app.database.sealing import KeyLost
from reminder_app.delivery.channels import reach
from reminder_app.delivery.channels.channel import Moments
from reminder_app.delivery.channels.errors import (
    ACCOUNT,
    RECIPIENT,
    NotWanted,
    OursAlone,
    SendError,
)
from reminder_app.delivery.channels.request import RequestChannel
from reminder_app.delivery.endpoints import kinds, repository, service
from reminder_app.delivery.endpoints.models import Endpoint
from reminder_app.delivery.letters import Letter
from reminder_app.translations import N_

log = logging.getLogger(__name__)
LOOK_EVERY = 2.0
REMOVED = N_("The channel it was to go out through was removed.")
IS_GONE = N_("This channel takes no messages any more.")
KEY_LOST = N_("Its address was sealed with a key that is gone: remove it and add it again.")
MOVED = N_(
    "It answers %(status)s with another address, and none is followed: enter that one here instead."
)
PRIVATE = N_("Its address leads into a private network, where nothing is sent from here.")


@dataclass(frozen=True)
class Known:
    """An endpoint as it was looked up."""

    id: uuid.UUID
    name: str
    address: Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    former_until: datetime | None


@dataclass(frozen=True)
class Result:
    state: str
    words: str
    at: datetime


def read(account: str) -> Known:
    """As it is now. Raises SendError, in words for whose it is."""
    endpoint_id = kinds.endpoint_of(account)
    try:
        found = repository.by_id(endpoint_id) if endpoint_id else None
        if found is not None and not found.is_gone:
            return known(found)
        words = REMOVED if found is None else IS_GONE
    except KeyLost:
        raise SendError(ACCOUNT, False, KEY_LOST) from None
    finally:
        db.session.rollback()  # no connection is held while messages are sent
    service.call_off(account, words)
    raise SendError(ACCOUNT, False, words)


def known(found: Endpoint) -> Known:
    """Raises KeyLost."""
    kept = [one.reveal() for one in (found.secret, found.former_secret) if one]
    return Known(found.id, found.name, service.values(found), tuple(kept), found.former_until)


class EndpointChannel(RequestChannel):
    timeout = 10.0

    def __init__(self, account: str, settings: Settings) -> None:
        super().__init__(settings)
        self.account = account
        self.known = self.look()
        self._looked_at = time.monotonic()
        self._result: Result | None = None

    def open(self) -> object:
        if time.monotonic() - self._looked_at < LOOK_EVERY:
            return None
        try:
            self.known = self.look()
            self._looked_at = time.monotonic()
        except AWAY as error:  # what is known still holds
            log.info("%s: not looked at: %s", self.account, said(error))
        return None

    def look(self) -> Known:
        """As it is now. Raises SendError."""
        return read(self.account)

    def note(self, result: Result) -> None:
        service.note(self.known.id, result.state, result.words, result.at)

    def reach(self, host: str, port: int, seconds: float) -> socket.socket:
        try:
            may_be_private = self.settings.private_hosts
            return reach.reach(host, port, seconds, may_be_private=may_be_private)
        except reach.PrivateHost:
            raise SendError(RECIPIENT, True, PRIVATE) from None

    def send(self, letter: Letter, content: bytes, at: Moments, following: str = "") -> str:
        return self.noted(partial(super().send, letter, content, at, following))

    def noted(self, send: Callable[[], str]) -> str:
        try:
            answer = send()
        except SendError as trouble:
            self._failed(trouble)
            raise
        self._result = Result(kinds.WORKS, answer, now())
        return answer

    def _failed(self, trouble: SendError) -> None:
        if not isinstance(trouble, OursAlone | NotWanted):
            state = kinds.GONE if self.is_over(trouble) else kinds.FAILING
            self._result = Result(state, trouble.words, now())

    def is_over(self, trouble: SendError) -> bool:
        """Whether it will never take a message again."""
        return False

    def rest(self) -> None:
        """Between two turns, with no message in hand: nothing that is sent waits for it."""
        result = self._result
        if result is None:
            return
        try:
            self.note(result)
            self._result = None
        except AWAY as error:
            log.info("%s: not noted yet: %s", self.account, said(error))
        except Exception:  # what was sent is sent, and the next message is not to wait for this
            log.exception("%s: what came of it cannot be noted", self.account)
            self._result = None
        finally:
            db.session.rollback()
