"""Ten mistakes that engines like this one are known for, put into the product to see that the drill finds them.

They live here and not in the product, and refuse to come to life outside APP_ENV=chaos.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import UniqueConstraint, text, update
from sqlalchemy.exc import DBAPIError

from reminder_app.database import changed, database_now, db, transaction
from reminder_app.database.retry import retrying
from reminder_app.delivery import batch, claim_repository, claims, recovery, states
from reminder_app.delivery.channels import email
from reminder_app.delivery.letters import SENT
from reminder_app.delivery.models import Delivery

OURS = "reminder_app"
QUICK_LEASE, QUICK_UNHEARD_OF = timedelta(seconds=4), timedelta(seconds=1)


def load(app: Flask, name: str, is_hurried: bool) -> None:
    """Raises RuntimeError anywhere but in a drill, KeyError for a bug there is not."""
    if not app.config["SETTINGS"].is_chaos:
        raise RuntimeError("Bugs are for drills: they load under APP_ENV=chaos alone.")
    if is_hurried:  # nobody waits forty seconds to see what comes of a lease
        claims.LEASE = QUICK_LEASE
        recovery.UNHEARD_OF = recovery.HANGS = QUICK_UNHEARD_OF
    if name:
        with app.app_context():
            BUGS[name]()


def no_unique_key() -> None:
    (key,) = [
        one.name
        for one in Delivery.__table__.constraints
        if isinstance(one, UniqueConstraint) and "key" in one.columns
    ]
    with suppress(DBAPIError), db.engine.begin() as connection:  # the first worker has done it
        connection.execute(text(f"ALTER TABLE deliveries DROP INDEX {key}"))


def no_fence() -> None:
    def change_if(delivery_id: Any, fence: int, *conditions: Any, **values: Any) -> bool:
        return changed(update(Delivery).where(Delivery.id == delivery_id).values(values)) == 1

    claim_repository.change_if = change_if


def doubt_retried() -> None:
    def send_doubts_again(doubtful_since: datetime, at: datetime, most_tries: int) -> int:
        again = update(Delivery).where(Delivery.state == states.UNKNOWN)
        again = again.where(Delivery.lease_until <= doubtful_since)
        return changed(again.values(state=states.PENDING, not_before=at, lease_until=None))

    claim_repository.send_doubts_again = send_doubts_again


def marked_before_sent() -> None:
    take = claim_repository.take

    def take_as_sent(ids: Any, worker: str, at: datetime, *others: Any) -> None:
        take(ids, worker, at, *others)
        if ids:
            rows = update(Delivery).where(Delivery.id.in_(ids))
            changed(rows.values(state=states.SENT, sent_at=at))

    claim_repository.take = take_as_sent


def checkpoint_at_fetch() -> None:
    make = batch.Batch.__init__

    def make_and_mark(self: Any, letters: Any, *others: Any, **named: Any) -> None:
        make(self, letters, *others, **named)
        at = datetime.now(UTC)
        for letter in letters:
            self.journal.begin(letter.id, letter.fence, b"\0" * 32, at)
            ending = {"kind": SENT, "reason": "", "answer": "", "at": at.isoformat()}
            self.journal.end(letter.id, letter.fence, ending)

    batch.Batch.__init__ = make_and_mark  # type: ignore[method-assign]


def no_consent_check() -> None:
    batch.HOLD_SECONDS = 60.0
    batch.Batch._is_still_ours = lambda self, letter: True  # type: ignore[method-assign]


def naive_local_time() -> None:
    replace(database_now, lambda: datetime.now().replace(tzinfo=UTC))  # noqa: DTZ005 - the bug


def short_timeout_after_the_dot() -> None:
    email.DOT_SECONDS = 1


def deadlock_swallowed() -> None:
    settle = claims.settle

    def settle_or_not(*outcomes: Any) -> None:
        with suppress(DBAPIError):
            settle(*outcomes)

    claims.settle = settle_or_not
    module = sys.modules[transaction.__module__]
    once = lambda *given: retrying(*given).copy(stop=lambda state: True)  # noqa: E731 - the bug
    module.retrying = once  # type: ignore[attr-defined]


def lease_not_renewed() -> None:
    claims.keep = lambda letter, at: True


BUGS: dict[str, Callable[[], None]] = {
    "no unique key": no_unique_key,
    "no fence": no_fence,
    "doubt retried": doubt_retried,
    "marked before sent": marked_before_sent,
    "checkpoint at fetch": checkpoint_at_fetch,
    "no consent check": no_consent_check,
    "naive local time": naive_local_time,
    "short time-out after the dot": short_timeout_after_the_dot,
    "deadlock swallowed": deadlock_swallowed,
    "lease not renewed": lease_not_renewed,
}


def replace(original: object, by: object) -> None:
    """In every module that has it by name."""
    for name, module in list(sys.modules.items()):
        if name.startswith(OURS):
            for word, value in list(vars(module).items()):
                if value is original:
                    setattr(module, word, by)
