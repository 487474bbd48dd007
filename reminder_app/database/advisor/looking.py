"""Looks for missing indexes by itself, among the queries that take most of the time, and follows up
what became of the advice: that an index is there is one thing, that it paid off another."""

import logging
import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from reminder_app.database import clock
from reminder_app.database.advisor import reading
from reminder_app.database.advisor.candidates import Candidate, serves
from reminder_app.database.advisor.catalogue import Catalogue
from reminder_app.database.advisor.models import APPLIED, DISMISSED, OPEN, IndexAdvice
from reminder_app.database.advisor.questions import Advice, Question, release
from reminder_app.database.advisor.refusal import Refused
from reminder_app.database.engine import changed, db
from reminder_app.database.monitor import reading as monitor
from reminder_app.database.transaction import transaction

log = logging.getLogger(__name__)
DAY = timedelta(days=1)
# Of so many queries that take most time, those that are more than now and then.
MOST_QUERIES, FEWEST_CALLS, SHORTEST = 20, 20, 0.001
# Before and after are compared over so long, and not before there are so many calls.
LOOK_BACK, ENOUGH = 7 * DAY, 100
BETTER, WORSE = 0.8, 1.1  # of the time before
KEPT = 90 * DAY


def look(limit: int = MOST_QUERIES) -> int:
    """Once a day. Gives how many pieces of advice there are."""
    since = clock.now() - DAY
    ids = [
        query.id
        for query in monitor.top(since, limit)
        if query.sums.many >= FEWEST_CALLS and query.sums.p95 >= SHORTEST
    ]
    release()
    found = [(id, advice) for id in ids if (advice := advised(id))]
    for id, advice in found:
        keep(id, advice)
    follow_up()
    return len(found)


def advised(fingerprint: uuid.UUID) -> Advice | None:
    try:
        return Question(fingerprint=fingerprint).optimised().advice
    except Refused as refused:
        log.debug("query %s: %s", fingerprint.hex, refused.reason)
        return None
    finally:
        release()


@transaction
def keep(fingerprint: uuid.UUID, advice: Advice) -> None:
    candidate, now = advice.candidate, clock.now()
    columns = ",".join(candidate.columns)
    known = db.session.scalar(
        select(IndexAdvice).filter_by(table_name=candidate.table, columns=columns)
    )
    if known is None:
        known = IndexAdvice(
            table_name=candidate.table, columns=columns, found_at=now, fingerprint_id=fingerprint
        )
        db.session.add(known)
    elif known.state == APPLIED:  # it was dropped again
        known.state, known.applied_at, known.paid_off = OPEN, None, None
    known.seen_at, known.why, known.share = now, advice.why, advice.proof.share
    known.proof, known.replaces = advice.proof.in_words[:300], ",".join(advice.replaces)[:260]


@transaction
def follow_up() -> None:
    """Notes which indexes have come, judges those that are there long enough, forgets the oldest."""
    catalogue, now = reading.catalogue(), clock.now()
    rows = db.session.scalars(select(IndexAdvice).where(IndexAdvice.state != DISMISSED)).all()
    for advice in rows:
        if advice.state == OPEN and is_there(advice, catalogue):
            note_applied(advice, now)
        if advice.state == APPLIED and advice.paid_off is None:
            judge(advice, now)
    changed(delete(IndexAdvice).where(IndexAdvice.seen_at < now - KEPT))


def is_there(advice: IndexAdvice, catalogue: Catalogue) -> bool:
    table = catalogue.get(advice.table_name)
    wanted = Candidate(advice.table_name, advice.named, 0, "")
    return table is not None and any(serves(index, wanted, table) for index in table.indexes)


def note_applied(advice: IndexAdvice, now: datetime) -> None:
    before = monitor.of_one(advice.fingerprint_id, now - LOOK_BACK, now)
    advice.state, advice.applied_at, advice.seen_at = APPLIED, now, now
    advice.many_before, advice.p95_before = before.many, before.p95
    advice.seconds_before, advice.rows_before = before.seconds, before.rows


def judge(advice: IndexAdvice, now: datetime) -> None:
    """The first hour is left out: it may still have been built, or was noticed late."""
    since = max((advice.applied_at or now) + timedelta(hours=1), now - LOOK_BACK)
    if since >= now:
        return
    after = monitor.of_one(advice.fingerprint_id, since)
    advice.many_after, advice.p95_after = after.many, after.p95
    advice.seconds_after, advice.rows_after = after.seconds, after.rows
    if min(after.many, advice.many_before or 0) >= ENOUGH and advice.seconds_before:
        before = advice.seconds_before / (advice.many_before or 1)
        changes = (after.p95 / (advice.p95_before or after.p95 or 1), after.mean / before)
        # The slowest and the usual call: one has to gain, and the other must not lose.
        advice.paid_off = min(changes) <= BETTER and max(changes) <= WORSE
