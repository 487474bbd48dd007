"""Telling thousands early is a worker's: its messages and the end of its row are one transaction, so it
happens once, however often it is pressed, asked for or begun."""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from reminder_app.accounts.site import Site
from reminder_app.database import database_now, transaction
from reminder_app.database.retry import PASSING
from reminder_app.delivery import service as delivery
from reminder_app.delivery.endpoints.orders import ways_of
from reminder_app.delivery.states import FINAL
from reminder_app.reminders import planning_repository as planner
from reminder_app.reminders import repository as reminders
from reminder_app.reminders import telling_repository as repository
from reminder_app.reminders.client_ways import ways_of_clients
from reminder_app.reminders.lateness import deadline
from reminder_app.reminders.models import Occurrence, Reminder
from reminder_app.reminders.notice_mail import letters
from reminder_app.reminders.notice_ways import Saying
from reminder_app.reminders.notices import Notice
from reminder_app.reminders.sending_as import voiced, voices_of
from reminder_app.reminders.telling_models import Telling

log = logging.getLogger(__name__)
DUE = "due"  # the last part of the key, as the planner has it
TRIES, AGAIN_AFTER = 5, timedelta(minutes=1)


@dataclass(frozen=True)
class Progress:
    planned: int = 0
    gone: int = 0
    is_being_written: bool = False
    given_up_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return not self.is_being_written and self.gone == self.planned


def tell(reminder: Reminder, one: Occurrence, site: Site, at: datetime) -> int:
    """Into the ledger, in the caller's transaction; returns how many were new."""
    limit = deadline(reminder.schedule, Notice(max(at, one.due_at), one.due_at, 0))
    saying = Saying(one.id, one.due_at, at, DUE, deadline_at=limit)
    users = {each.user_id for each in reminder.recipients if each.user_id}
    members = set(planner.memberships(users))
    voice = voices_of([reminder]).of(reminder.workspace_id, reminder.sender_identity_id)
    ways = {**ways_of(users), **ways_of_clients([reminder])}
    found = letters(reminder, saying, members, site, at, ways)
    return delivery.plan([voiced(message, voice) for message in found])


def ask(reminder_id: uuid.UUID, occurrence_id: uuid.UUID, at: datetime) -> None:
    repository.forget(occurrence_id)  # what was given up
    row = Telling(reminder_id=reminder_id, occurrence_id=occurrence_id, asked_at=at, next_at=at)
    repository.add(row)


def tell_next(site: Site) -> bool:
    """True: there may be more."""
    telling_id = transaction(lambda: repository.next_id(database_now(), TRIES))()
    if telling_id is None:
        return False
    try:
        return tell_one(telling_id, site)
    except PASSING:
        raise
    except Exception:
        log.exception("telling %s could not be written", telling_id)
        set_aside(telling_id)
    return True


@transaction
def tell_one(telling_id: uuid.UUID, site: Site) -> bool:
    """False: another worker has it, or had it."""
    row = repository.lock(telling_id)
    if row is None:
        return False
    held, one = hold(row)
    if held is not None and held.is_active and one.is_open:
        reminder = planner.with_all_that_is_said(row.reminder_id)
        told = tell(reminder, one, site, row.asked_at)
        log.info("told %d of reminder %s early", told, reminder.id)
    repository.remove(row)
    return True


@transaction
def set_aside(telling_id: uuid.UUID) -> None:
    """For a while; after the last try nobody counts as told, and the page says so."""
    row = repository.lock(telling_id)
    if row is None:
        return
    pause = AGAIN_AFTER
    if row.tries + 1 >= TRIES:
        log.error("telling %s is given up: reminder %s", row.id, row.reminder_id)
        _, one = hold(row)
        one.told_at = one.told_by = None
        pause = timedelta(0)
    repository.put_off(telling_id, database_now() + pause)


def hold(row: Telling) -> tuple[Reminder | None, Occurrence]:
    """In the order of everybody: the reminder, so that no planner has it meanwhile, then its time."""
    held = reminders.lock(repository.workspace_of(row), row.reminder_id)
    return held, repository.occurrence(row)


def is_going_on(occurrence_id: uuid.UUID) -> bool:
    return is_to_be_tried(repository.of(occurrence_id))


def is_to_be_tried(row: Telling | None) -> bool:
    return row is not None and row.tries < TRIES


def progress(reminder: Reminder) -> Progress | None:
    """Of what was sent early to many, until all of it has gone; None: nothing is on its way."""
    if not reminder.is_for_many:
        return None
    one = next((row for row in reminder.open_occurrences if row.due_at == reminder.due_at), None)
    if one is None:
        return None
    row = repository.of(one.id)
    if one.told_at is None:
        return Progress(given_up_at=row.next_at) if row else None
    states = repository.by_state(one.id, f":{DUE}")
    gone = sum(many for state, many in states.items() if state in FINAL)
    found = Progress(sum(states.values()), gone, is_being_written=is_to_be_tried(row))
    return None if found.is_over else found
