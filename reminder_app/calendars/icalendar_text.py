"""A feed as iCalendar text (RFC 5545, RFC 7986), the same for the same feed.

A reminder is an event of a quarter of an hour, as events without a length are shown by few calendars. What
was done has a tick, what was skipped is left out, what was put off stands where it was put.
"""

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from icalendar import Alarm, Calendar, Event, Timezone, vRecur

from reminder_app.calendars.entries import Entry, Feed, Told
from reminder_app.calendars.exported_rule import Exported, exported, start_of
from reminder_app.languages import language
from reminder_app.recurrence import occurrences
from reminder_app.recurrence.wall_time import zone_named
from reminder_app.reminders.models import DONE, OPEN, SKIPPED
from reminder_app.translations import gettext as _
from reminder_app.translations import speaking

MANY = 10_000  # more are not counted
PRODUCT = "-//Reminder App//Calendar feed//EN"
REFRESH = timedelta(hours=1)
LENGTH = timedelta(minutes=15)
LAST_YEAR = 2038  # of zones, as most programs know them by their names anyway
PRIORITIES = {"urgent": 1, "high": 3, "low": 9}
TICK = "✓ "
UTC_NAMES = {"UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal"}
BEGIN, END = b"BEGIN:VCALENDAR\r\n", b"END:VCALENDAR\r\n"


def text(feed: Feed, site: str) -> bytes:
    """`site`: the address of this server, for links and for identifiers."""
    since = feed.since.replace(hour=0, minute=0, second=0, microsecond=0)
    head: bytes = frame(feed).to_ical().removesuffix(END)
    zones = b"".join(zone_text(name, year) for name, year in sorted(zones_of(feed.entries).items()))
    events = b"".join(events_text(entry, site, since) for entry in feed.entries)
    return head + zones + events + END


def frame(feed: Feed) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", feed.name)
    calendar.add("x-wr-calname", feed.name)
    calendar.add("refresh-interval", REFRESH)
    calendar.add("x-published-ttl", "PT1H")
    if feed.left_out:
        said = what_is_missing(feed)
        calendar.add("description", said)
        calendar.add("x-wr-caldesc", said)
    return calendar


def what_is_missing(feed: Feed) -> str:
    place = language(feed.locale)
    many, shown = (
        format_decimal(number, locale=place)
        for number in (min(feed.left_out, MANY), len(feed.entries))
    )
    with speaking(feed.locale):
        if feed.left_out >= MANY:
            many = _("%(count)s or more", count=many)
        return _(
            "The %(shown)s reminders that come up soonest; %(many)s are not in it.",
            shown=shown,
            many=many,
        )


def zones_of(entries: Iterable[Entry]) -> dict[str, int]:
    """Each zone with the first year that it is needed for, by decades, so that few texts are made."""
    years: dict[str, int] = {}
    for entry in entries:
        zone, year = entry.schedule.zone, entry.schedule.starts_at.year // 10 * 10
        if zone not in UTC_NAMES:
            years[zone] = min(year, years.get(zone, year))
    return years


@lru_cache(maxsize=1024)
def zone_text(name: str, year: int) -> bytes:
    last = max(LAST_YEAR, year + 20)
    since, until = date(year, 1, 1), date(last, 1, 1)
    found = Timezone.from_tzid(name, first_date=since, last_date=until)
    return bytes(found.to_ical())


@lru_cache(maxsize=4096)
def events_text(entry: Entry, site: str, since: datetime) -> bytes:
    return b"".join(event.to_ical() for event in events(entry, site, since))


def events(entry: Entry, site: str, since: datetime) -> Iterator[Event]:
    """The reminder, and those of its times that are not where its rule has them."""
    if entry.schedule.rule is None:
        yield from singles(entry, site)
        return
    rule = exported(entry.schedule, since)
    starts = {one.due_at: start_at(entry, rule, one.due_at) for one in entry.told}
    yield series(entry, site, rule, [starts[t.due_at] for t in entry.told if t.state == SKIPPED])
    for told in entry.told:
        start = starts[told.due_at]
        # What counts towards so many times a week lies before the start of the next.
        is_counted = told.state == DONE and entry.schedule.times is not None
        if start is None and (told.state == OPEN or is_counted):
            yield left_behind(entry, site, told)
        elif start is not None and is_shown(told):
            one = described(entry, site, told)
            one.add("recurrence-id", start)
            placed(one, entry, told, start)
            yield one


def is_shown(told: Told) -> bool:
    return told.state == DONE or (told.state == OPEN and told.snoozed_until is not None)


def singles(entry: Entry, site: str) -> Iterator[Event]:
    """Its time, and those before it, of one that comes back so long after it was done."""
    at = start_of(entry.schedule)
    now = next((told for told in entry.told if told.due_at == at), None)
    if now is None or now.state != SKIPPED:
        one = described(entry, site, now)
        placed(one, entry, now, local(at, entry))
        yield one
    yield from (
        left_behind(entry, site, told)
        for told in entry.told
        if told.due_at != at and told.state in (DONE, OPEN)
    )


def left_behind(entry: Entry, site: str, told: Told) -> Event:
    """It still waits or was done, though the schedule does not name it any more."""
    one = described(entry, site, told, f"{entry.id}-{told.due_at:%Y%m%dT%H%M%SZ}")
    placed(one, entry, told, local(told.due_at, entry))
    return one


def series(entry: Entry, site: str, rule: Exported, skipped: Iterable[datetime | None]) -> Event:
    one = described(entry, site)
    start = rule.dates[0] if rule.dates else start_of(entry.schedule)
    one.add("dtstart", start if rule.is_utc else wall(entry))
    one.add("duration", LENGTH)
    if rule.rule:
        one.add("rrule", vRecur.from_ical(rule.rule))
    if len(rule.dates) > 1:
        one.add("rdate", list(rule.dates[1:]))
    if called_off := [at for at in skipped if at is not None]:
        one.add("exdate", called_off)
    alarms(one, entry)
    return one


def described(
    entry: Entry, site: str, told: Told | None = None, uid: str | uuid.UUID | None = None
) -> Event:
    """`site` is as https://example.org; its host makes identifiers unlike anybody else's."""
    one = Event()
    is_done = told is not None and told.state == DONE
    changed_at = max(entry.changed_at, told.changed_at) if told else entry.changed_at
    one.add("uid", f"{uid or entry.id}@{site.partition('://')[2].partition('/')[0]}")
    one.add("summary", f"{TICK if is_done else ''}{entry.title}")
    one.add("dtstamp", changed_at)
    one.add("created", entry.created_at)
    one.add("last-modified", changed_at)
    one.add("sequence", entry.version)
    one.add("status", "CONFIRMED")
    one.add("transp", "TRANSPARENT")
    one.add("class", "PRIVATE")
    one.add("url", f"{site}/reminders/{entry.id}")
    if entry.notes:
        one.add("description", entry.notes)
    if entry.labels:
        one.add("categories", list(entry.labels))
    if entry.priority in PRIORITIES:
        one.add("priority", PRIORITIES[entry.priority])
    return one


def placed(one: Event, entry: Entry, told: Told | None, start: datetime) -> None:
    """At its time, or where it was put off to; what is done rings no more."""
    put_off = told.snoozed_until if told and told.state == OPEN else None
    one.add("dtstart", local(put_off, entry) if put_off else start)
    one.add("duration", LENGTH)
    if told is None or told.state != DONE:
        alarms(one, entry)


def alarms(one: Event, entry: Entry) -> None:
    for minutes in (*entry.advance_notices, 0):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", -timedelta(minutes=minutes))
        one.add_component(alarm)


def start_at(entry: Entry, rule: Exported, due_at: datetime) -> datetime | None:
    """How the series names this time of its own; None when it does not."""
    found = next(occurrences(entry.schedule, due_at), None)
    if found is None or found.at != due_at or (rule.dates and due_at not in rule.dates):
        return None
    if rule.is_utc:
        return due_at.astimezone(UTC)
    return found.wall.replace(tzinfo=zone(entry))


def wall(entry: Entry) -> datetime:
    return entry.schedule.starts_at.replace(tzinfo=zone(entry))


def local(instant: datetime, entry: Entry) -> datetime:
    return instant.astimezone(zone(entry))


def zone(entry: Entry) -> ZoneInfo:
    found = None if entry.schedule.zone in UTC_NAMES else zone_named(entry.schedule.zone)
    return found or ZoneInfo("UTC")
