"""Reminders: making, finding, pausing, deleting. Changing them is in editing.py, acting on them in
acting.py, planning what they say in planning.py.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from reminder_app import recurrence
from reminder_app.database import Page, new_id, now, transaction
from reminder_app.delivery import service as delivery
from reminder_app.delivery.models import REMINDER
from reminder_app.delivery.senders.identities import check_chosen
from reminder_app.errors import NotFound, refuse
from reminder_app.recurrence.schedule import Schedule
from reminder_app.recurrence.wall_time import to_instant, zone_named
from reminder_app.reminders import draft, escalation, repository, timing
from reminder_app.reminders.models import Occurrence, Reminder, ReminderLabel
from reminder_app.reminders.recipients import Chosen, choose, put
from reminder_app.reminders.reviving import DELETED, PAUSED, revive
from reminder_app.texts import service as texts
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

VIEWS = ("today", "upcoming", "overdue", "all")
MOST_COUNTED = 100
LONGEST_PAUSE = timedelta(days=5 * 366)
NO_SUCH = lazy_gettext("There is no such reminder here.")


@dataclass(frozen=True)
class Time:
    at: datetime  # UTC
    local: datetime  # on the reminder's clock, with its offset


@dataclass(frozen=True)
class Agenda:
    overdue: Sequence[Reminder]
    today: Sequence[Reminder]  # the rest of the day
    done: Sequence[Occurrence]  # done or skipped today, the latest first


@dataclass(frozen=True)
class LabelCount:
    name: str
    count: int


@transaction
def create_reminder(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    *,
    title: str,
    starts_at: datetime,
    time_zone: str,
    rule: str | None = None,
    month_end: str = "clamp",
    repeat_after: str | None = None,
    times_per: str | None = None,
    recipients: Sequence[Mapping[str, Any]] | None = None,
    **fields: Any,
) -> Reminder:
    """`fields`: notes, zone_mode, advance_notices, priority, labels, kind, amount, currency, link,
    reference, text_id, sender_identity_id. Raises Invalid.

    starts_at is a naive local time; recipients as recipients.choose has them.
    """
    schedule = recurrence.validate(
        Schedule(starts_at, time_zone, rule, month_end, repeat_after, times_per)
    )
    check_comes(schedule, now())
    people = choose(workspace_id, actor_id, recipients)
    fields |= escalation.columns(workspace_id, actor_id, fields.pop("escalation", None))
    return make(workspace_id, actor_id, schedule, people, title=title, **fields)


def make(
    workspace_id: uuid.UUID,
    creator_id: uuid.UUID | None,
    schedule: Schedule,
    people: Iterable[Chosen],
    *,
    labels: Iterable[str] = (),
    **fields: Any,
) -> Reminder:
    words = draft.clean({"notes": "", "advance_notices": (), **fields})
    check_text(workspace_id, words.get("text_id"))
    check_chosen(workspace_id, words.get("sender_identity_id"))
    draft.check_payment(*(words.get(name, plain) for name, plain in draft.PAYMENT_FIELDS.items()))
    reminder = Reminder(
        id=new_id(), workspace_id=workspace_id, created_by=creator_id, is_active=True, **words
    )
    put_schedule(reminder, schedule)
    put(reminder, people)
    put_labels(reminder, labels)
    timing.set_out(reminder, now())
    repository.add(reminder)
    return get_reminder(workspace_id, reminder.id)


def check_text(workspace_id: uuid.UUID, text_id: uuid.UUID | None) -> None:
    if text_id and texts.find(workspace_id, text_id) is None:
        refuse("text_id", _("There is no such text in this workspace."))


def count_with_text(workspace_id: uuid.UUID, text_id: uuid.UUID) -> int:
    return repository.count(workspace_id, MOST_COUNTED, Reminder.text_id == text_id)


def put_schedule(reminder: Reminder, schedule: Schedule) -> None:
    reminder.starts_at, reminder.time_zone = schedule.starts_at, schedule.zone
    reminder.rule, reminder.month_end = schedule.rule, schedule.month_end
    reminder.repeat_after, reminder.times_per = schedule.after, schedule.times


def put_labels(reminder: Reminder, names: Iterable[str]) -> None:
    wanted = draft.labels(names)
    for label in [label for label in reminder.labels if label.name not in wanted]:
        reminder.labels.remove(label)
    for name in wanted:
        if name not in reminder.label_names:
            reminder.labels.append(ReminderLabel(workspace_id=reminder.workspace_id, name=name))


def check_comes(schedule: Schedule, at: datetime) -> None:
    if recurrence.at_or_after(schedule, at):
        return
    if schedule.rule is None:
        refuse("starts_at", _("This time has passed: choose one in the future."))
    refuse("rule", _("All its times have passed: choose a later end, or none."))


def get_reminder(workspace_id: uuid.UUID, reminder_id: uuid.UUID) -> Reminder:
    return there(repository.get(workspace_id, reminder_id))


def series_of(reminder: Reminder) -> Reminder | None:
    """The reminder that this one was a single time of, as long as it is there."""
    series_id = reminder.series_id
    return repository.get(reminder.workspace_id, series_id) if series_id else None


def there(reminder: Reminder | None) -> Reminder:
    if reminder is None:
        raise NotFound(NO_SUCH)
    return reminder


def list_reminders(
    workspace_id: uuid.UUID,
    *,
    view: str = "all",
    zone: str = "UTC",
    q: str = "",
    label: str = "",
    priority: str = "",
    kind: str = "",
    recipient: uuid.UUID | None = None,
    sender_identity_id: uuid.UUID | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Reminder]:
    """overdue, today (the whole day in `zone`), upcoming (after it), all; in order of time."""
    return repository.page(
        workspace_id,
        *repository.between(*bounds(view, zone)),
        *repository.matching(q, label, priority, kind, recipient, sender_identity_id),
        with_idle=view == "all",
        cursor=cursor,
        limit=limit,
    )


def bounds(view: str, zone: str) -> tuple[datetime | None, datetime | None]:
    at, (start, end) = now(), day(zone)
    return {
        "overdue": (None, at),
        "today": (start, end),
        "upcoming": (end, None),
        "all": (None, None),
    }[draft.one_of("view", view, VIEWS)]


def day(zone: str) -> tuple[datetime, datetime]:
    """Today in `zone`, from midnight to midnight."""
    place = zone_named(zone) or zone_named("UTC")
    assert place is not None  # noqa: S101 - UTC is always there
    midnight = datetime.combine(now().astimezone(place).date(), time())
    return to_instant(midnight, place), to_instant(midnight + timedelta(days=1), place)


def agenda(workspace_id: uuid.UUID, zone: str, limit: int = 100) -> Agenda:
    """The Today page: nothing is on it twice. Nine queries, whatever the number of rows."""
    at, (start, end) = now(), day(zone)
    return Agenda(
        overdue=soonest(workspace_id, None, at, limit),
        today=soonest(workspace_id, at, end, limit),
        done=repository.acted_on_since(workspace_id, start, limit),
    )


def soonest(
    workspace_id: uuid.UUID, start: datetime | None, end: datetime | None, limit: int
) -> Sequence[Reminder]:
    wanted = repository.between(start, end)
    return repository.page(workspace_id, *wanted, cursor=None, limit=limit).items


def counts(workspace_id: uuid.UUID, zone: str) -> dict[str, int]:
    """overdue, today, upcoming: each up to 100, as nobody reads more."""
    return {
        view: repository.count(workspace_id, MOST_COUNTED, *repository.between(*bounds(view, zone)))
        for view in ("overdue", "today", "upcoming")
    }


def labels(workspace_id: uuid.UUID) -> list[LabelCount]:
    return [LabelCount(name, count) for name, count in repository.labels(workspace_id)]


def preview(schedule: Schedule, count: int = 5, since: datetime | None = None) -> list[Time]:
    """The first due times, from the start or from `since` on. Raises Invalid."""
    schedule = recurrence.validate(schedule)
    return times(schedule, recurrence.first(schedule, count, since))


def next_times(reminder: Reminder, count: int = 5) -> list[Time]:
    """The next ones still to be done."""
    if reminder.next_at is None:
        return []
    at = now()
    settled = {one.due_at for one in repository.known([reminder.id], at) if not one.is_open}
    found = recurrence.first(reminder.schedule, count + len(settled), at)
    return times(reminder.schedule, [one for one in found if one not in settled][:count])


def times(schedule: Schedule, instants: Collection[datetime]) -> list[Time]:
    return [Time(at, recurrence.local(at, schedule.zone)) for at in instants]


@transaction
def pause(
    workspace_id: uuid.UUID, reminder_id: uuid.UUID, until: datetime | None = None
) -> Reminder:
    """`until`: from then on it goes on by itself. Raises Invalid."""
    if until and not now() < until <= now() + LONGEST_PAUSE:
        refuse("until", _("Choose a day from tomorrow on, within five years."))
    reminder = there(repository.lock(workspace_id, reminder_id))
    if reminder.is_active or reminder.pause_until != until:
        reminder.is_active, reminder.pause_until = False, until
        timing.set_out(reminder, now())
        delivery.cancel(source_kind=REMINDER, source_id=reminder_id, reason=PAUSED)
    return get_reminder(workspace_id, reminder_id)


@transaction
def resume(workspace_id: uuid.UUID, reminder_id: uuid.UUID) -> Reminder:
    """From now on; what fell into the pause is passed over."""
    reminder = there(repository.lock(workspace_id, reminder_id))
    if not reminder.is_active:
        reminder.is_active, reminder.pause_until = True, None
        timing.start_anew({reminder: now()})
        timing.set_out(reminder, now())
        revive(PAUSED, reminder_ids=[reminder_id])
    return get_reminder(workspace_id, reminder_id)


@transaction
def delete_reminder(workspace_id: uuid.UUID, reminder_id: uuid.UUID) -> Reminder:
    reminder = there(repository.lock(workspace_id, reminder_id))
    reminder.deleted_at, reminder.planned_until = now(), timing.cursor_of(reminder, now())
    timing.set_out(reminder, now())
    delivery.cancel(source_kind=REMINDER, source_id=reminder_id, reason=DELETED)
    return reminder


@transaction
def restore_reminder(workspace_id: uuid.UUID, reminder_id: uuid.UUID) -> Reminder:
    """Undo a delete. What fell due meanwhile is told late, as after any silence."""
    reminder = there(repository.lock(workspace_id, reminder_id, is_deleted=True))
    since = reminder.planned_until or reminder.deleted_at or now()
    reminder.deleted_at = reminder.planned_until = None
    timing.set_out(reminder, since)
    revive(DELETED, reminder_ids=[reminder_id])
    return get_reminder(workspace_id, reminder_id)
