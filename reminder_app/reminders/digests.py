"""The list of a day: what is due and what is overdue, in one mail, at the hour a person has set."""

import logging
import uuid
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from reminder_app.accounts import hours
from reminder_app.accounts.models import User
from reminder_app.accounts.site import Site
from reminder_app.database import now, transaction
from reminder_app.delivery import service as delivery
from reminder_app.delivery.letters import Planned
from reminder_app.recurrence import quiet
from reminder_app.recurrence.wall_time import to_instant, to_wall, zone_named
from reminder_app.reminders import act_link
from reminder_app.reminders import planning_repository as repository
from reminder_app.reminders.models import Reminder
from reminder_app.reminders.notice_words import when
from reminder_app.translations import gettext as _
from reminder_app.translations import of, speaking

log = logging.getLogger(__name__)
MOST_LISTED = 50
WORTH = timedelta(hours=12)  # later than that it is no longer that day's list
AT_ONCE = 500


def write_due(site: Site) -> int:
    """Of all whose hour has come; returns how many mails were planned."""
    written = sum(write(site, user_id) for user_id in people())
    if written:
        log.info("wrote %d lists of a day", written)
    return written


@transaction
def people() -> list[uuid.UUID]:
    return list(repository.wants_digest(now(), AT_ONCE))


@transaction
def write(site: Site, user_id: uuid.UUID) -> int:
    """Once per person and local day, whoever asks how often; nothing where there is nothing to say."""
    user, at = repository.lock_user(user_id), now()
    if user is None or user.digest_next is None or user.digest_next > at:
        return 0
    promised, user.digest_next = user.digest_next, hours.next_digest(user, at)
    if at - promised > WORTH or is_day_off(user, promised):
        return 0
    letter = letter_of(site, user, promised)
    return delivery.plan([letter]) if letter else 0


def is_day_off(user: User, at: datetime) -> bool:
    its, zone = quiet.of(user.quiet, user.time_zone), zone_named(user.time_zone)
    return its is not None and zone is not None and to_wall(at, zone).weekday() in its.days_off


def letter_of(site: Site, user: User, promised: datetime) -> Planned | None:
    zone = zone_named(user.time_zone)
    assert zone is not None and user.digest is not None  # noqa: S101, PT018 - or it would not be due
    day = to_wall(promised, zone).date()
    end = to_instant(datetime.combine(day + timedelta(days=1), time()), zone)
    only = user.workspace_id if user.digest["of"] == "active" else None
    found = repository.for_digest(user.id, only, end, MOST_LISTED + 1)
    if not found:
        return None
    listed = list(items(site, user, found[:MOST_LISTED], promised))
    overdue = [item for item in listed if item["is_overdue"]]
    today = [item for item in listed if not item["is_overdue"]]
    with speaking(user.locale):
        subject = said(len(today), len(overdue), has_more=len(found) > MOST_LISTED)
    return Planned(
        key=f"digest:{user.id}:{day.isoformat()}",
        source_kind="digest",
        workspace_id=only,
        address=user.email,
        name=user.name,
        template="digest",
        payload={
            "subject": subject,
            "lang": of(user.locale),
            "overdue": overdue,
            "today": today,
            "has_more": len(found) > MOST_LISTED,
        },
        due_at=promised,
        deadline_at=promised + WORTH,
    )


def said(today: int, overdue: int, *, has_more: bool) -> str:
    due = f"{today}+" if has_more else str(today)
    if not today:
        return _("Your day: %(overdue)s overdue", overdue=overdue)
    if not overdue:
        return _("Your day: %(today)s today", today=due)
    return _("Your day: %(today)s today, %(overdue)s overdue", today=due, overdue=overdue)


def items(
    site: Site, user: User, found: list[tuple[Reminder, str]], at: datetime
) -> Iterator[dict[str, Any]]:
    written = repository.open_ids([reminder.id for reminder, _ in found])
    for reminder, workspace in found:
        assert reminder.next_at is not None  # noqa: S101 - or it would not have been found
        one = written.get(reminder.id)
        claim = act_link.Claim(one, user.id) if one else None
        yield {
            "title": reminder.title,
            "when": when(reminder.next_at, user.time_zone, user.locale),
            "workspace": workspace,
            "path": f"/reminders/{reminder.id}",
            "act_path": f"/d/{act_link.sign(site, claim, at)}" if claim else "",
            "passed_over": 0,
            "is_overdue": reminder.next_at < at,
        }
