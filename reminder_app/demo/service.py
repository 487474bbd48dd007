"""Fill the database with a small world that is worth looking at, and take it away again."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reminder_app.accounts.models import User
from reminder_app.contacts import service as contacts
from reminder_app.database import now, transaction
from reminder_app.delivery.senders import configurations, identities
from reminder_app.demo import history, repository, story
from reminder_app.errors import Conflict, Invalid
from reminder_app.recurrence import Schedule, validate
from reminder_app.reminders import service as reminders
from reminder_app.reminders.models import Reminder
from reminder_app.workspaces import service as workspaces

WHO = story.OWNER[1]  # signs in
LONGEST_SEARCH = 62  # days until any of the story's rules fires


@transaction
def load(zone: str = "Europe/Berlin") -> tuple[str, str]:
    """The e-mail and the password to sign in with. Raises Conflict when it is there already."""
    if repository.people(story.DOMAIN):
        raise Conflict(f"The demo is here already. Sign in as {WHO}")
    password = secrets.token_urlsafe(9)
    owner = person(*story.OWNER, zone, password)
    family = workspaces.create_workspace(
        owner.id, kind="family", name="The Millers", time_zone=zone
    )
    firm = workspaces.create_workspace(
        owner.id, kind="business", name="Miller Tax Advisers", time_zone=zone
    )
    owner.workspace_id = family.id
    join(family.id, story.FAMILY, zone)
    join(firm.id, story.FIRM, zone)
    add_senders(family.id, owner.name)
    fill(family.id, owner, story.HOME, know(family.id, story.NEIGHBOURS))
    fill(firm.id, owner, story.WORK, know(firm.id, story.CLIENTS))
    return owner.email, password


@transaction
def clear() -> int:
    """Everything that `load` made, and what was added to it since; returns how many people."""
    return repository.forget(story.DOMAIN)


def person(name: str, email: str, zone: str, password: str = "") -> User:
    return workspaces.sign_up(
        email, password or secrets.token_urlsafe(24), name=name, time_zone=zone, locale="en_GB"
    )


def join(workspace_id: uuid.UUID, people: Sequence[tuple[str, str, str]], zone: str) -> None:
    for name, email, role in people:
        repository.add_member(workspace_id, person(name, email, zone).id, role)


def add_senders(workspace_id: uuid.UUID, by: str) -> None:
    """Verified and not the default, and a mail server that is off: nothing goes out otherwise by them."""
    configurations.create(workspace_id, by, **story.MAIL_SERVER)
    address, name = story.SENDER
    made = identities.create(workspace_id, address=address, display_name=name)
    identities.verify_as_operator(made.id)


def know(workspace_id: uuid.UUID, people: Sequence[tuple[str, str, str]]) -> dict[str, uuid.UUID]:
    """New contacts, by name."""
    return {
        name: contacts.create(workspace_id, name=name, email=email, tags=[tag]).id
        for name, email, tag in people
    }


def fill(
    workspace_id: uuid.UUID,
    owner: User,
    items: Sequence[story.Item],
    known: dict[str, uuid.UUID],
) -> None:
    for item in items:
        reminder = create(workspace_id, owner, item, known)
        history.write(reminder, owner, is_left_open=item.is_left_open, is_refused=item.is_refused)


def create(
    workspace_id: uuid.UUID, owner: User, item: story.Item, known: dict[str, uuid.UUID]
) -> Reminder:
    return reminders.create_reminder(
        workspace_id,
        owner.id,
        title=item.title,
        notes=item.notes,
        starts_at=start(item, owner.time_zone),
        time_zone=owner.time_zone,
        rule=item.rule,
        advance_notices=list(item.advance),
        priority=item.priority,
        labels=list(item.labels),
        recipients=[recipient(who, known) for who in item.who],
    )


def recipient(who: str, known: dict[str, uuid.UUID]) -> dict[str, object]:
    if who == "me":
        return {"kind": "me", "id": None}
    return {"kind": "contact", "id": known[who], "channel": "email"}


def start(item: story.Item, zone: str) -> datetime:
    """The first day from `item.day` on at which the rule fires; a one-off is never in the past."""
    here = now().astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    hour, minute = (int(part) for part in item.time.split(":"))
    day = here.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(item.day)
    if item.rule is None and day <= here:
        return here.replace(second=0, microsecond=0) + timedelta(hours=2)
    for ahead in range(LONGEST_SEARCH):
        try:
            validate(Schedule(day + timedelta(ahead), zone, item.rule, "clamp"))
        except Invalid:
            continue
        return day + timedelta(ahead)
    raise Invalid(f"{item.title}: its rule does not fire within {LONGEST_SEARCH} days.")
