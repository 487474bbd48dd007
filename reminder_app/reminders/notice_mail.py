"""What a notice says to each of its recipients, as rows of the ledger."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from reminder_app.accounts.site import Site
from reminder_app.delivery.letters import Planned
from reminder_app.delivery.models import REMINDER
from reminder_app.delivery.states import HELD, PENDING, SUPPRESSED
from reminder_app.recurrence import quiet
from reminder_app.recurrence.quiet import Quiet
from reminder_app.recurrence.wording import describe
from reminder_app.reminders import act_link, money, web_link
from reminder_app.reminders.models import Recipient, Reminder
from reminder_app.reminders.notice_words import clock, day, lead, subject, time_of_day, when
from reminder_app.texts import service as texts

Members = Collection[tuple[uuid.UUID, uuid.UUID]]  # (workspace, user)
ASLEEP = "Held back for the quiet hours of its reader."
HELD_FOR = timedelta(hours=24)  # after the quiet, before it is too late
GATHERED = "Its time had passed before it could be sent; told with others that are late."


@dataclass(frozen=True)
class Saying:
    """One thing to say about one occurrence, whoever it is said to."""

    occurrence_id: uuid.UUID
    due_at: datetime
    at: datetime  # when it was promised
    what: str  # the last part of the key: due, the minutes before, or snooze-N
    deadline_at: datetime
    is_late: bool = False
    passed_over: int = 0  # older ones that nobody was told of
    nags: int = 0  # so many times it was asked again, this one included
    state: str = PENDING
    reason: str = ""


def letters(
    reminder: Reminder, saying: Saying, members: Members, site: Site, now: datetime
) -> Iterator[Planned]:
    """One per recipient; who cannot be written to gets a row that says why."""
    seen: set[str] = set()
    for recipient in reminder.recipients:
        obstacle = why_not(reminder, recipient, members, seen)
        if not obstacle:
            seen.add(address(recipient))
        until = None if obstacle else asleep_until(reminder, saying, recipient, now)
        said = payload(reminder, saying, recipient, site, now, until)
        yield letter(reminder, saying, recipient, obstacle, said, until)


def letter(
    reminder: Reminder,
    saying: Saying,
    recipient: Recipient,
    obstacle: str,
    said: dict[str, Any],
    until: datetime | None = None,
) -> Planned:
    """`until`: the end of the quiet hours that it would go into."""
    state, reason = saying.state, saying.reason
    if saying.is_late and state == PENDING:
        state, reason = HELD, GATHERED
    if until:
        state, reason = HELD, ASLEEP
    if obstacle:
        state, reason = SUPPRESSED, obstacle
    return Planned(
        key=f"reminder:{saying.occurrence_id}:{recipient.id}:{recipient.channel}:{saying.what}",
        source_kind=REMINDER,
        source_id=reminder.id,
        part_id=saying.occurrence_id,
        workspace_id=reminder.workspace_id,
        contact_id=recipient.contact_id,
        channel=recipient.channel,
        address=address(recipient),
        name=person(recipient).name,
        reply_to=reply_to(reminder, recipient),
        template="reminder",
        payload=said,
        due_at=saying.at,
        not_before=until,
        deadline_at=max(saying.deadline_at, until + HELD_FOR) if until else saying.deadline_at,
        is_late=saying.is_late,
        state=state,
        reason=reason,
    )


def asleep_until(
    reminder: Reminder, saying: Saying, recipient: Recipient, now: datetime
) -> datetime | None:
    its = quiet_of(reminder, recipient) if saying.state == PENDING else None
    at = max(saying.at, now)
    until = quiet.may_go(its, at) if its else at
    return until if until > at else None


def quiet_of(reminder: Reminder, recipient: Recipient) -> Quiet | None:
    """What keeps a message of this reminder from somebody; contacts have said nothing of the kind."""
    user = recipient.user
    its = quiet.of(user.quiet, user.time_zone) if user else None
    return None if its is None or its.is_pierced_by(reminder.priority) else its


def person(recipient: Recipient) -> Any:
    """Foreign keys see to it that it is one of the two."""
    return recipient.user or recipient.contact


def address(recipient: Recipient) -> str:
    return person(recipient).email or ""


def reply_to(reminder: Reminder, recipient: Recipient) -> str:
    """A client answers the one who set the reminder."""
    return reminder.creator.email if recipient.contact_id and reminder.creator else ""


def why_not(
    reminder: Reminder, recipient: Recipient, members: Members, seen: Collection[str]
) -> str:
    user, contact = recipient.user, recipient.contact
    if contact is not None and contact.archived_at:
        return "This contact is archived."
    if user is not None and not user.is_active:
        return "This account is closed."
    if user is not None and (reminder.workspace_id, user.id) not in members:
        return "No longer a member of this workspace."
    if not address(recipient):
        return "There is no email address to write to."
    return "Another recipient has the same address." if address(recipient) in seen else ""


def payload(
    reminder: Reminder,
    saying: Saying,
    recipient: Recipient,
    site: Site,
    now: datetime,
    until: datetime | None = None,
) -> dict[str, Any]:
    user = recipient.user
    zone = person(recipient).time_zone or reminder.time_zone
    locale = user.locale if user else reminder.workspace.locale
    here = when(saying.due_at, zone, locale)
    there = when(saying.due_at, reminder.time_zone, locale)
    goes_at = until or (now if saying.is_late else saying.at)
    ahead_text = lead(saying.due_at - goes_at) if saying.due_at > goes_at else ""
    return {
        "subject": subject(reminder.title, ahead_text, here if saying.is_late else ""),
        "title": reminder.title,
        "text": reminder.notes,
        "when": here,
        "when_there": f"{there} ({reminder.time_zone})" if there != here else "",
        "lead": ahead_text,
        "is_late": saying.is_late,
        "is_snoozed": saying.what.startswith("snooze"),
        "passed_over": saying.passed_over,
        "nags": saying.nags,
        "priority": reminder.priority,
        "workspace": reminder.workspace.name,
        "creator": reminder.creator.name or reminder.creator.email if reminder.creator else "",
        "path": f"/reminders/{reminder.id}" if user else "",
        # Only for users: what a firm has to do is not ticked off by its client.
        "act_path": act_path(site, saying, user.id) if user else "",
        "repeats": repeats(reminder, locale),
        **their_quiet(reminder, recipient),
        **claim(reminder, locale),
        **own_words(reminder, saying, recipient, zone, locale),
    }


def own_words(
    reminder: Reminder, saying: Saying, recipient: Recipient, zone: str, locale: str
) -> dict[str, str]:
    """A client reads the workspace's own text, as it is now: what is sent later is what stands here."""
    client = recipient.contact
    if reminder.words is None or client is None:
        return {}
    amount = reminder.amount
    values = texts.of_client(client.name, client.email or "") | {
        "title": reminder.title,
        "amount": "" if amount is None else money.shown(amount, reminder.currency, locale),
        "due_date": day(saying.due_at, zone, locale),
        "due_time": time_of_day(saying.due_at, zone, locale),
        "link": reminder.link,
        "reference": reminder.reference,
        "sender": creator(reminder),
        "workspace": reminder.workspace.name,
    }
    text = {"subject": reminder.words.subject, "body": reminder.words.body}
    said = texts.said(text, values)
    return {"subject": said["subject"] or reminder.title, "words": said["text"]}


def creator(reminder: Reminder) -> str:
    who = reminder.creator
    return who.name or who.email if who else reminder.workspace.name


def claim(reminder: Reminder, locale: str) -> dict[str, str]:
    """What there is to pay or to read, and where."""
    amount, link = reminder.amount, reminder.link
    return {
        "kind": reminder.kind,
        "amount": "" if amount is None else money.shown(amount, reminder.currency, locale),
        "reference": reminder.reference,
        "link": link,
        "link_host": web_link.host(link) if link else "",
    }


def their_quiet(reminder: Reminder, recipient: Recipient) -> dict[str, Any]:
    """For a message that is held up on its way: whoever takes it looks at this once more."""
    user = recipient.user
    if user is None or quiet_of(reminder, recipient) is None:
        return {}
    return {"quiet": {**(user.quiet or {}), "zone": user.time_zone}}


def repeats(reminder: Reminder, locale: str) -> str:
    return describe(reminder.schedule, partial(clock, locale=locale)) if reminder.rule else ""


def act_path(site: Site, saying: Saying, user_id: uuid.UUID) -> str:
    return f"/d/{act_link.sign(site, act_link.Claim(saying.occurrence_id, user_id), saying.at)}"
