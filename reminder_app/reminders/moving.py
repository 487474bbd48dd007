"""A person moves to another time zone: what they mean by 8:00 moves along where it is floating."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from reminder_app import recurrence
from reminder_app.accounts.profile import Move, Moves
from reminder_app.database import now, transaction
from reminder_app.errors import refuse
from reminder_app.recurrence.following import in_zone
from reminder_app.recurrence.schedule import Schedule
from reminder_app.recurrence.wall_time import to_instant, to_wall, zone_named
from reminder_app.reminders import repository, timing
from reminder_app.reminders.models import Occurrence, Reminder
from reminder_app.reminders.service import put_schedule
from reminder_app.translations import gettext as _

SHOWN = 5
FARTHEST = timedelta(hours=27)  # between two zones on earth, and a little more


@transaction
def person_moved(user_id: uuid.UUID, zone: str) -> int:
    """Floating reminders of this person follow to `zone`; returns how many.

    What was said at 8:00 is not said again at 8:00 of the same day somewhere else, and what had its
    8:00 skipped by the move is told at once. Raises Invalid naming time_zone.
    """
    if zone_named(zone) is None:
        refuse("time_zone", _("This time zone is not known. Use a name such as Europe/Berlin."))
    found = [one for one in repository.floating_of(user_id) if one.time_zone != zone]
    for reminder in found:
        move(reminder, zone, now())
    return len(found)


def foretell(user_id: uuid.UUID, zone: str) -> Moves:
    """What person_moved() would do, for whoever thinks of moving."""
    found = [one for one in repository.floating_shown(user_id) if one.time_zone != zone]
    some = [moved_next(one, zone, now()) for one in found[:SHOWN]]
    return Moves(some, len(found), repository.count_staying(user_id, zone))


def moved_next(reminder: Reminder, zone: str, at: datetime) -> Move:
    due = reminder.next_at
    assert due is not None  # noqa: S101 - it is asked for
    after = same_wall(due, reminder.schedule, in_zone(reminder.schedule, zone))
    return Move(reminder.title, due, after if after > at else None)


def move(reminder: Reminder, zone: str, at: datetime) -> None:
    old, new = reminder.schedule, in_zone(reminder.schedule, zone)
    cursor = timing.cursor_of(reminder, at)
    put_schedule(reminder, new)
    if reminder.plan_at is None:  # paused, or everything is said: what is open stays where it is
        return
    move_occurrences(reminder, old, new, at)
    timing.set_out(reminder, min(cursor, same_wall(cursor, old, new)))


def move_occurrences(reminder: Reminder, old: Schedule, new: Schedule, at: datetime) -> None:
    """They keep their id, and with it the keys of their messages: nothing goes out twice."""
    moves = list(moved(repository.known([reminder.id], at - FARTHEST), old, new, at))
    is_later = any(to > one.due_at for one, to in moves)
    # From the far end, so that none lands on one that is about to leave.
    for one, to in sorted(moves, key=lambda move: move[0].due_at, reverse=is_later):
        if repository.occurrence(reminder.id, to) is None:
            one.due_at = to
            repository.add(one)


def moved(
    rows: Iterable[Occurrence], old: Schedule, new: Schedule, at: datetime
) -> Iterator[tuple[Occurrence, datetime]]:
    for one in rows:
        asked = next(recurrence.occurrences(old, one.due_at), None)
        if asked is None or asked.at != one.due_at:
            continue  # of an earlier schedule
        place = zone_named(new.zone)
        assert place is not None  # noqa: S101 - checked by whoever moves
        to = to_instant(asked.wall, place)
        if max(to, one.due_at) > at:
            yield one, to


def same_wall(instant: datetime, old: Schedule, new: Schedule) -> datetime:
    here, there = zone_named(old.zone), zone_named(new.zone)
    assert here is not None  # noqa: S101 - both are stored
    assert there is not None  # noqa: S101
    return to_instant(to_wall(instant, here), there)
