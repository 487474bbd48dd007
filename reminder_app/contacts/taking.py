"""Many contacts at once: from a file or a list, in as many statements for hundreds as for one."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table

from reminder_app.contacts import bulk_repository as repository
from reminder_app.contacts import details
from reminder_app.contacts.models import Contact, ContactTag
from reminder_app.contacts.service import put, set_tags
from reminder_app.database import insert_all, new_id, now, transaction
from reminder_app.errors import Invalid
from reminder_app.translations import lazy_gettext

SKIP, UPDATE, OVERWRITE = "skip", "update", "overwrite"
EXISTING = {
    SKIP: lazy_gettext("Leave them as they are"),
    UPDATE: lazy_gettext("Fill in what they lack"),
    OVERWRITE: lazy_gettext("Replace what the file says otherwise"),
}
CONTACTS, TAGS = cast(Table, Contact.__table__), cast(Table, ContactTag.__table__)
Values = dict[str, Any]


@dataclass(frozen=True)
class Taken:
    """`there` and `failed` name what was given by its number."""

    created: int = 0
    updated: int = 0
    there: Mapping[int, str] = field(default_factory=dict)
    failed: Mapping[int, str] = field(default_factory=dict)


@transaction
def take(workspace_id: uuid.UUID, given: Sequence[Values], existing: str = SKIP) -> Taken:
    """Those that are here already are known by their address; without one, by name and phone.

    Raises IntegrityError where somebody saves one of them at the same moment: then again.
    """
    good, failed = checked(given)
    here = Here(workspace_id, good.values())
    new: dict[int, Values] = {}
    there: dict[int, str] = {}
    changed: set[uuid.UUID] = set()
    for number, values in good.items():
        contact, earlier = here.contact(values), here.earlier(values)
        if contact is None and earlier is None:
            new[number] = here.note(values)
        elif existing == SKIP:
            there[number] = contact.name if contact else str((earlier or {})["name"])
        elif contact is not None:
            improve(contact, values, existing)
            changed.add(contact.id)
        elif earlier is not None:
            earlier |= better(earlier, values, existing)
            there[number] = str(earlier["name"])
    add(workspace_id, list(new.values()))
    repository.flush()
    return Taken(len(new), len(changed), there, failed)


def checked(given: Sequence[Values]) -> tuple[dict[int, Values], dict[int, str]]:
    good, failed = {}, {}
    for number, fields in enumerate(given):
        try:
            good[number] = details.EMPTY | details.clean({"name": ""} | fields)
        except Invalid as error:
            failed[number] = said(error, fields)
    return good, failed


def said(error: Invalid, fields: Mapping[str, Any]) -> str:
    """Every wrong one with what it was."""
    wrong = (
        f"{name}: {why}" if not fields.get(name) else f"{name} “{str(fields[name])[:40]}”: {why}"
        for name, why in error.fields.items()
    )
    return " ".join(wrong) or error.message


class Here:
    """Who is here already, and who came earlier in the same list."""

    def __init__(self, workspace_id: uuid.UUID, good: Iterable[Values]) -> None:
        rows = list(good)
        emails = {row["email"] for row in rows if row["email"]}
        names = {row["name"] for row in rows if not row["email"]}
        self.by_email = repository.by_emails(workspace_id, emails)
        self.by_name: dict[str, list[Contact]] = {}
        for contact in repository.by_names(workspace_id, names):
            self.by_name.setdefault(contact.name.casefold(), []).append(contact)
        self.noted: dict[object, Values] = {}

    def contact(self, values: Values) -> Contact | None:
        if values["email"]:
            return self.by_email.get(values["email"])
        named = self.by_name.get(values["name"].casefold(), [])
        return next((one for one in named if have_one_phone(vars_of(one), values)), None)

    def earlier(self, values: Values) -> Values | None:
        return self.noted.get(mark(values))

    def note(self, values: Values) -> Values:
        self.noted[mark(values)] = values
        return values


def mark(values: Values) -> object:
    return values["email"] or (values["name"].casefold(), tuple(sorted(phones(values))))


def vars_of(contact: Contact) -> Values:
    return {name: getattr(contact, name) for name in details.PHONES}


def phones(values: Mapping[str, Any]) -> set[str]:
    return {details.digits(values[name]) for name in details.PHONES if values[name]}


def have_one_phone(one: Values, other: Values) -> bool:
    """Or both none: then the name is all there is."""
    mine, theirs = phones(one), phones(other)
    return bool(mine & theirs) or not (mine or theirs)


def improve(contact: Contact, values: Values, existing: str) -> None:
    now_there = {name: getattr(contact, name) for name in details.RULES if name != "tags"}
    now_there["tags"] = [tag.name for tag in contact.tags]
    new = better(now_there, values, existing)
    if "tags" in new:
        set_tags(contact, new.pop("tags"))
    put(contact, new)


def better(there: Values, values: Values, existing: str) -> Values:
    """What changes: an empty cell takes nothing away, and tags only ever come in addition."""
    found = {
        name: value
        for name, value in values.items()
        if name not in ("tags", "attributes")
        and value
        and value != there[name]
        and (existing == OVERWRITE or not there[name])
    }
    tags = sorted({*there["tags"], *values["tags"]})[: details.MOST_TAGS]
    if tags != there["tags"]:
        found["tags"] = tags
    own, others = there["attributes"] or {}, values["attributes"] or {}
    both = own | others if existing == OVERWRITE else others | own
    if both != own:
        found["attributes"] = dict(sorted(both.items())[: details.MOST_ATTRIBUTES])
    return found


def add(workspace_id: uuid.UUID, new: Sequence[Values]) -> None:
    at, rows, tags = now(), [], []
    for values in new:
        row = values | {"id": new_id(), "workspace_id": workspace_id}
        row["consent_at"] = at if row["consent"] else None
        names = row.pop("tags")
        rows.append(row)
        of_it = {"workspace_id": workspace_id, "contact_id": row["id"]}
        tags += [of_it | {"name": name} for name in names]
    insert_all(CONTACTS, rows)
    insert_all(TAGS, tags)
