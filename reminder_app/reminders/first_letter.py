"""What the first client of a reminder would read of it now."""

from collections.abc import Sequence
from dataclasses import dataclass

from reminder_app.accounts.site import Site
from reminder_app.database import database_now
from reminder_app.delivery.channels.message import Sender, plain, written
from reminder_app.delivery.endpoints import gateways
from reminder_app.delivery.senders.voices import SITE
from reminder_app.reminders import attaching, audience
from reminder_app.reminders.client_ways import is_by_gateway
from reminder_app.reminders.models import Recipient, Reminder
from reminder_app.reminders.notice_mail import payload, reply_to
from reminder_app.reminders.notice_ways import Saying
from reminder_app.reminders.sending_as import voices_of


@dataclass(frozen=True)
class FirstLetter:
    name: str
    subject: str
    text: str
    lang: str
    from_whom: str  # empty: it is no mail
    reply_to: str
    files: Sequence[str]


def of(reminder: Reminder, site: Site, sender: Sender) -> FirstLetter | None:
    """None where there is no client, or nothing to come."""
    recipient, due_at = audience.first_client(reminder.id), reminder.due_at
    if recipient is None or recipient.contact is None or due_at is None:
        return None
    at = database_now()
    said = payload(reminder, Saying(reminder.id, due_at, at, "due", due_at), recipient, site, at)
    text = written("mail/reminder.txt", said | {"public_url": site.public_url, "linked": ()})
    files = [one.name for one in attaching.of(reminder)]
    return FirstLetter(
        recipient.contact.name,
        plain(said["subject"]),
        text,
        said["lang"],
        *addressed(reminder, recipient, sender),
        files,
    )


def addressed(reminder: Reminder, recipient: Recipient, sender: Sender) -> tuple[str, str]:
    """From whom a mail is, and where its answer goes."""
    contact = recipient.contact
    if contact is None or is_by_gateway(contact, gateways.channels(reminder.workspace_id)):
        return "", ""
    voice = voices_of([reminder]).of(reminder.workspace_id, reminder.sender_identity_id)
    name, address = voice.from_name or sender.name, voice.from_address or sender.address
    answers = reply_to(reminder, recipient) if voice is SITE else voice.reply_to
    return (f"{name} <{address}>" if name else address), answers
