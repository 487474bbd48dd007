"""Contacts that are one person: found, compared, and made one."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reminder_app.contacts import details, service
from reminder_app.contacts import duplicate_repository as repository
from reminder_app.contacts.models import Contact
from reminder_app.contacts.service import put, set_tags
from reminder_app.database import now, transaction
from reminder_app.errors import Conflict, NotFound, refuse
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

WAYS = {
    "email": lazy_gettext("Same mailbox"),
    "phone": lazy_gettext("Same phone"),
    "name": lazy_gettext("Same name"),
}
GROUPS, MOST_SHOWN = 20, 200
MOST = 10  # at once
# What is chosen for each; tags and fields of one's own come together from all.
FIELDS = [name for name in details.RULES if name not in ("tags", "attributes")]
# What lies above names contacts too: (workspace, kept, gone), in the same transaction.
movers: list[Callable[[uuid.UUID, uuid.UUID, Collection[uuid.UUID]], None]] = []


@dataclass(frozen=True)
class Group:
    key: str
    many: int
    contacts: Sequence[Contact]


def suggestions(workspace_id: uuid.UUID, by: str, after: str = "") -> tuple[list[Group], str]:
    """A page of groups, and the key after which the next one begins; two queries and the tags."""
    found = list(repository.keys(workspace_id, by, after, GROUPS + 1))
    shown = found[:GROUPS]
    several = repository.with_keys(workspace_id, by, [key for key, _ in shown], MOST_SHOWN)
    groups = [
        Group(key, many, [one for one in several if key in keys_of(one, by)][:MOST])
        for key, many in shown
    ]
    return groups, shown[-1][0] if len(found) > GROUPS else ""


def keys_of(contact: Contact, by: str) -> set[str]:
    if by == "phone":
        return {details.digits(getattr(contact, name)) for name in details.PHONES}
    if by == "email":
        local = (contact.email or "").partition("@")[0].partition("+")[0]
        return {local.replace(".", "")}
    return {contact.name}


def compare(workspace_id: uuid.UUID, ids: Collection[uuid.UUID]) -> list[Contact]:
    """In the order given. Raises NotFound, and Invalid for fewer than two."""
    wanted = list(dict.fromkeys(ids))
    if not 2 <= len(wanted) <= MOST:
        refuse("ids", _("Choose 2 to %(most)s contacts.", most=MOST))
    found = {one.id: one for one in service.get_many(workspace_id, wanted)}
    if len(found) < len(wanted):
        raise NotFound(_("There is no such contact here."))
    return [found[id] for id in wanted]


def differing(contacts: Sequence[Contact]) -> list[str]:
    """What has to be chosen: where two of them say something, and not the same."""
    return [
        name
        for name in FIELDS
        if len({getattr(one, name) for one in contacts if getattr(one, name)}) > 1
    ]


@transaction
def merge(
    workspace_id: uuid.UUID,
    kept_id: uuid.UUID,
    ids: Collection[uuid.UUID],
    picked: Mapping[str, uuid.UUID] | None = None,
) -> Contact:
    """One stays, with what was picked of each; the others are archived and point to it.

    What is not picked is its own, or else the first that the others have. Reminders, messages
    and tags are its own from now on. Raises NotFound, Invalid, Conflict.
    """
    found = {one.id: one for one in repository.lock(workspace_id, set(ids))}
    check(found, kept_id, ids)
    if not set((picked or {}).values()) <= set(found):
        refuse("pick", _("Pick from the contacts that become one."))
    kept = found[kept_id]
    gone = [found[id] for id in dict.fromkeys(ids) if id != kept_id]
    values = chosen(kept, gone, found, picked or {})
    tags = {tag.name for one in found.values() for tag in one.tags}
    for one in gone:
        one.email = None if one.email == values["email"] else one.email
        one.archived_at, one.merged_into_id = one.archived_at or now(), kept.id
    repository.flush()
    put(kept, values)
    set_tags(kept, sorted(tags)[: details.MOST_TAGS])
    gone_ids = [one.id for one in gone]
    repository.point_to(kept.id, gone_ids)
    for move in movers:
        move(workspace_id, kept.id, gone_ids)
    return kept


def check(
    found: Mapping[uuid.UUID, Contact], kept_id: uuid.UUID, ids: Collection[uuid.UUID]
) -> None:
    if len(found) < len(set(ids)) or kept_id not in found:
        raise NotFound(_("There is no such contact here."))
    if not 2 <= len(found) <= MOST:
        refuse("ids", _("Choose 2 to %(most)s contacts.", most=MOST))
    if found[kept_id].archived_at:
        raise Conflict(_("The one that stays is archived: bring it back first."))


def chosen(
    kept: Contact,
    gone: Sequence[Contact],
    found: Mapping[uuid.UUID, Contact],
    picked: Mapping[str, uuid.UUID],
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in FIELDS:
        first = found.get(picked.get(name, kept.id), kept)
        order = [first, kept, *gone]
        given = (getattr(one, name) for one in order)
        values[name] = next((value for value in given if value), getattr(kept, name))
    own: dict[str, str] = {}
    for one in [*reversed(gone), kept]:
        own |= one.attributes or {}
    values["attributes"] = dict(sorted(own.items())[: details.MOST_ATTRIBUTES]) or None
    return values
