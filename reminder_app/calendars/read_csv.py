"""A table to items: with columns for title, date, time, repetition, labels and notes; or Todoist's own."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time

from reminder_app.calendars.items import Draft, Item, item_of, key_of, refused
from reminder_app.contacts.columns import plain
from reminder_app.errors import Invalid
from reminder_app.quick_add import Parse
from reminder_app.recurrence import Schedule
from reminder_app.recurrence.wall_time import to_wall, zone_named
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

# text, language, zone -> what was understood
Read = Callable[[str, str], Parse]
USUAL = time(9)
LONGEST_WORDS = 200
DELIMITERS = ",;\t|"
WORDS = {
    "title": "title name task reminder subject summary titel aufgabe erinnerung betreff bezeichnung",
    "date": "date due duedate startdate day datum faellig faelligam tag startdatum beginntam",
    "time": "time duetime starttime clock zeit uhrzeit beginntum",
    "repeat": "repeat rule recurrence repeats every wiederholung wiederholen regel rhythmus",
    "labels": "labels label tags tag categories category kategorien kategorie schlagworte",
    "notes": "notes note description details comment notizen notiz beschreibung kommentar",
    "priority": "priority prioritaet wichtigkeit",
}
MEANING_OF = {word: meaning for meaning, words in WORDS.items() for word in words.split()}
PRIORITIES = {
    "urgent": "urgent", "dringend": "urgent", "high": "high", "hoch": "high", "low": "low",
    "niedrig": "low", "normal": "normal", "medium": "normal", "mittel": "normal", "": "normal",
}  # fmt: skip
TODOIST = {"type", "content", "priority"}
OF_TODOIST = {"1": "urgent", "2": "high", "3": "normal", "4": "normal"}
LABEL = re.compile(r"(?:(?<=\s)|^)@([^\s@]+)")
READABLE = ("en", "de")
STAND_IN = "Xyzzy"  # a title that means nothing, so that what is left over is seen
NO_TABLE = lazy_gettext(
    "This is no table that we can read: it needs a first line that names its columns."
)
NO_COLUMNS = lazy_gettext("The first line names no column for the title and the date.")


def read(data: bytes, zone: str, at: datetime, words: Read, language: str) -> list[Item]:
    """Raises Invalid when it is no table with columns that are known."""
    rows = table(text_of(data))
    headings = [plain(cell) for cell in rows[0]]
    lines = [dict(zip(headings, row, strict=False)) for row in rows[1:] if any(map(str.strip, row))]
    if set(headings) >= TODOIST:
        return todoist(lines, zone, at, words)
    meanings = [MEANING_OF.get(heading, "") for heading in headings]
    if "title" not in meanings or "date" not in meanings:
        raise Invalid(NO_COLUMNS, file=NO_COLUMNS)
    named = [
        {
            meaning: row[at].strip()
            for at, meaning in enumerate(meanings)
            if meaning and at < len(row)
        }
        for row in rows[1:]
        if any(map(str.strip, row))
    ]
    seen: Counter[str] = Counter()
    return [line(n, one, zone, at, words, language, seen) for n, one in enumerate(named, 1)]


def text_of(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or else Western European."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def table(text: str) -> list[list[str]]:
    first = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Invalid(NO_TABLE, file=NO_TABLE) from error
    if "\0" in text or len(rows) < 2 or len(rows[0]) < 2:
        raise Invalid(NO_TABLE, file=NO_TABLE)
    return rows


def line(
    number: int,
    one: Mapping[str, str],
    zone: str,
    at: datetime,
    words: Read,
    language: str,
    seen: Counter[str],
) -> Item:
    title = one.get("title", "")
    when = " ".join(filter(None, (one.get("repeat"), one.get("date"), one.get("time"))))
    key = once(key_of("csv", title, when), seen)
    found = Draft(title=title, notes=one.get("notes", ""))
    found.labels = re.split(r"[,;|]", one.get("labels", ""))
    level = one.get("priority", "").casefold()
    found.priority = PRIORITIES.get(level, "normal")
    if level not in PRIORITIES:
        found.remarks.append(_("Its priority is not known: taken as normal."))
    try:
        found.schedule = exact(one, zone) or in_words(when, zone, words, language, found)
    except Invalid as error:
        return refused(number, key, title, error.message)
    return item_of(number, key, found, at)


def once(key: str, seen: Counter[str]) -> str:
    """Two lines that say the same are two reminders."""
    seen[key] += 1
    return key if seen[key] == 1 else key_of(key, seen[key])


def exact(one: Mapping[str, str], zone: str) -> Schedule | None:
    """What needs no words: 2027-01-31, 09:00, and nothing or an RRULE."""
    rule = one.get("repeat", "")
    if rule and not rule.upper().startswith(("FREQ=", "RRULE:")):
        return None
    try:
        said, clock = one["date"], one.get("time")
        if "T" in said or " " in said:
            at = datetime.fromisoformat(said)
            # A spreadsheet writes midnight after a day that has its time in a column of its own.
            if clock and at.time() == time():
                at = datetime.combine(at, time.fromisoformat(clock))
        else:
            day = date.fromisoformat(said)
            at = datetime.combine(day, time.fromisoformat(clock) if clock else USUAL)
    except (ValueError, KeyError):
        return None
    return Schedule(on_the_clock(at, zone), zone, rule or None)


def on_the_clock(at: datetime, zone: str) -> datetime:
    """What has an offset is a moment."""
    place = zone_named(zone)
    return to_wall(at, place) if at.tzinfo and place else at.replace(tzinfo=None)


def in_words(text: str, zone: str, words: Read, language: str, found: Draft) -> Schedule | None:
    """Raises Invalid with what is not understood, or would have to be asked."""
    if not text:
        return None
    if len(text) > LONGEST_WORDS:
        raise Invalid(_("Its date is too long to be one."))
    parsed = words(f"{STAND_IN} {text}", language)
    if parsed.title != STAND_IN:
        left = parsed.title.replace(STAND_IN, "").strip()
        raise Invalid(_("“%(words)s” is no date that we can read.", words=left[:60]))
    if parsed.questions:
        raise Invalid(_("Not clear: %(words)s", words=parsed.questions[0].words))
    if parsed.starts_at is None:
        raise Invalid(_("“%(words)s” is no date that we can read.", words=text[:60]))
    if not parsed.is_time_said:
        found.remarks.append(_("No time is given: at %(time)s.", time=f"{parsed.starts_at:%H:%M}"))
    found.notices += parsed.advance_notices
    return Schedule(parsed.starts_at, zone, parsed.rule, "skip")


def todoist(lines: Sequence[Mapping[str, str]], zone: str, at: datetime, words: Read) -> list[Item]:
    """Tasks; a comment goes to the task above it. A task below another one says so."""
    tasks: list[dict[str, str]] = []
    above: dict[int, str] = {}
    for one in lines:
        kind, content = one.get("type", "").strip().casefold(), one.get("content", "").strip()
        if kind == "task":
            depth = depth_of(one)
            above[depth] = content
            tasks.append(dict(one) | {"below": above.get(depth - 1, ""), "comments": ""})
        elif kind == "note" and tasks:
            tasks[-1]["comments"] += f"\n\n{content}"
    seen: Counter[str] = Counter()
    return [task(n, one, zone, at, words, seen) for n, one in enumerate(tasks, 1)]


def depth_of(one: Mapping[str, str]) -> int:
    depth = one.get("indent", "").strip()
    return int(depth) if depth in ("1", "2", "3", "4", "5") else 1


def task(
    number: int,
    one: Mapping[str, str],
    zone: str,
    at: datetime,
    words: Read,
    seen: Counter[str],
) -> Item:
    content, when = one.get("content", "").strip(), one.get("date", "").strip()
    title = LABEL.sub("", content).strip()
    key = once(key_of("todoist", content, when), seen)
    found = Draft(title=title, labels=LABEL.findall(content))
    found.notes = f"{one.get('description', '')}{one['comments']}".strip()
    found.priority = OF_TODOIST.get(one.get("priority", "").strip(), "normal")
    if one["below"]:
        below = LABEL.sub("", one["below"]).strip()
        found.remarks.append(_("It stood below “%(below)s”.", below=below[:60]))
    language = one.get("datelang", "").strip().casefold()[:2] or "en"
    try:
        if when and language not in READABLE:
            raise Invalid(
                _("Dates in the language “%(language)s” cannot be read here.", language=language)
            )
        found.schedule = exact({"date": when}, zone) or in_words(when, zone, words, language, found)
    except Invalid as error:
        return refused(number, key, title, error.message)
    return item_of(number, key, found, at)
