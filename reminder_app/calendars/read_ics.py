"""An .ics file to items: events and to-dos with their rules, zones and alarms."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from reminder_app.calendars.items import Draft, Item, item_of, key_of, refused
from reminder_app.errors import Invalid
from reminder_app.recurrence import Schedule
from reminder_app.recurrence.wall_time import to_instant, to_wall, zone_named
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

KINDS = ("VEVENT", "VTODO")
ALL_DAY = time(9)
A_DAY = timedelta(days=1)
LEFT_OUT = {
    "ATTENDEE": lazy_gettext("Guests are not taken."),
    "ATTACH": lazy_gettext("Attachments are not taken."),
    "RDATE": lazy_gettext("Extra dates beside the rule are not taken."),
}
OVER = {"CANCELLED": lazy_gettext("It was cancelled."), "COMPLETED": lazy_gettext("It is done.")}
SKIP = re.compile(r"(RSCALE=GREGORIAN|SKIP=OMIT);?", re.IGNORECASE)
NO_CALENDAR = lazy_gettext("This is no calendar file that we can read.")


@dataclass(frozen=True)
class Start:
    wall: datetime
    zone: str
    is_all_day: bool = False


def read(data: bytes, zone: str, at: datetime) -> list[Item]:
    """`zone`: of the person, for what names none. Raises Invalid when it is no calendar."""
    try:
        calendars = Calendar.from_ical(data, multiple=True)
        found = [one for calendar in calendars for one in calendar.walk() if one.name in KINDS]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid(NO_CALENDAR, file=NO_CALENDAR) from error
    changed: dict[str, list[datetime]] = {}
    for one in found:
        if "RECURRENCE-ID" in one:
            changed.setdefault(str(one.get("UID", "")), []).extend(moments(one, zone))
    return [entry(n, one, zone, at, changed) for n, one in enumerate(found, 1)]


def entry(
    number: int, one: Any, zone: str, at: datetime, changed: dict[str, list[datetime]]
) -> Item:
    title = str(one.get("SUMMARY", ""))
    uid = str(one.get("UID", "")) or key_of(title, one.get("DTSTART"), one.get("DUE"))
    is_single = "RECURRENCE-ID" in one
    mark = str(series_time(one)) if is_single else ""
    key = key_of("ics", uid, mark)
    status = str(one.get("STATUS", "")).upper()
    if status in OVER:
        return refused(number, key, title, OVER[status])
    try:
        found = drafted(one, zone)
    except Invalid as error:
        return refused(number, key, title, error.message)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return refused(number, key, title, _("It is damaged: a date or a part cannot be read."))
    if is_single:
        found.remarks.append(_("One time that differs from its series: it stands for itself."))
    else:
        found.skipped += changed.get(uid, [])
    return item_of(number, key, found, at)


def drafted(one: Any, zone: str) -> Draft:
    found = Draft(title=str(one.get("SUMMARY", "")), notes=notes_of(one))
    found.remarks += [said for name, said in LEFT_OUT.items() if name in one]
    found.labels = list(labels_of(one))
    found.priority = priority_of(int(one.get("PRIORITY", 0)))
    start = start_of(one, zone, found.remarks)
    if start is None:
        return found
    found.schedule = Schedule(start.wall, start.zone, rule_of(one))
    found.notices = list(notices_of(one, start, found.remarks))
    dates = dates_of(one.get("EXDATE"))
    found.skipped = [instant(value, start.wall.time(), start.zone) for value in dates]
    return found


def start_of(one: Any, zone: str, remarks: list[str]) -> Start | None:
    """A to-do is due at DUE; with a rule, its series begins at DTSTART."""
    names = ("DTSTART", "DUE") if one.name == "VEVENT" or "RRULE" in one else ("DUE", "DTSTART")
    name = next((name for name in names if name in one), None)
    if name is None:
        return None
    value, named = one[name].dt, str(one[name].params.get("TZID", ""))
    if isinstance(value, datetime):
        return timed(value, named, zone, "RRULE" in one, remarks)
    remarks.append(_("All day: at %(time)s.", time=f"{ALL_DAY:%H:%M}"))
    return Start(datetime.combine(value, ALL_DAY), zone, is_all_day=True)


def timed(value: datetime, named: str, zone: str, repeats: bool, remarks: list[str]) -> Start:
    """In the zone that it names; in UTC only what repeats, as one moment is the same in each."""
    found = zone_of(value, named)
    if found:
        return Start(value.replace(tzinfo=None, fold=0), found)
    if named:
        remarks.append(
            _("The zone %(named)s is not known: read as %(zone)s.", named=named[:40], zone=zone)
        )
    if value.tzinfo is None:
        return Start(value, zone)
    place = "UTC" if repeats and not named else zone
    return Start(wall_in(value, place), place)


def zone_of(value: datetime, named: str) -> str:
    """An IANA name, of what the file calls by it, or by the name that Windows has."""
    key = str(getattr(value.tzinfo, "key", ""))
    names = (named, WINDOWS_TO_OLSON.get(named, ""), key if named else "")
    return next((name for name in names if name and name != "UTC" and zone_named(name)), "")


def wall_in(value: datetime, zone: str) -> datetime:
    place = zone_named(zone)
    return to_wall(value.astimezone(UTC), place) if place else value.replace(tzinfo=None)


def rule_of(one: Any) -> str | None:
    rule = one.get("RRULE")
    if isinstance(rule, list):
        raise Invalid(_("It has more than one rule: a reminder has one."))
    if "EXRULE" in one:
        raise Invalid(_("EXRULE, a rule of what is left out, is not supported."))
    return SKIP.sub("", rule.to_ical().decode()).rstrip(";") if rule else None


def instant(value: date | datetime, clock: time, zone: str) -> datetime:
    """A day that is called off means the time of that day."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, clock)
    place = zone_named(zone)
    if value.tzinfo is not None or place is None:
        return value.astimezone(UTC)
    return to_instant(value, place)


def moments(one: Any, zone: str) -> Iterator[datetime]:
    """The time of its series that a single one stands for, where it names one."""
    if value := series_time(one):
        with suppress(ValueError, OverflowError):
            yield instant(value, ALL_DAY, zone)


def series_time(one: Any) -> date | datetime | None:
    try:
        value = one["RECURRENCE-ID"].dt
    except (ValueError, AttributeError):  # it is damaged
        return None
    return value if isinstance(value, date) else None


def dates_of(value: Any) -> Iterator[date | datetime]:
    for part in value if isinstance(value, list) else [value] if value else []:
        yield from (one.dt for one in part.dts)


def notices_of(one: Any, start: Start, remarks: list[str]) -> Iterator[int]:
    for alarm in one.walk("VALARM"):
        trigger = alarm.get("TRIGGER")
        before = trigger.dt if trigger is not None else None
        if not isinstance(before, timedelta) or trigger.params.get("RELATED", "START") != "START":
            remarks.append(_("An alarm that does not go by the start is left out."))
            continue
        if start.is_all_day and before % A_DAY:
            before -= timedelta(hours=ALL_DAY.hour)  # it counts from midnight
        if before > timedelta(0):
            remarks.append(_("An alarm after the start is left out."))
        else:
            yield round(-before.total_seconds() / 60)


def labels_of(one: Any) -> Iterator[str]:
    value = one.get("CATEGORIES")
    for part in value if isinstance(value, list) else [value] if value else []:
        yield from (str(name) for name in getattr(part, "cats", [part]))


def notes_of(one: Any) -> str:
    place = str(one.get("LOCATION", "")).strip()
    parts: Iterable[str] = (
        str(one.get("DESCRIPTION", "")).strip(),
        place and _("Where: %(place)s", place=place),
    )
    return "\n\n".join(filter(None, parts))


def priority_of(number: int) -> str:
    """RFC 5545: 1 is the highest, 5 the middle, 9 the lowest; 0 says nothing."""
    if number in (1, 2):
        return "urgent"
    if number in (3, 4):
        return "high"
    return "low" if number > 5 else "normal"
