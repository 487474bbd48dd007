"""A worker's hold on rows: a lease to work on them, a fence that tells it from who had them before."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from reminder_app.database import database_now, db, now, transaction
from reminder_app.delivery import account_repository, crash
from reminder_app.delivery import claim_repository as repository
from reminder_app.delivery.account_names import EMAIL
from reminder_app.delivery.letters import BACK, Letter, Outcome
from reminder_app.delivery.limits import Found, Limit, Limits, Wait
from reminder_app.delivery.outcomes import NO_ANSWER, record_all
from reminder_app.delivery.states import HANDING_OVER
from reminder_app.recurrence import quiet
from reminder_app.recurrence.quiet import Quiet
from reminder_app.translations import N_

LEASE = timedelta(seconds=10)
COPIED = [field.name for field in fields(Letter) if field.name not in ("fence", "payload")]
LOOKED_AT = 200  # at least, where most of them may have to wait
TOO_LATE = N_("It could not go out before its time was over.")
QUIET = N_("Quiet hours had begun before it could go out.")
# Who knows when people want no message: (addresses) -> their hours as they are now. It lies above.
hours: list[Callable[[Collection[str]], Mapping[str, Quiet]]] = []


def next_due(within: timedelta, account: str = EMAIL) -> tuple[datetime, datetime | None]:
    """The database's time, and when the next message may go, if that is soon."""
    try:
        at = database_now()
        return at, repository.next_due(account, at, at + within)
    finally:
        db.session.rollback()  # no connection is held while the caller waits


def next_accounts(within: timedelta, limit: int) -> tuple[datetime, list[tuple[str, datetime]]]:
    """The database's time, and the accounts other than the site's mail that have something due or
    soon due, longest waiting first."""
    try:
        at = database_now()
        return at, account_repository.waiting(at, at + within, limit)
    finally:
        db.session.rollback()  # no connection is held while the caller waits


@transaction
def claim(
    worker: str, domain: str, limit: int, limits: Limits | None = None, account: str = EMAIL
) -> tuple[datetime, list[Letter]]:
    """Take what is due, oldest first, to be handed over at once; what is past its deadline ends here,
    and what `limits` do not let go yet gets a later turn.

    The rows say handing_over from now on. Which of them were, the journal of `worker` knows.
    """
    at = database_now()
    due = repository.lock_due(account, at, max(limit, LOOKED_AT) if limits else limit)
    late = [row for row in due if row.deadline_at and row.deadline_at <= at]
    if late:
        repository.miss([row.id for row in late], TOO_LATE, at)
    ours = [row for row in due if row not in late]
    if asleep := whose_reader_sleeps(ours, at):
        repository.hold(asleep, QUIET)
        ours = [row for row in ours if row.id not in asleep]
    if limits and ours:
        ours, waits = limits.sort(ours, limit)
        repository.put_off(waits, at)
    repository.take([row.id for row in ours], worker, at, at + LEASE, domain)
    crash.point("claim.update")
    return at, [letter_of(row, row.fence + 1, domain) for row in ours]


def whose_reader_sleeps(rows: Sequence[Any], at: datetime) -> dict[uuid.UUID, datetime]:
    """By their ids, until when. Quiet hours are planned around; a message that was held up may still
    meet them, or others that were set since. One query, where some are to people who may have any."""
    watched = [row for row in rows if row.payload and row.payload.get("quiet")]
    addresses = {row.address for row in watched}
    theirs = dict(chain.from_iterable(known(addresses).items() for known in hours if watched))
    found = {}
    for row in watched:
        its = theirs.get(row.address)
        if its and not its.is_pierced_by(row.payload.get("priority", "")):
            found[row.id] = quiet.may_go(its, at)
    return {id: until for id, until in found.items() if until > at}


@transaction
def pull_forward(limit: Limit, turns: Sequence[float], account: str = EMAIL) -> Found:
    """Those put off for `limit` get these turns, in seconds from now."""
    at = database_now()
    ids = repository.put_off_for(account, limit, len(turns), at)
    is_all = not repository.is_long_line(account, at)
    for first in range(0, len(ids), LOOKED_AT):
        rows = repository.lock_put_off(ids[first : first + LOOKED_AT], limit, at)
        repository.put_off(
            [
                Wait(row.id, timedelta(seconds=turn), limit.reason, row.deadline_at)
                for row, turn in zip(rows, turns[first:], strict=False)
            ],
            at,
        )
    return Found(len(ids), is_all=is_all)


def letter_of(row: Any, fence: int, domain: str) -> Letter:
    copied = {name: getattr(row, name) for name in COPIED}
    copied["message_id"] = row.message_id or f"<{row.id}@{domain}>"
    return Letter(**copied, fence=fence, payload=row.payload or {})


def uncounted(row: Any) -> Letter:
    """As it was before its try was written down as a doubt, if it was."""
    letter = letter_of(row, row.fence, "")
    if row.state == HANDING_OVER:
        return letter
    return replace(letter, attempts=row.attempts - 1, tries=row.tries - 1)


@transaction
def keep(letter: Letter, at: datetime) -> bool:
    """When getting to a message took long: is it still ours, and wanted? Then for another lease."""
    is_ours = repository.keep(letter, at + LEASE)
    if is_ours:  # somebody may have taken us for dead meanwhile
        repository.forget_attempt(letter.id, letter.attempts + 1)
    return is_ours


@transaction
def settle(outcomes: Sequence[Outcome], worker: str) -> None:
    """Write down how they ended; those that were not handed over go back in line."""
    record_all(outcomes, worker, now())
    crash.point("settle.update")


@transaction
def give_back(worker: str) -> None:
    """What the database says `worker` has, who knows of none: the answer to a claim was lost."""
    at = database_now()
    held = repository.held_by(worker)
    # A doubt in its own words was handed over, and never goes back. One in those of others, who took
    # it for dead while the database was away, was not: it knows of none.
    rows = [row for row in held if row.state == HANDING_OVER or row.reason == NO_ANSWER]
    letters = [uncounted(row) for row in rows]
    record_all(
        [Outcome(letter=one, kind=BACK, at=at, started_at=at) for one in letters], worker, at
    )
