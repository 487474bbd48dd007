"""Changing a reminder: all of it, one occurrence, or one and all that follow."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from reminder_app import recurrence
from reminder_app.database import now, transaction
from reminder_app.delivery import service as delivery
from reminder_app.delivery.models import REMINDER
from reminder_app.delivery.senders.identities import check_chosen
from reminder_app.errors import Conflict, refuse
from reminder_app.recurrence import following
from reminder_app.recurrence.schedule import Schedule
from reminder_app.reminders import (
    acting,
    attaching,
    draft,
    escalation,
    follow_ups,
    nagging,
    repository,
    timing,
)
from reminder_app.reminders.courses import ways_of
from reminder_app.reminders.models import SKIPPED, Occurrence, Reminder
from reminder_app.reminders.notice_ways import later
from reminder_app.reminders.recipients import as_chosen, call_off, choose, put
from reminder_app.reminders.service import (
    check_comes,
    check_text,
    get_reminder,
    make,
    put_labels,
    put_schedule,
    there,
)
from reminder_app.translations import N_, lazy_gettext
from reminder_app.translations import gettext as _

SCOPES = ("all", "this", "following")
WORDS = (
    *("title", "notes", "advance_notices", "priority", "zone_mode"),
    *("kind", "amount", "currency", "link", "reference", "text_id"),
    "sender_identity_id",
)
FOLLOWS = ("nag", *escalation.NONE)
CHANGED = N_("The reminder was moved to another time.")
OUTDATED = lazy_gettext(
    "Somebody changed this reminder since you opened it: load it again, then change it."
)
FOR_MANY = lazy_gettext(
    "This reminder is for many: add people, or remove some, on its list of recipients."
)
Changes = Mapping[str, Any]


@transaction
def update_reminder(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    reminder_id: uuid.UUID,
    changes: Changes,
    *,
    version: int | None = None,
    scope: str = "all",
    occurrence_at: datetime | None = None,
) -> Reminder:
    """`changes`: any of create_reminder's fields; the others stay. Gives the reminder that carries them.

    `version`: the one that was looked at. Raises NotFound, Invalid, Conflict when it is outdated.
    """
    reminder = there(repository.lock(workspace_id, reminder_id))
    if version is not None and version != reminder.version:
        raise Conflict(OUTDATED, version=OUTDATED)
    edit = EDITS[draft.one_of("scope", scope, SCOPES)]
    if reminder.rule is None:
        edit = change_all
    changed = edit(reminder, actor_id, changes, occurrence_at)
    return get_reminder(workspace_id, changed.id)


def change_all(
    reminder: Reminder, actor_id: uuid.UUID, changes: Changes, _occurrence_at: datetime | None
) -> Reminder:
    change_schedule(reminder, changed_schedule(reminder.schedule, changes))
    change_rest(reminder, actor_id, changes)
    return reminder


def change_this(
    reminder: Reminder, actor_id: uuid.UUID, changes: Changes, occurrence_at: datetime | None
) -> Reminder:
    """It leaves the series, and a reminder of its own takes its place."""
    at = occurrence_of(reminder, occurrence_at)
    one_off = Schedule(wall_of(reminder, at), reminder.time_zone)
    if changes.get("rule"):
        refuse("rule", _("One occurrence does not repeat: change this and all following."))
    copy = copied(reminder, actor_id, changed_schedule(one_off, changes), changes)
    copy.series_id = reminder.id
    acting.settle(reminder.workspace_id, actor_id, reminder.id, at, SKIPPED)
    return copy


def change_following(
    reminder: Reminder, actor_id: uuid.UUID, changes: Changes, occurrence_at: datetime | None
) -> Reminder:
    """In place when nothing of the series comes before; else the series ends there and a new one begins."""
    at = occurrence_of(reminder, occurrence_at)
    rest = following.from_occurrence(reminder.schedule, at)
    schedule = changed_schedule(rest, changes)
    earlier = following.before_occurrence(reminder.schedule, at)
    if earlier is None or not has_any(earlier, now()):
        change_schedule(reminder, reminder.schedule if schedule == rest else schedule)
        change_rest(reminder, actor_id, changes)
        return reminder
    split_off = copied(reminder, actor_id, schedule, changes)
    put_schedule(reminder, recurrence.validate(earlier))
    hand_over(reminder, split_off, at)
    timing.go_on(reminder, now())
    return split_off


EDITS: dict[str, Callable[..., Reminder]] = {
    "all": change_all,
    "this": change_this,
    "following": change_following,
}


def changed_schedule(schedule: Schedule, changes: Changes) -> Schedule:
    wanted = Schedule(
        changes.get("starts_at", schedule.starts_at),
        changes.get("time_zone", schedule.zone),
        changes.get("rule", schedule.rule),
        changes.get("month_end", schedule.month_end),
        changes.get("repeat_after", schedule.after),
        changes.get("times_per", schedule.times),
    )
    return schedule if wanted == schedule else recurrence.validate(wanted)


def change_schedule(reminder: Reminder, schedule: Schedule) -> None:
    at, old = now(), reminder.schedule
    if schedule == old:
        timing.go_on(reminder, at)
        return
    check_comes(schedule, at)
    is_one_off = schedule.rule is None or old.rule is None
    for one in repository.known([reminder.id], at):
        if one.is_open and not stays(one, schedule, at, is_one_off=is_one_off):
            take_back(one)
    put_schedule(reminder, schedule)
    timing.set_out(reminder, at)


def stays(one: Occurrence, schedule: Schedule, at: datetime, *, is_one_off: bool) -> bool:
    """With its snooze and what was told of it: what is due already, and what comes at the same time as before."""
    if one.due_at <= at:
        return not is_one_off
    return recurrence.at_or_after(schedule, one.due_at) == one.due_at


def take_back(one: Occurrence) -> None:
    delivery.cancel(source_kind=REMINDER, part_id=one.id, reason=CHANGED)
    repository.remove(one)


def change_rest(reminder: Reminder, actor_id: uuid.UUID, changes: Changes) -> None:
    for name, value in draft.clean({n: changes[n] for n in WORDS if n in changes}).items():
        setattr(reminder, name, value)
    check_text(reminder.workspace_id, changes.get("text_id"))
    check_chosen(reminder.workspace_id, changes.get("sender_identity_id"))
    draft.check_payment(*(getattr(reminder, name) for name in draft.PAYMENT_FIELDS))
    reminder.changed_by = actor_id
    if "labels" in changes:
        put_labels(reminder, changes["labels"])
    if "recipients" in changes:
        if reminder.is_for_many:
            refuse("recipients", FOR_MANY)
        put(reminder, choose(reminder.workspace_id, actor_id, changes["recipients"]))
    if {"nag", "escalation"} & changes.keys():
        change_follow_ups(reminder, actor_id, changes)
    if {"advance_notices", "nag", "escalation"} & changes.keys():
        timing.go_on(reminder, now())
    reminder.trouble, reminder.updated_at = "", now()


def change_follow_ups(reminder: Reminder, actor_id: uuid.UUID, changes: Changes) -> None:
    """What is due already is asked again in the new way."""
    if "nag" in changes:
        reminder.nag = nagging.checked(changes["nag"])
    if "escalation" in changes:
        wanted = escalation.columns(reminder.workspace_id, actor_id, changes["escalation"])
        for name, value in wanted.items():
            setattr(reminder, name, value)
    ways = ways_of(reminder, repository.recipients_of(reminder) if reminder.nag else ())
    for one in repository.known([reminder.id], now()):
        if one.is_open and not acting.is_snoozed(one):
            course = follow_ups.course_of(one)
            acting.follow(one, follow_ups.again(ways, course, one.due_at, now()))


def occurrence_of(reminder: Reminder, occurrence_at: datetime | None) -> datetime:
    at = occurrence_at or reminder.due_at
    if at is None or recurrence.at_or_after(reminder.schedule, at) != at:
        refuse("occurrence_at", acting.NOT_DUE)
    return at


def wall_of(reminder: Reminder, at: datetime) -> datetime:
    return next(recurrence.occurrences(reminder.schedule, at)).wall


def has_any(schedule: Schedule, since: datetime) -> bool:
    return recurrence.at_or_after(schedule, since) is not None


def copied(
    reminder: Reminder, actor_id: uuid.UUID, schedule: Schedule, changes: Changes
) -> Reminder:
    check_comes(schedule, now())
    people = [as_chosen(one) for one in reminder.recipients]
    if "recipients" in changes:
        if reminder.is_for_many:
            refuse("recipients", FOR_MANY)
        people = choose(reminder.workspace_id, actor_id, changes["recipients"])
    words = {name: getattr(reminder, name) for name in WORDS} | {
        name: changes[name] for name in WORDS if name in changes
    }
    words |= {name: getattr(reminder, name) for name in FOLLOWS}
    words |= {"nag": changes["nag"]} if "nag" in changes else {}
    if "escalation" in changes:
        words |= escalation.columns(reminder.workspace_id, actor_id, changes["escalation"])
    copy = make(
        reminder.workspace_id,
        reminder.created_by,
        schedule,
        people,
        labels=changes.get("labels", reminder.label_names),
        **words,
    )
    attaching.copy_files(reminder, copy)
    return copy


def hand_over(old: Reminder, new: Reminder, since: datetime) -> None:
    """What is written down of the times that now belong to `new`, with their messages."""
    kept = {as_chosen(one): one for one in new.recipients}
    gone = [person for person in old.recipients if as_chosen(person) not in kept]
    names: dict[str, str] = {}
    for person in old.recipients:
        if same := kept.get(as_chosen(person)):
            names |= {str(person.id): str(same.id), later(person): later(same)}
    moved: list[uuid.UUID] = []
    for one in repository.known([old.id], since):
        if one.due_at < since:
            continue
        if recurrence.at_or_after(new.schedule, one.due_at) == one.due_at:
            one.reminder_id = new.id
            moved.append(one.id)
            call_off(gone, new.recipients, part_id=one.id)
        elif one.is_open:
            take_back(one)
    delivery.hand_over(source_kind=REMINDER, part_ids=moved, source_id=new.id, in_keys=names)
    timing.set_out(new, now())
