"""What a notice says to each of its recipients, as rows of the ledger."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from reminder_app.accounts.service import CLOSED
from reminder_app.accounts.site import Site
from reminder_app.contacts.service import ARCHIVED
from reminder_app.delivery.account_names import kind_of
from reminder_app.delivery.endpoints.orders import MAIL, Way, Ways
from reminder_app.delivery.letters import HELD_FOR, Planned
from reminder_app.delivery.models import REMINDER
from reminder_app.delivery.states import HELD, PENDING, SUPPRESSED
from reminder_app.recurrence import quiet
from reminder_app.recurrence.quiet import Quiet
from reminder_app.recurrence.wording import describe
from reminder_app.reminders import act_link, money
from reminder_app.reminders.along import Files, along
from reminder_app.reminders.claim_words import claim
from reminder_app.reminders.draft import FOR_CLIENTS, NOTICE, PAYMENT
from reminder_app.reminders.models import Recipient, Reminder
from reminder_app.reminders.notice_ways import Saying, later_at, part, ways_to
from reminder_app.reminders.notice_words import clock, day, lead, subject, time_of_day, when
from reminder_app.texts import service as texts
from reminder_app.translations import N_, language, speaking
from reminder_app.workspaces.members import GONE

Members = Collection[tuple[uuid.UUID, uuid.UUID]]  # (workspace, user)
ASLEEP = N_("Held back for the quiet hours of its reader.")
GATHERED = N_("Its time had passed before it could be sent; told with others that are late.")


def letters(
    reminder: Reminder,
    saying: Saying,
    members: Members,
    site: Site,
    now: datetime,
    ways: Mapping[uuid.UUID, Ways] | None = None,
) -> Iterator[Planned]:
    """One per recipient and way to them; who cannot be written to gets a row that says why."""
    seen: dict[str, set[str]] = defaultdict(set)
    files = along(reminder, site, saying.at)
    for recipient in reminder.recipients:
        for way in ways_to(recipient, saying, ways or {}):
            to = way.to or address(recipient)
            obstacle = why_not(reminder, recipient, members, seen[way.account], to)
            if not obstacle:
                seen[way.account].add(to)
            due_at = later_at(saying, way, now)
            until = None if obstacle else asleep_until(reminder, saying, recipient, now, due_at)
            goes_at = until or (due_at if due_at != saying.at else None)
            said = payload(reminder, saying, recipient, site, now, goes_at)
            said |= files.said_to(person(recipient).id)
            if not way.is_mail:
                said |= for_machines(reminder, saying)
            which = files.by_mail if way.is_mail else files.otherwise
            yield letter(reminder, saying, recipient, obstacle, said, until, way, due_at, which)


def for_machines(reminder: Reminder, saying: Saying) -> dict[str, Any]:
    """What a program wants to know beside the words."""
    return {
        "reminder_id": str(reminder.id),
        "occurrence_id": str(saying.occurrence_id),
        "occurrence_due_at": saying.due_at.isoformat(),
    }


def letter(
    reminder: Reminder,
    saying: Saying,
    recipient: Recipient,
    obstacle: str,
    said: dict[str, Any],
    until: datetime | None = None,
    way: Way = MAIL,
    due_at: datetime | None = None,
    files: Files = None,
) -> Planned:
    """`until`: the end of the quiet hours that it would go into."""
    state, reason = standing(saying, obstacle, until)
    return Planned(
        key=f"reminder:{saying.occurrence_id}:{part(recipient, way)}:{saying.what}",
        source_kind=REMINDER,
        source_id=reminder.id,
        part_id=saying.occurrence_id,
        workspace_id=reminder.workspace_id,
        contact_id=recipient.contact_id,
        channel=kind_of(way.account),
        account="" if way.is_mail else way.account,
        address=way.to or address(recipient),
        name=person(recipient).name,
        reply_to=reply_to(reminder, recipient),
        template="reminder",
        payload=said,
        files=files,
        due_at=due_at or saying.at,
        not_before=until,
        deadline_at=max(saying.deadline_at, until + HELD_FOR) if until else saying.deadline_at,
        is_late=saying.is_late,
        state=state,
        reason=reason,
    )


def standing(saying: Saying, obstacle: str, until: datetime | None) -> tuple[str, str]:
    if obstacle:
        return SUPPRESSED, obstacle
    if until:
        return HELD, ASLEEP
    is_gathered = saying.is_late and saying.state == PENDING
    return (HELD, GATHERED) if is_gathered else (saying.state, saying.reason)


def asleep_until(
    reminder: Reminder,
    saying: Saying,
    recipient: Recipient,
    now: datetime,
    due_at: datetime | None = None,
) -> datetime | None:
    its = quiet_of(reminder, recipient) if saying.state == PENDING else None
    at = max(due_at or saying.at, now)
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


def locale_of(reminder: Reminder, recipient: Recipient) -> str:
    """A contact of whom none is known reads as the workspace does."""
    return person(recipient).locale or reminder.workspace.locale


def address(recipient: Recipient) -> str:
    return person(recipient).email or ""


def reply_to(reminder: Reminder, recipient: Recipient) -> str:
    """A client answers the one who set the reminder."""
    return reminder.creator.email if recipient.contact_id and reminder.creator else ""


def why_not(
    reminder: Reminder, recipient: Recipient, members: Members, seen: Collection[str], to: str
) -> str:
    if obstacle := gone(reminder, recipient, members):
        return obstacle
    if not to:
        return N_("There is no email address to write to.")
    return N_("Another recipient has the same address.") if to in seen else ""


def gone(reminder: Reminder, recipient: Recipient, members: Members) -> str:
    """Why nothing goes to them any more, whatever their address."""
    user, contact = recipient.user, recipient.contact
    if contact is not None and contact.archived_at:
        return ARCHIVED
    if user is not None and not user.is_active:
        return CLOSED
    if user is not None and (reminder.workspace_id, user.id) not in members:
        return GONE
    return ""


def payload(
    reminder: Reminder,
    saying: Saying,
    recipient: Recipient,
    site: Site,
    now: datetime,
    until: datetime | None = None,
) -> dict[str, Any]:
    locale = locale_of(reminder, recipient)
    with speaking(locale):
        return said(reminder, saying, recipient, site, now, until, locale)


def said(
    reminder: Reminder,
    saying: Saying,
    recipient: Recipient,
    site: Site,
    now: datetime,
    until: datetime | None,
    locale: str,
) -> dict[str, Any]:
    """In the language that is spoken."""
    user = recipient.user
    zone = person(recipient).time_zone or reminder.time_zone
    here = when(saying.due_at, zone, locale)
    there = when(saying.due_at, reminder.time_zone, locale)
    goes_at = until or (now if saying.is_late else saying.at)
    ahead_text = lead(saying.due_at - goes_at) if saying.due_at > goes_at else ""
    return {
        "subject": subject(reminder.title, ahead_text, here if saying.is_late else ""),
        "lang": language(),
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
        **may_sleep(recipient),
        **claim(reminder, locale),
        **of_firm(reminder, saying, recipient, zone, locale),
        **own_words(reminder, saying, recipient, zone, locale),
    }


def of_firm(
    reminder: Reminder, saying: Saying, recipient: Recipient, zone: str, locale: str
) -> dict[str, Any]:
    """To a client it reads like a letter of a firm, not like a note to oneself: by which day, and nothing of how it was kept."""
    if recipient.contact_id is None or reminder.kind not in FOR_CLIENTS:
        return {}
    due = "" if reminder.kind == NOTICE else day(saying.due_at, zone, locale)
    ours = {"lead": "", "is_late": False, "is_snoozed": False, "passed_over": 0}
    return ours | {
        "subject": subject(reminder.title, "", "", due),
        "due": due,
        "is_by_day": reminder.kind == PAYMENT,
        "is_from_firm": True,
        "priority": "normal",
    }


def own_words(
    reminder: Reminder, saying: Saying, recipient: Recipient, zone: str, locale: str
) -> dict[str, str]:
    """A client reads the workspace's own text, as it is now: what is sent later is what stands here."""
    client = recipient.contact
    if reminder.words is None or client is None:
        return {}
    amount = reminder.amount
    text = {"subject": reminder.words.subject, "body": reminder.words.body}
    own = client.attributes if texts.own_in(text) else None
    values = texts.of_client(client.name, client.email or "", own) | {
        "title": reminder.title,
        "amount": "" if amount is None else money.shown(amount, reminder.currency, locale),
        "due_date": day(saying.due_at, zone, locale),
        "due_time": time_of_day(saying.due_at, zone, locale),
        "link": reminder.link,
        "reference": reminder.reference,
        "sender": creator(reminder),
        "workspace": reminder.workspace.name,
    }
    said = texts.said(text, values)
    return {"subject": said["subject"] or reminder.title, "words": said["text"]}


def creator(reminder: Reminder) -> str:
    who = reminder.creator
    return who.name or who.email if who else reminder.workspace.name


def may_sleep(recipient: Recipient) -> dict[str, Any]:
    """For a message that is held up on its way: whoever takes it looks at their hours once more."""
    return {"quiet": True} if recipient.user else {}


def repeats(reminder: Reminder, locale: str) -> str:
    return describe(reminder.schedule, partial(clock, locale=locale)) if reminder.rule else ""


def act_path(site: Site, saying: Saying, user_id: uuid.UUID) -> str:
    return f"/d/{act_link.sign(site, act_link.Claim(saying.occurrence_id, user_id), saying.at)}"
