"""What is due in the next seconds, into the ledger: one transaction a batch, by the database's clock.

Any number of planners may run: a row that one of them holds is passed by, and every message has a key
that exists once. Looking AHEAD lets a message wait for its second, instead of the second for the message.
"""

import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from reminder_app.accounts.site import Site
from reminder_app.database import database_now, transaction
from reminder_app.database.retry import PASSING
from reminder_app.delivery import service as delivery
from reminder_app.delivery.endpoints.orders import Ways, ways_of
from reminder_app.delivery.letters import Planned
from reminder_app.reminders import courses, escalation_mail, gathering, timing, turns
from reminder_app.reminders import planning_repository as repository
from reminder_app.reminders.client_ways import ways_of_clients
from reminder_app.reminders.courses import Step, Steps
from reminder_app.reminders.crowd import Crowd, Look
from reminder_app.reminders.notice_mail import Members, letters
from reminder_app.reminders.pace import Pace
from reminder_app.reminders.reviving import PAUSED, revive
from reminder_app.reminders.sending_as import voiced, voices_of
from reminder_app.reminders.turns import Row, Turn

log = logging.getLogger(__name__)
AHEAD = timedelta(seconds=3)
BATCH = 500
SECONDS = 1.0
SET_ASIDE = timedelta(hours=1)
Rows = dict[uuid.UUID, list[Row]]
Known = tuple[Members, Mapping[uuid.UUID, Ways]]
crowd, pace = Crowd(), Pace(BATCH)  # of this process


def plan_due(site: Site, seconds: float = SECONDS) -> int:
    """Plan until nothing is due or `seconds` are over; returns how many reminders had their turn."""
    ends = time.monotonic() + seconds
    planned = plan_some(site)
    while crowd.is_there and time.monotonic() < ends:
        planned += plan_some(site)
    gathering.gather()
    return planned


def plan_some(site: Site) -> int:
    """One batch, in order of time; has_more() tells whether there may be more."""
    plan_others(site)
    claimed: list[uuid.UUID] = []
    began = time.monotonic()
    try:
        planned = plan_batch(site, claimed)
        pace.took(planned, time.monotonic() - began)
        return planned
    except PASSING:
        raise
    except Exception:
        if not claimed:
            raise
        log.exception("%d reminders could not be planned together", len(claimed))
        plan_apart(site, claimed)
        return len(claimed)


def has_more() -> bool:
    return crowd.is_there


def has_others() -> bool:
    return crowd.has_others(time.monotonic())


def plan_others(site: Site) -> None:
    """The few reminders of others do not wait behind a crowd of one workspace's."""
    began = time.monotonic()
    if look := crowd.look(began):
        ids, until = due_of_others(look)
        crowd.looked(look, began, time.monotonic(), until, len(ids))
        if ids:
            plan_apart(site, ids)


@transaction
def due_of_others(look: Look) -> tuple[Sequence[uuid.UUID], datetime | None]:
    """And until when these are all; None: there may be more."""
    until, most = database_now() + AHEAD, BATCH // 2
    ids = repository.due_of_others(look.since, until, most, look.past)
    return ids, until if len(ids) < most else None


def plan_apart(site: Site, ids: Sequence[uuid.UUID]) -> None:
    """Halves of halves, until what cannot be planned stands alone and is set aside."""
    try:
        plan_batch(site, [], ids)
    except PASSING:
        raise
    except Exception as error:
        if len(ids) == 1:
            set_aside(ids[0], error)
            return
        middle = len(ids) // 2
        plan_apart(site, ids[:middle])
        plan_apart(site, ids[middle:])


@transaction
def set_aside(reminder_id: uuid.UUID, error: Exception) -> None:
    log.error("reminder %s is set aside: %r", reminder_id, error)
    trouble = f"{type(error).__name__}: {error}"[:255]
    repository.set_aside(reminder_id, trouble, until=database_now() + SET_ASIDE)


@transaction
def plan_batch(
    site: Site, claimed: list[uuid.UUID], only: Collection[uuid.UUID] | None = None
) -> int:
    """As many statements for hundreds of reminders as for one. `claimed` tells the caller which, also on an error."""
    at, most = database_now(), min(BATCH, pace.size) if has_others() else BATCH
    until = at + AHEAD
    found = repository.claim(until, BATCH if only else most, only)
    claimed[:] = [reminder.id for reminder in found]
    if only is None:
        crowd.saw((one.workspace_id for one in found), is_full=len(found) == most)
    if not found:
        return 0
    rested = [reminder for reminder in found if not reminder.is_active]
    timing.start_anew({one: one.plan_at for one in rested if one.plan_at})
    taken = [turns.take(reminder, at, until) for reminder in found]
    repository.let_go_on([one.id for one in rested])
    rows = write_down(taken)
    if rested:
        revive(PAUSED, reminder_ids=[one.id for one in rested])
    steps = steps_of(taken, rows)
    delivery.plan(list(messages(site, taken, rows, steps)))
    new = {occurrence_id: step.course for occurrence_id, step in steps.items()}
    repository.follow(new)
    repository.move_on(
        {one.reminder.id: turns.next_times(one, rows[one.reminder.id], new) for one in taken}
    )
    return len(found)


def write_down(taken: Sequence[Turn]) -> Rows:
    """The occurrences of these turns, by reminder, those overtaken by a later one as missed."""
    repository.insert_occurrences([new for turn in taken for new in turns.new_occurrences(turn)])
    ids = [turn.reminder.id for turn in taken]
    rows: Rows = defaultdict(list)
    for row in repository.known_rows(ids, min(turns.earliest(turn) for turn in taken)):
        rows[row.reminder_id].append(row)
    repository.miss(
        [
            row.id
            for turn in taken
            for row in rows[turn.reminder.id]
            if turns.is_overtaken(turn, row)
        ]
    )
    return rows


def steps_of(taken: Sequence[Turn], rows: Rows) -> dict[uuid.UUID, Step]:
    return {
        occurrence_id: step
        for turn in taken
        for occurrence_id, step in courses.steps(turn, rows[turn.reminder.id]).items()
    }


def messages(site: Site, taken: Sequence[Turn], rows: Rows, steps: Steps) -> Iterator[Planned]:
    members, voices = members_among(taken), voices_of(turn.reminder for turn in taken)
    ways = ways_among(taken)
    for turn in taken:
        voice = voices.of(turn.reminder.workspace_id, turn.reminder.sender_identity_id)
        for message in letters_of(site, turn, rows[turn.reminder.id], steps, (members, ways)):
            yield voiced(message, voice)


def letters_of(
    site: Site, turn: Turn, rows: Sequence[Row], steps: Steps, known: Known
) -> Iterator[Planned]:
    members, ways = known
    sayings = (*turns.sayings(turn, rows), *courses.nags(turn, rows, steps))
    for saying in sayings:
        yield from letters(turn.reminder, saying, members, site, turn.at, ways)
    for saying in courses.escalations(turn, rows, steps):
        yield from escalation_mail.letters(turn.reminder, saying, members, site, turn.at, ways)


def members_among(taken: Iterable[Turn]) -> Members:
    return set(repository.memberships(users_among(taken)))


def ways_among(taken: Sequence[Turn]) -> Mapping[uuid.UUID, Ways]:
    """Of people and of clients."""
    return {**ways_of(users_among(taken)), **ways_of_clients(one.reminder for one in taken)}


def users_among(taken: Iterable[Turn]) -> set[uuid.UUID]:
    """Also those who are told when nobody answers."""
    users = {one.user_id for turn in taken for one in turn.reminder.recipients}
    users |= {turn.reminder.escalate_user_id for turn in taken}
    return {one for one in users if one}
