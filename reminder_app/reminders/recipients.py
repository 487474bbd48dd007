"""Who is reminded: users of the workspace and its contacts."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reminder_app.contacts.models import Contact
from reminder_app.delivery import service as delivery
from reminder_app.delivery.endpoints import kinds
from reminder_app.delivery.endpoints.orders import OWN
from reminder_app.delivery.models import REMINDER
from reminder_app.errors import refuse
from reminder_app.reminders import repository
from reminder_app.reminders.client_ways import gateways_for, is_reachable, why_not
from reminder_app.reminders.draft import MOST_RECIPIENTS
from reminder_app.reminders.models import Recipient, Reminder
from reminder_app.reminders.notice_mail import address
from reminder_app.translations import N_, lazy_gettext
from reminder_app.translations import gettext as _

KINDS = ("me", "member", "contact")
NAMELESS = {
    "member": lazy_gettext("Name the member by its id."),
    "contact": lazy_gettext("Name the contact by its id."),
}
CHANNELS = (OWN, kinds.EMAIL, *kinds.KINDS)
AS_IT_IS = ""  # somebody new: as they have set it
NO_LONGER = N_("No longer among those who are reminded.")


@dataclass(frozen=True)
class Chosen:
    user_id: uuid.UUID | None
    contact_id: uuid.UUID | None
    channel: str


def choose(
    workspace_id: uuid.UUID, actor_id: uuid.UUID, wanted: Sequence[Mapping[str, Any]] | None
) -> list[Chosen]:
    """`wanted`: kind me | member | contact, id, channel; None: the one who asks.

    Each once, in the order given. Raises Invalid naming recipients, or recipients.N.id.
    """
    wanted = [{"kind": "me"}] if wanted is None else wanted
    if not 0 < len(wanted) <= MOST_RECIPIENTS:
        refuse("recipients", _("Choose who is reminded: 1 to %(most)s.", most=MOST_RECIPIENTS))
    found = [chosen(n, actor_id, one) for n, one in enumerate(wanted)]
    check_members(workspace_id, actor_id, found)
    check_contacts(workspace_id, found)
    return list(dict.fromkeys(found))


def chosen(number: int, actor_id: uuid.UUID, wanted: Mapping[str, Any]) -> Chosen:
    kind, who, channel = wanted.get("kind"), wanted.get("id"), wanted.get("channel")
    channel = kinds.EMAIL if kind == "contact" and channel in (None, OWN) else channel or AS_IT_IS
    if channel not in (AS_IT_IS, *CHANNELS):
        refuse(
            f"recipients.{number}.channel",
            _("Choose one of %(channels)s.", channels=", ".join(CHANNELS)),
        )
    if kind == "contact" and channel != kinds.EMAIL:
        refuse(f"recipients.{number}.channel", _("Contacts are reminded by email."))
    if kind == "me":
        return Chosen(actor_id, None, channel)
    if kind not in KINDS:
        refuse(f"recipients.{number}.kind", _("Choose me, member or contact."))
    if who is None:
        refuse(f"recipients.{number}.id", NAMELESS[kind])
    return Chosen(who, None, channel) if kind == "member" else Chosen(None, who, channel)


def check_members(workspace_id: uuid.UUID, actor_id: uuid.UUID, found: Sequence[Chosen]) -> None:
    ids = {one.user_id for one in found if one.user_id} - {actor_id}
    known = set(repository.members(workspace_id, ids)) if ids else set()
    for number, one in enumerate(found):
        if one.user_id and one.user_id not in known | {actor_id}:
            refuse(f"recipients.{number}.id", _("There is no such member in this workspace."))


def check_contacts(workspace_id: uuid.UUID, found: Sequence[Chosen]) -> None:
    ids = {one.contact_id for one in found if one.contact_id}
    known = {one.id: one for one in repository.contacts(workspace_id, ids)} if ids else {}
    channels = gateways_for(workspace_id, known.values())
    for number, one in enumerate(found):
        if one.contact_id is None:
            continue
        contact = known.get(one.contact_id)
        if contact is None:
            refuse(f"recipients.{number}.id", _("There is no such contact in this workspace."))
        if contact.archived_at:
            refuse(f"recipients.{number}.id", _("This contact is archived: bring it back first."))
        if not is_reachable(contact, channels):
            refuse(f"recipients.{number}.id", mute(contact, channels))


def mute(contact: Contact, channels: set[str]) -> str:
    wish = kinds.GATEWAYS.get(contact.preferred_channel)
    if wish is None:
        return _("This contact has no email address: add one first.")
    return _(
        "This contact cannot be reached (%(why)s): add an email address, or for %(channel)s a number "
        "with its country and a gateway under Settings, Senders.",
        why=why_not(contact, channels),
        channel=wish,
    )


def put(reminder: Reminder, wanted: Iterable[Chosen]) -> None:
    """Those who stay keep their row: its id is part of the key that lets a message go out once."""
    missing = dict.fromkeys(named for one in wanted for named in with_channel(reminder, one))
    gone = [one for one in reminder.recipients if as_chosen(one) not in missing]
    for one in reminder.recipients:
        missing.pop(as_chosen(one), None)
    for one in gone:
        reminder.recipients.remove(one)
    call_off(gone, reminder.recipients, source_id=reminder.id)
    reminder.is_for_many = len(reminder.recipients) + len(missing) > MOST_RECIPIENTS
    reminder.recipients.extend(
        Recipient(user_id=one.user_id, contact_id=one.contact_id, channel=one.channel)
        for one in missing
    )


def with_channel(reminder: Reminder, one: Chosen) -> list[Chosen]:
    """Who is named without a channel keeps those they have."""
    if one.channel != AS_IT_IS:
        return [one]
    kept = [as_chosen(row) for row in reminder.recipients if row.user_id == one.user_id]
    return kept or [replace(one, channel=OWN)]


def call_off(gone: Iterable[Recipient], staying: Iterable[Recipient], **of: uuid.UUID) -> None:
    """What still waits for those who are gone, unless somebody stays who reads it at that address."""
    kept = {address(one) for one in staying}
    ids = [one.id for one in gone if not address(one) or address(one) not in kept]
    if ids:
        delivery.cancel(source_kind=REMINDER, with_in_key=ids, reason=NO_LONGER, **of)


def as_chosen(one: Recipient) -> Chosen:
    return Chosen(one.user_id, one.contact_id, one.channel)
