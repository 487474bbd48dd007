"""What the first client of a reminder would read of it now."""

from dataclasses import dataclass

from reminder_app.accounts.site import Site
from reminder_app.database import database_now
from reminder_app.delivery.channels.message import plain, written
from reminder_app.reminders import audience
from reminder_app.reminders.models import Reminder
from reminder_app.reminders.notice_mail import payload
from reminder_app.reminders.notice_ways import Saying


@dataclass(frozen=True)
class FirstLetter:
    name: str
    subject: str
    text: str
    lang: str


def of(reminder: Reminder, site: Site) -> FirstLetter | None:
    """None where there is no client, or nothing to come."""
    recipient, due_at = audience.first_client(reminder.id), reminder.due_at
    if recipient is None or recipient.contact is None or due_at is None:
        return None
    at = database_now()
    said = payload(reminder, Saying(reminder.id, due_at, at, "due", due_at), recipient, site, at)
    text = written("mail/reminder.txt", said | {"public_url": site.public_url, "linked": ()})
    return FirstLetter(recipient.contact.name, plain(said["subject"]), text, said["lang"])
