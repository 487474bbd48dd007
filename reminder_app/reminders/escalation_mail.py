"""Nobody has answered: what somebody else is told, with a link by which they take it over."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from reminder_app.accounts.models import User
from reminder_app.accounts.site import Site
from reminder_app.contacts.models import Contact
from reminder_app.delivery.endpoints.orders import OWN, Ways
from reminder_app.delivery.letters import Planned
from reminder_app.reminders import act_link, notice_mail
from reminder_app.reminders.along import along
from reminder_app.reminders.models import Reminder
from reminder_app.reminders.notice_mail import Members
from reminder_app.reminders.notice_ways import Saying, later_at, ways_to
from reminder_app.reminders.notice_words import when
from reminder_app.translations import gettext as _
from reminder_app.translations import of, speaking


@dataclass(frozen=True)
class Second:
    """Like a recipient, who is one only once."""

    id: uuid.UUID
    user: User | None
    contact: Contact | None
    channel: str = OWN

    @property
    def user_id(self) -> uuid.UUID | None:
        return self.user.id if self.user else None

    @property
    def contact_id(self) -> uuid.UUID | None:
        return self.contact.id if self.contact else None


def second_of(reminder: Reminder) -> Any:
    """None where they are gone."""
    who: User | Contact | None = reminder.escalate_user or reminder.escalate_contact
    return Second(who.id, reminder.escalate_user, reminder.escalate_contact) if who else None


def letters(
    reminder: Reminder,
    saying: Saying,
    members: Members,
    site: Site,
    now: datetime,
    ways: Mapping[uuid.UUID, Ways] | None = None,
) -> Iterator[Planned]:
    """One for each way to them, in the order of their own."""
    second = second_of(reminder)
    if second is None:
        return
    files = along(reminder, site, saying.at)
    for way in ways_to(second, saying, ways or {}):
        to = way.to or notice_mail.address(second)
        obstacle = notice_mail.why_not(reminder, second, members, (), to)
        due_at = later_at(saying, way, now)
        until = None
        if not obstacle:
            until = notice_mail.asleep_until(reminder, saying, second, now, due_at)
        said = payload(reminder, saying, second, site) | files.said_to(second.id)
        if not way.is_mail:
            said |= notice_mail.for_machines(reminder, saying)
        which = files.by_mail if way.is_mail else files.otherwise
        letter = notice_mail.letter(
            reminder, saying, second, obstacle, said, until, way, due_at, which
        )
        yield replace(letter, template="escalation")


def payload(reminder: Reminder, saying: Saying, second: Any, site: Site) -> dict[str, Any]:
    user, person = second.user, notice_mail.person(second)
    locale = notice_mail.locale_of(reminder, second)
    claim = act_link.Claim(saying.occurrence_id, person.id)
    with speaking(locale):
        subject = _("Not done yet: %(title)s", title=reminder.title)
    return {
        "subject": subject,
        "lang": of(locale),
        "title": reminder.title,
        "text": reminder.notes,
        "when": when(saying.due_at, person.time_zone or reminder.time_zone, locale),
        "who": ", ".join(names(reminder)),
        "priority": reminder.priority,
        "workspace": reminder.workspace.name,
        "path": f"/reminders/{reminder.id}" if user else "",
        "act_path": f"/e/{act_link.sign_second(site, claim, saying.at)}",
        **notice_mail.may_sleep(second),
    }


def names(reminder: Reminder) -> list[str]:
    people = (notice_mail.person(one) for one in reminder.recipients)
    return [person.name or person.email for person in people]
