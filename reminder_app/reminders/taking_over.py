"""Whoever was told as nobody answered: they do it, take it over, or hand it back."""

from dataclasses import dataclass
from datetime import datetime

from reminder_app.accounts.models import User
from reminder_app.contacts.models import Contact
from reminder_app.database import now, transaction
from reminder_app.delivery import service as delivery
from reminder_app.delivery.models import REMINDER
from reminder_app.errors import Conflict, Invalid, NotFound
from reminder_app.reminders import acting, repository
from reminder_app.reminders.act_link import Claim
from reminder_app.reminders.escalation_mail import names
from reminder_app.reminders.follow_ups import Course
from reminder_app.reminders.linked import DEAD, SEEN
from reminder_app.reminders.models import DONE, Occurrence, Reminder
from reminder_app.reminders.notice_ways import later
from reminder_app.reminders.service import there
from reminder_app.translations import N_, lazy_gettext
from reminder_app.translations import gettext as _
from reminder_app.workspaces.roles import ROLES

TAKEN = N_("Somebody else took it over.")
OVER = lazy_gettext("This is settled already.")


@dataclass(frozen=True)
class Taking:
    """What a link is about, and who holds it."""

    one: Occurrence
    person: User | Contact

    @property
    def user(self) -> User | None:
        return self.person if isinstance(self.person, User) else None

    @property
    def waits_for(self) -> str:
        return ", ".join(names(self.one.reminder))


def meant(claim: Claim) -> Taking:
    """Raises NotFound when it is not theirs any more."""
    one = repository.occurrence_by_id(claim.occurrence_id)
    if one is None or one.reminder.deleted_at:
        raise NotFound(DEAD)
    person = second_of(one.reminder, claim)
    if person is None:
        raise NotFound(DEAD)
    return Taking(one, person)


def second_of(reminder: Reminder, claim: Claim) -> User | Contact | None:
    if reminder.escalate_user_id == claim.user_id:
        member = repository.member(reminder.workspace_id, claim.user_id)
        may_act = member and member.user.is_active and "reminders:act" in ROLES[member.role]
        return member.user if member and may_act else None
    if reminder.escalate_contact_id == claim.user_id:
        contacts = repository.contacts(reminder.workspace_id, [claim.user_id])
        return next((one for one in contacts if not one.archived_at), None)
    return None


@transaction
def act(claim: Claim, what: str) -> Occurrence:
    """`what`: done, undo, take, back or seen. Raises NotFound, Invalid, Conflict."""
    taking = meant(claim)
    one, actor_id = taking.one, taking.user.id if taking.user else None
    workspace_id, reminder_id, due_at = one.workspace_id, one.reminder_id, one.due_at
    if what == "done":
        taken_by(one, taking.person, now())
        return acting.settle(workspace_id, actor_id, reminder_id, due_at, DONE)
    if what == "undo":
        return acting.reopen(workspace_id, actor_id, reminder_id, due_at)
    if what == "seen":
        return heard(one, taking.person)
    reminder = there(repository.lock(workspace_id, reminder_id))
    if not one.is_open:
        raise Conflict(OVER)
    if what == "take":
        return take(reminder, one, taking.person)
    if what == "back":
        heard(one, taking.person)
        return hand_back(reminder, one)
    raise Invalid(_("Choose what to do: done, take it, or hand it back."))


def taken_by(one: Occurrence, person: User | Contact, at: datetime) -> None:
    one.taken_at = one.taken_at or at
    one.taken_name = (person.name or person.email or "")[:120]


def take(reminder: Reminder, one: Occurrence, person: User | Contact) -> Occurrence:
    """The others are asked no more."""
    taken_by(one, person, now())
    one.handed_back_at = None
    acting.follow(one, Course(one.nags, escalated_at=one.escalated_at))
    delivery.cancel(source_kind=REMINDER, part_id=one.id, reason=TAKEN)
    return acting.write_down(reminder, one)


def heard(one: Occurrence, person: User | Contact) -> Occurrence:
    """What would have followed their first message is called off."""
    delivery.cancel(source_kind=REMINDER, part_id=one.id, with_in_key=[later(person)], reason=SEEN)
    return one


def hand_back(reminder: Reminder, one: Occurrence) -> Occurrence:
    """The others are asked again, at once, and as it was asked for from there on."""
    one.taken_at, one.handed_back_at = None, now()
    acting.follow(one, Course(one.nags, now(), None, one.escalated_at))
    return acting.write_down(reminder, one)
