"""One reminder for many: whom it reaches, some more of them, some fewer, up to ten thousand."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal

from reminder_app.contacts.models import Contact
from reminder_app.database import Page, now, transaction
from reminder_app.errors import Invalid, refuse
from reminder_app.reminders import audience_repository as audience
from reminder_app.reminders import repository
from reminder_app.reminders.client_ways import gateways_for, is_reachable, why_not
from reminder_app.reminders.draft import MOST_RECIPIENTS
from reminder_app.reminders.models import Recipient, Reminder
from reminder_app.reminders.recipients import call_off
from reminder_app.reminders.service import there
from reminder_app.translations import gettext as _
from reminder_app.translations import language, lazy_gettext

MOST, MOST_NAMED, MOST_EXPLAINED = 10_000, 100, 20
NOBODY = lazy_gettext("Name contacts, members, addresses, a tag, or words to look for.")
LAST = lazy_gettext("Somebody has to be left: pause or delete the reminder instead.")


def full() -> str:
    return _(
        "One reminder reaches at most %(most)s: make a second one for the others.",
        most=format_decimal(MOST, locale=language()),
    )


@dataclass(frozen=True)
class Wanted:
    contact_ids: Sequence[uuid.UUID] = ()
    member_ids: Sequence[uuid.UUID] = ()
    addresses: Sequence[str] = ()  # of contacts
    tag: str = ""
    q: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.contact_ids or self.member_ids or self.addresses or self.tag or self.q)


@dataclass(frozen=True)
class Unreachable:
    id: uuid.UUID
    name: str
    reason: str


@dataclass(frozen=True)
class Added:
    added: int
    known: int  # were among them already
    unreachable: int  # archived, or without an address
    not_found: Sequence[str]  # addresses that no contact has: the first hundred
    total: int
    unreachable_contacts: Sequence[Unreachable]  # the first twenty


@dataclass(frozen=True)
class Removed:
    removed: int
    total: int


@transaction
def add(
    workspace_id: uuid.UUID, actor_id: uuid.UUID, reminder_id: uuid.UUID, wanted: Wanted
) -> Added:
    """They get what is still to come. Raises NotFound, Invalid."""
    reminder = there(repository.lock(workspace_id, reminder_id))
    found, unknown = contacts_of(workspace_id, wanted)
    members = set(repository.members(workspace_id, wanted.member_ids))
    there_already = audience.ids_of(reminder_id)
    channels = gateways_for(workspace_id, found)
    mute = [one for one in found if one.archived_at or not is_reachable(one, channels)]
    gone = {one.id for one in mute}
    reachable = [one.id for one in found if one.id not in gone]
    new = [one for one in reachable if one not in there_already]
    new_members = members - there_already
    total = len(there_already) + len(new) + len(new_members)
    if total > MOST:
        refuse("recipients", full())
    audience.insert(reminder_id, new, new_members)
    touched(reminder, actor_id, total)
    known = len(reachable) + len(members) - len(new) - len(new_members)
    return Added(
        len(new) + len(new_members),
        known,
        len(mute),
        unknown[:MOST_NAMED],
        total,
        [Unreachable(one.id, one.name, why_not(one, channels)) for one in mute[:MOST_EXPLAINED]],
    )


@transaction
def remove(
    workspace_id: uuid.UUID, actor_id: uuid.UUID, reminder_id: uuid.UUID, wanted: Wanted
) -> Removed:
    """They get nothing more, not even what waits already. Raises NotFound, Invalid."""
    reminder = there(repository.lock(workspace_id, reminder_id))
    found, _ = contacts_of(workspace_id, wanted)
    ids = {one.id for one in found} | set(wanted.member_ids)
    everybody = audience.everybody(reminder_id)
    gone = [one for one in everybody if (one.contact_id or one.user_id) in ids]
    staying = [one for one in everybody if (one.contact_id or one.user_id) not in ids]
    if not staying:
        refuse("recipients", LAST)
    call_off(gone, staying, source_id=reminder_id)
    audience.delete([one.id for one in gone])
    touched(reminder, actor_id, len(staying))
    return Removed(len(gone), len(staying))


def touched(reminder: Reminder, actor_id: uuid.UUID, total: int) -> None:
    reminder.is_for_many = total > MOST_RECIPIENTS
    reminder.changed_by, reminder.updated_at = actor_id, now()


def contacts_of(workspace_id: uuid.UUID, wanted: Wanted) -> tuple[Collection[Contact], list[str]]:
    """And the addresses that no contact has. Raises Invalid."""
    if wanted.is_empty:
        raise Invalid(NOBODY, recipients=NOBODY)
    addresses = cleaned(wanted.addresses)
    found = {
        one.id: one
        for one in (
            *audience.contacts_by_id(workspace_id, wanted.contact_ids),
            *audience.contacts_by_email(workspace_id, addresses),
            *searched(workspace_id, wanted),
        )
    }
    has = {one.email for one in found.values()}
    return found.values(), [one for one in addresses if one not in has]


def searched(workspace_id: uuid.UUID, wanted: Wanted) -> Sequence[Contact]:
    if not (wanted.tag or wanted.q):
        return []
    found = audience.contacts_like(workspace_id, wanted.q, wanted.tag.strip().lower(), MOST + 1)
    if len(found) > MOST:
        refuse("recipients", full())
    return found


def cleaned(addresses: Iterable[str]) -> list[str]:
    """Each once; what is no address is looked for in vain, and told."""
    return list(dict.fromkeys(one.strip().lower() for one in addresses if one.strip()))


def page(
    workspace_id: uuid.UUID, reminder_id: uuid.UUID, *, cursor: str | None = None, limit: int = 50
) -> Page[Recipient]:
    """In the order in which they were added. Raises NotFound, Invalid (cursor)."""
    there(repository.get(workspace_id, reminder_id))
    return audience.page(reminder_id, cursor, limit)


def first_client(reminder_id: uuid.UUID) -> Recipient | None:
    return audience.first_client(reminder_id)


def count(reminder_id: uuid.UUID) -> int:
    return audience.count(reminder_id)
