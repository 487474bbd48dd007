"""Addresses that calendar programs read, and what stands there."""

import hashlib
import logging
import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reminder_app.accounts.credentials import digest, new_secret
from reminder_app.calendars import icalendar_text, repository
from reminder_app.calendars.entries import Entry, Feed, Told
from reminder_app.calendars.models import CalendarFeed
from reminder_app.database import Page, new_id, now, transaction
from reminder_app.errors import Conflict, NotFound, refuse
from reminder_app.recurrence.wording import describe_days
from reminder_app.reminders import draft
from reminder_app.reminders.models import MISSED, Occurrence, Reminder
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext
from reminder_app.workspaces.roles import ROLES

log = logging.getLogger(__name__)
MOST_FEEDS = 20  # of one person
MOST = 1000  # reminders in one feed
MOST_ENDED = 200
MOST_TOLD = 5000  # due times that are not as their rule says
MOST_COUNTED = MOST + 10_000
PAST = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)
LONGEST_NAME = 80
NO_SUCH = lazy_gettext("There is no such calendar feed.")
DEAD = lazy_gettext("There is no calendar at this address any more.")


@dataclass(frozen=True)
class Content:
    """The text is made only for who has not got it yet."""

    feed: Feed
    tag: str
    site: str

    def text(self) -> bytes:
        return icalendar_text.text(self.feed, self.site)


def browse(user_id: uuid.UUID, *, cursor: str | None = None, limit: int = 50) -> Page[CalendarFeed]:
    """One's own, the newest first."""
    return repository.feeds(user_id, cursor, limit)


def places(user_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Workspaces whose reminders the person sees, with their names."""
    return [
        (id, name)
        for id, name, role in repository.workspaces_of(user_id)
        if "reminders:read" in ROLES[role]
    ]


@transaction
def create(
    user_id: uuid.UUID,
    *,
    name: str,
    workspace_id: uuid.UUID | None = None,
    label: str = "",
    is_mine: bool = False,
) -> tuple[CalendarFeed, str]:
    """The row and its token, shown once. Without `workspace_id`, of all workspaces. Raises Invalid, Conflict."""
    if workspace_id and workspace_id not in dict(places(user_id)):
        refuse("workspace_id", _("Choose one of your workspaces."))
    label = next(iter(draft.labels([label])), "") if label.strip() else ""
    name = checked_name(name)
    if repository.count(user_id) >= MOST_FEEDS:
        raise Conflict(
            _("You have %(most)s calendar feeds: revoke one that is not used.", most=MOST_FEEDS)
        )
    token = new_secret()
    feed = CalendarFeed(
        id=new_id(),
        user_id=user_id,
        workspace_id=workspace_id,
        token_hash=digest(token),
        name=name,
        label=label,
        is_mine=is_mine,
    )
    repository.add(feed)
    return feed, token


@transaction
def renew(
    user_id: uuid.UUID, feed_id: uuid.UUID, workspace_id: uuid.UUID | None = None
) -> tuple[CalendarFeed, str]:
    """A new address; the old one is dead from this moment. `workspace_id`: only a feed of that one."""
    feed, token = there(repository.feed(user_id, feed_id)), new_secret()
    if workspace_id and feed.workspace_id != workspace_id:
        raise NotFound(NO_SUCH)
    feed.token_hash, feed.used_at = digest(token), None
    log.info("user %s renewed calendar feed %s", user_id, feed_id)
    return feed, token


@transaction
def revoke(user_id: uuid.UUID, feed_id: uuid.UUID) -> None:
    repository.remove(there(repository.feed(user_id, feed_id)))
    log.info("user %s revoked calendar feed %s", user_id, feed_id)


@transaction
def end_all(user_id: uuid.UUID) -> None:
    """Their addresses are dead from now on; to renew one gives it another."""
    for feed in repository.all_feeds(user_id):
        feed.token_hash, feed.used_at = digest(new_secret()), None


def there(feed: CalendarFeed | None) -> CalendarFeed:
    if feed is None:
        raise NotFound(NO_SUCH)
    return feed


def checked_name(name: str) -> str:
    name = draft.title(name or _("Reminders"))
    if len(name) > LONGEST_NAME:
        refuse("name", _("Write at most %(most)s characters.", most=LONGEST_NAME))
    return name


def content(token: str, site: str) -> Content:
    """What stands at this address now. Eight queries, whatever there is. Raises NotFound."""
    row = repository.feed_by(digest(token))
    if row is None or not row.user.is_active:
        raise NotFound(DEAD)
    ids = [id for id, _ in places(row.user_id) if row.workspace_id in (None, id)]
    if not ids:
        raise NotFound(DEAD)
    feed = feed_of(row, ids)
    saw(row)
    tag = hashlib.sha256(repr((feed, site)).encode()).hexdigest()[:32]
    return Content(feed, tag, site)


def saw(row: CalendarFeed) -> None:
    at = now()
    if row.used_at is None or at - row.used_at >= SEEN_EVERY:
        touch(row.id, at)


@transaction
def touch(feed_id: uuid.UUID, at: datetime) -> None:
    repository.touch(feed_id, at)


def feed_of(row: CalendarFeed, workspace_ids: Collection[uuid.UUID]) -> Feed:
    # By the day, so that the text stays the same until something happens.
    since = (now() - PAST).replace(hour=0, minute=0, second=0, microsecond=0)
    wanted = repository.reminders(workspace_ids, row.label, row.user_id if row.is_mine else None)
    coming = repository.coming(wanted, MOST)
    ended = repository.ended(wanted, workspace_ids, since, MOST_ENDED)
    count = repository.count_coming(wanted, MOST_COUNTED)
    found = [*coming, *ended]
    ids = [one.id for one in found]
    told = told_of(ids, since)
    labels: dict[uuid.UUID, list[str]] = defaultdict(list)
    for reminder_id, name in repository.labels_of(ids):
        labels[reminder_id].append(name)
    return Feed(
        name=row.name,
        entries=tuple(entry(one, told[one.id], labels[one.id]) for one in found),
        left_out=count - len(coming),
        locale=row.user.locale,
        since=since,
    )


def told_of(ids: Sequence[uuid.UUID], since: datetime) -> dict[uuid.UUID, list[Occurrence]]:
    rows = repository.occurrences(ids, since, None, MOST_TOLD, with_open=True)
    told: dict[uuid.UUID, list[Occurrence]] = defaultdict(list)
    for row in reversed(rows):
        if row.state != MISSED:
            told[row.reminder_id].append(row)
    return told


def entry(one: Reminder, rows: Sequence[Occurrence], labels: Sequence[str]) -> Entry:
    return Entry(
        id=one.id,
        title=f"{one.title}: {describe_days(one.schedule)}" if one.times_per else one.title,
        notes=one.notes,
        schedule=one.schedule,
        advance_notices=tuple(one.advance_notices),
        priority=one.priority,
        labels=tuple(labels),
        version=one.version,
        created_at=one.created_at,
        changed_at=one.updated_at,
        told=tuple(Told(row.due_at, row.state, row.snoozed_until, row.updated_at) for row in rows),
    )
