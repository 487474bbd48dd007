"""By which ways clients are reached who would rather not be written to by email."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from reminder_app.contacts.models import Contact
from reminder_app.delivery.endpoints import gateways, kinds
from reminder_app.delivery.endpoints.orders import Ways
from reminder_app.reminders.models import Reminder
from reminder_app.translations import gettext as _


def ways_of_clients(reminders: Iterable[Reminder]) -> Mapping[uuid.UUID, Ways]:
    """Of those whom a gateway of their workspace can reach as they prefer; one query at most."""
    wishes = {one.id: one for reminder in reminders for one in clients(reminder) if number(one)}
    gates = gateways.ways({one.workspace_id for one in wishes.values()})
    found = {}
    for one in wishes.values():
        if gate := gates.get((one.workspace_id, one.preferred_channel)):
            way = replace(gate, to=number(one))
            found[one.id] = Ways(one.preferred_channel, by_kind={one.preferred_channel: [way]})
    return found


def clients(reminder: Reminder) -> Iterator[Contact]:
    yield from (one.contact for one in reminder.recipients if one.contact)
    if reminder.escalate_contact:
        yield reminder.escalate_contact


def number(contact: Contact) -> str:
    """For the channel they prefer. Empty: none that a gateway understands."""
    if contact.preferred_channel not in kinds.GATEWAYS:
        return ""
    if contact.preferred_channel == kinds.SMS:
        written = contact.phone, contact.phone_secondary
    else:
        written = contact.phone_whatsapp, contact.phone
    return next(filter(None, map(gateways.number_of, written)), "")


def gateways_for(workspace_id: uuid.UUID, people: Iterable[Contact]) -> set[str]:
    """Only where one of them has no email address it matters."""
    has_mute = any(not one.email for one in people)
    return gateways.channels(workspace_id) if has_mute else set()


def is_reachable(contact: Contact, channels: set[str]) -> bool:
    """`channels`: those for which the workspace has a gateway."""
    return bool(contact.email) or is_by_gateway(contact, channels)


def is_by_gateway(contact: Contact, channels: set[str]) -> bool:
    return contact.preferred_channel in channels and bool(number(contact))


def why_not(contact: Contact, channels: set[str]) -> str:
    """Of one who is archived or not reachable."""
    if contact.archived_at:
        return _("archived")
    channel = kinds.GATEWAYS.get(contact.preferred_channel)
    if channel is None:
        return _("no email address")
    if number(contact):
        return _("no email address, and no gateway for %(channel)s", channel=channel)
    if contact.phone or contact.phone_secondary or contact.phone_whatsapp:
        return _("the number has no country code, like +49")
    return _("no email address and no number")
