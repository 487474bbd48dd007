"""What is to be sent: planned through the product, in waves, some of it called off in the middle."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from reminder_app.database import db, new_id, now
from reminder_app.database.retry import CommitOutcomeUnknown
from reminder_app.delivery import service as delivery
from reminder_app.delivery.letters import Planned
from tests.faults.product import copy, one_to_copy

T = TypeVar("T")
MARKETING, NOTICE, REMINDER, LATER = "marketing", "notice", "reminder", "later"
# Of a wave; the rest is marketing.
NOTICES, REMINDERS, CALLED_OFF = 0.3, 0.15, 0.15
# Further away than any clock here is set wrong, but for the one that forgets its time zone.
NOT_TODAY = timedelta(hours=3)
PASSING = (SQLAlchemyError, CommitOutcomeUnknown)
PATIENCE_SECONDS, TRY_EVERY = 60, 0.2
WORDS = {
    "subject": "Join the allotment",
    "workspace": "Allotment",
    "inviter": "Alice",
    "kind": "club",
    "role": "member",
    "meaning": "Sees what is to be done.",
    "link": "https://example.net/join",
}


@dataclass
class CalledOff:
    keys: set[str]
    answered_at: float


@dataclass
class Traffic:
    """`planned`: what must be accounted for, by its key; of reminders, the ids."""

    app: Flask
    random: random.Random
    planned: dict[str, str] = field(default_factory=dict)
    reminders: set[uuid.UUID] = field(default_factory=set)
    called_off: list[CalledOff] = field(default_factory=list)
    waves: int = 0
    _first: uuid.UUID | None = None
    _cancelling: list[threading.Thread] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.planned) + len(self.reminders)

    def plan_later(self, count: int) -> None:
        due_at = now() + NOT_TODAY
        self.plan([message(LATER, f"later:{n}", due_at=due_at) for n in range(count)])

    def wave(self, count: int) -> None:
        """So many messages, due now; a part is called off while the others go out."""
        self.waves += 1
        of_reminders = int(count * REMINDERS)
        self._remind(of_reminders)
        notices = int(count * NOTICES)
        called_off = int(count * CALLED_OFF)
        source = new_id()
        messages = [
            message(
                NOTICE if n < notices else MARKETING,
                f"{self.waves}:{n}",
                source_id=source if n >= count - of_reminders - called_off else new_id(),
            )
            for n in range(count - of_reminders)
        ]
        self.random.shuffle(messages)
        self.plan(messages)
        ours = [one.key for one in messages if one.source_id == source]
        if ours:
            self._call_off_in(self.random.uniform(0, 1.5), source, set(ours))

    def plan(self, messages: list[Planned]) -> None:
        """As a planner does that cannot know whether it was heard: once more, with the same keys."""
        self._try(lambda: delivery.plan(messages))
        self.planned |= {one.key: one.source_kind for one in messages}

    def _remind(self, count: int) -> None:
        if not count:
            return
        if self._first is None:
            self._first = self._try(lambda: one_to_copy().id)
        first, ids, due_at = self._first, [new_id() for _ in range(count)], now()
        self._try(lambda: copy(first, ids, due_at.replace(microsecond=0)))
        self.reminders |= set(ids)

    def _call_off_in(self, seconds: float, source: uuid.UUID, keys: set[str]) -> None:
        def call_off() -> None:
            time.sleep(seconds)
            self.call_off(source, keys)

        thread = threading.Thread(target=call_off, daemon=True)
        self._cancelling.append(thread)
        thread.start()

    def call_off(self, source: uuid.UUID, keys: set[str]) -> None:
        self._try(
            lambda: delivery.cancel(
                source_kind=MARKETING, source_id=source, reason="The campaign was stopped."
            )
        )
        self.called_off.append(CalledOff(keys, time.time()))

    def finish(self) -> None:
        for thread in self._cancelling:
            thread.join(PATIENCE_SECONDS)

    def _try(self, ask: Callable[[], T]) -> T:
        """Until the database hears it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with self.app.app_context():
                    return ask()
            except PASSING:
                if time.monotonic() > deadline:
                    raise
                time.sleep(TRY_EVERY)

    def dispose(self) -> None:
        with self.app.app_context():
            db.engine.dispose()


def message(kind: str, key: str, **fields: object) -> Planned:
    return Planned(
        **{
            "key": f"{kind}:{key}",
            "source_kind": kind,
            "source_id": None,
            "address": f"{kind}.{key.replace(':', '.')}@example.org",
            "template": "invitation",
            "payload": WORDS,
            "sent_again": kind == NOTICE,
            **fields,
        }
    )
