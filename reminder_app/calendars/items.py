"""One entry of a file, and what becomes of it: a reminder, or a reason why not."""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from reminder_app.delivery.headers import has_unseen
from reminder_app.errors import Invalid
from reminder_app.recurrence import Schedule, at_or_after, snap, validate
from reminder_app.reminders import draft
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

MOST = 5000
MOST_SKIPPED = 100
PASSED = lazy_gettext("Its time has passed.")


@dataclass(frozen=True)
class Item:
    """key: the same for the same entry, whenever it is read again. why: empty when it can be taken.
    skipped: due times that were called off. remarks: what of it is not taken, or is read otherwise."""

    number: int
    key: str
    title: str
    notes: str = ""
    starts_at: str = ""  # ISO, on the wall clock of `zone`
    zone: str = ""
    rule: str | None = None
    labels: tuple[str, ...] = ()
    priority: str = "normal"
    notices: tuple[int, ...] = ()
    skipped: tuple[str, ...] = ()
    why: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def schedule(self) -> Schedule:
        """A file's rules leave short months out, as RFC 5545 does."""
        return Schedule(datetime.fromisoformat(self.starts_at), self.zone, self.rule, "skip")

    def packed(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def unpacked(cls, values: Mapping[str, Any]) -> "Item":
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        return cls(**given)


@dataclass
class Draft:
    """What was found so far; `remarks` grow as it is fitted."""

    title: str
    notes: str = ""
    schedule: Schedule | None = None
    labels: list[str] = field(default_factory=list)
    priority: str = "normal"
    notices: list[int] = field(default_factory=list)
    skipped: list[datetime] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def key_of(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode(errors="replace")).hexdigest()


def refused(number: int, key: str, title: str, why: str) -> Item:
    return Item(number, key, fitted_title(title, [])[:200] or _("(no title)"), why=str(why))


def item_of(number: int, key: str, found: Draft, at: datetime) -> Item:
    """`at`: now. What is over, or cannot be kept here, is refused with the reason."""
    try:
        return checked(number, key, found, at)
    except Invalid as error:
        return refused(number, key, found.title, error.message)


def checked(number: int, key: str, found: Draft, at: datetime) -> Item:
    title = fitted_title(found.title, found.remarks)
    if not title:
        return refused(number, key, "", _("It has no title."))
    if found.schedule is None:
        return refused(number, key, title, _("It has no date."))
    schedule = fitted_schedule(found.schedule, found.remarks)
    if at_or_after(schedule, at) is None:
        return refused(number, key, title, PASSED)
    skipped = sorted(one for one in set(found.skipped) if one >= at)
    if len(skipped) > MOST_SKIPPED:
        found.remarks.append(
            _("Of the days called off, the first %(most)s are kept.", most=MOST_SKIPPED)
        )
    return Item(
        number=number,
        key=key,
        title=title,
        notes=fitted_notes(found.notes, found.remarks),
        starts_at=schedule.starts_at.isoformat(),
        zone=schedule.zone,
        rule=schedule.rule,
        labels=tuple(fitted_labels(found.labels, found.remarks)),
        priority=found.priority,
        notices=tuple(fitted_notices(found.notices, found.remarks)),
        skipped=tuple(one.isoformat() for one in skipped[:MOST_SKIPPED]),
        remarks=tuple(map(str, found.remarks)),
    )


def fitted_schedule(schedule: Schedule, remarks: list[str]) -> Schedule:
    """On the first time that the rule names, unless a COUNT would be counted otherwise. Raises Invalid."""
    try:
        return validate(schedule)
    except Invalid as error:
        if "starts_at" not in error.fields or "COUNT=" in (schedule.rule or "").upper():
            raise
    moved = snap(schedule)
    remarks.append(
        _(
            "Begins on %(starts_at)s, the first day that its rule names.",
            starts_at=f"{moved.starts_at:%Y-%m-%d}",
        )
    )
    return moved


def plain(text: str, kept: str = "") -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(" " if has_unseen(sign, kept) else sign for sign in text).strip()


def fitted_title(text: str, remarks: list[str]) -> str:
    title = " ".join(plain(text).split())
    if len(title) > draft.LONGEST_TITLE:
        remarks.append(_("The title was cut."))
    return title[: draft.LONGEST_TITLE].strip()


def fitted_notes(text: str, remarks: list[str]) -> str:
    notes = plain(text, "\n\t")
    if len(notes) > draft.LONGEST_NOTES:
        remarks.append(_("The notes were cut."))
    return notes[: draft.LONGEST_NOTES].strip()


def fitted_labels(names: Iterable[str], remarks: list[str]) -> list[str]:
    whole = [name for name in (" ".join(plain(name).split()) for name in names) if name]
    labels = list({name.casefold(): name[: draft.LONGEST_LABEL].strip() for name in whole}.values())
    if len(labels) > draft.MOST_LABELS or any(len(name) > draft.LONGEST_LABEL for name in whole):
        remarks.append(_("Labels were cut."))
    return draft.labels(labels[: draft.MOST_LABELS])


def fitted_notices(minutes: Iterable[int], remarks: list[str]) -> list[int]:
    given = sorted(set(minutes) - {0})
    notices = [one for one in given if 1 <= one <= draft.A_YEAR][: draft.MOST_NOTICES]
    if len(notices) < len(given):
        remarks.append(_("An alarm that is not before the time, or too far, is left out."))
    return draft.advance_notices(notices)
