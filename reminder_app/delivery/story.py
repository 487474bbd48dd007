"""One row of the ledger in words: what happened to it, and what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from reminder_app.delivery import states
from reminder_app.delivery.account_names import EMAIL
from reminder_app.delivery.letters import IN_DOUBT, PERMANENT, SENT, TRANSIENT
from reminder_app.delivery.models import Attempt, Delivery
from reminder_app.translations import gettext as _
from reminder_app.translations import kept, lazy_gettext, ngettext

TRIES = {
    SENT: (lazy_gettext("Sent"), "good", "check-lg"),
    TRANSIENT: (lazy_gettext("Refused for now"), "warn", "exclamation-triangle"),
    PERMANENT: (lazy_gettext("Refused"), "bad", "x-lg"),
    IN_DOUBT: (lazy_gettext("No answer"), "warn", "question-circle"),
}
# How a row ends that no try has ended.
ENDS = {
    states.FAILED: (lazy_gettext("Given up"), "bad", "x-lg"),
    states.SENT: (lazy_gettext("Sent"), "good", "check-lg"),
    states.CANCELLED: (lazy_gettext("Called off"), "neutral", "slash-circle"),
    states.MISSED: (lazy_gettext("Missed"), "warn", "calendar-x"),
    states.COLLAPSED: (lazy_gettext("Told in another message"), "good", "envelope"),
    states.SUPPRESSED: (lazy_gettext("Not sent"), "neutral", "bell-slash"),
    states.HELD: (lazy_gettext("Held back"), "warn", "pause-circle"),
    states.UNKNOWN: (lazy_gettext("No answer"), "warn", "question-circle"),
}
BY = {
    "reminder": lazy_gettext("a reminder"),
    "late": lazy_gettext("reminders that were late, told together"),
    "quiet": lazy_gettext("reminders of quiet hours, told together"),
    "digest": lazy_gettext("the list of a day"),
    "invitation": lazy_gettext("an invitation"),
    "failures": lazy_gettext("the notice of messages that failed"),
    "account": lazy_gettext("somebody's account"),
}
# The outcome of a try that says as much as the state.
TOLD = {states.SENT: SENT, states.FAILED: PERMANENT, states.UNKNOWN: IN_DOUBT}
# A message that is planned this long before its time waits for it; others are planned for at once.
AHEAD = timedelta(seconds=5)
ADVICE = {
    "recipient": lazy_gettext("Look at the address, then send it again."),
    "content": lazy_gettext("It was refused for what it says, or could not be written."),
    "provider": lazy_gettext("It was not taken in all this time. You can send it again."),
    "account": lazy_gettext("The settings that it goes through need a look."),
    "unknown": lazy_gettext("It was in doubt over and over."),
}


@dataclass(frozen=True)
class Step:
    title: str
    at: datetime | None = None
    note: str = ""
    tone: str = "neutral"
    icon: str = "circle"
    is_next: bool = False


def by_channel(delivery: Delivery, by_mail: str, by_others: str) -> str:
    return by_mail if delivery.channel == EMAIL else by_others


def sentence(delivery: Delivery, now: datetime) -> str:
    """Why did, or didn't, this one arrive?"""
    match delivery.state:
        case states.PENDING:
            return waiting(delivery, now)
        case states.HANDING_OVER:
            return by_channel(
                delivery,
                _("It is being handed to the mail server right now."),
                _("It is being handed to the service right now."),
            )
        case states.SENT:
            took = by_channel(delivery, _("The mail server took it."), _("The service took it."))
            return kept(delivery.reason) or took
        case states.FAILED:
            return _("It was not delivered. %(advice)s", advice=advice(delivery))
        case states.UNKNOWN:
            then = doubt(delivery)
            return by_channel(
                delivery,
                _("It may have arrived: the mail server's answer was lost. %(next)s", next=then),
                _("It may have arrived: the service's answer was lost. %(next)s", next=then),
            )
    return kept(delivery.reason) or str(states.MEANING[delivery.state])


def waiting(delivery: Delivery, now: datetime) -> str:
    if delivery.tries:
        return by_channel(
            delivery,
            _("The mail server did not take it yet. It is tried again by itself."),
            _("The service did not take it yet. It is tried again by itself."),
        )
    if delivery.due_at > now:
        return _("It waits for its time.")
    if delivery.not_before > now:
        return _("It waits for its turn. %(reason)s", reason=kept(delivery.reason)).rstrip()
    if delivery.reason:
        why = kept(delivery.reason)
        told = by_channel(
            delivery,
            _("It waits until mail can be sent again. %(reason)s", reason=why),
            _("It waits until messages go out through it again. %(reason)s", reason=why),
        )
        return f"{told} {taken_up(delivery)}".rstrip()
    return _("It is about to go out.")


def taken_up(delivery: Delivery) -> str:
    if not delivery.put_back:
        return ""
    return ngettext(
        "A worker took it up once and did not hand it over: that is no try.",
        "Workers took it up %(num)s times and did not hand it over: that is no try.",
        delivery.put_back,
    )


def advice(delivery: Delivery) -> str:
    if delivery.is_secret:
        return _("What it held was for one use: ask for a new one.")
    if delivery.is_forgotten:
        return _("What it said was forgotten, as it is old.")
    return str(ADVICE.get(delivery.history[-1].reason, "")) if delivery.history else ""


def doubt(delivery: Delivery) -> str:
    if delivery.cancelled_at:
        return _("It was called off meanwhile, so it is not sent again.")
    if is_sent_again(delivery):
        return _("It is sent again by itself in a while, as the same message.")
    return _("It is not sent again by itself, as it must not arrive twice.")


def timeline(delivery: Delivery, now: datetime, resend_after: timedelta) -> list[Step]:
    """From planned to the end, oldest first, with what comes next. `resend_after`: how long a doubt
    is left alone."""
    happened = [*past(delivery), *ending(delivery)]
    if delivery.created_at + AHEAD < delivery.due_at <= now:
        later = (step.at is not None and step.at >= delivery.due_at for step in happened)
        place = next((n for n, is_later in enumerate(later) if is_later), len(happened))
        happened.insert(place, Step(_("Its time came"), delivery.due_at, icon="alarm"))
    return [*happened, *coming(delivery, now, resend_after)]


def past(delivery: Delivery) -> Iterator[Step]:
    planned = _(
        "For %(address)s, by %(what)s.",
        address=delivery.address,
        what=BY.get(delivery.source_kind, delivery.source_kind),
    )
    yield Step(_("Planned"), delivery.created_at, planned, icon="calendar3")
    for attempt in delivery.history:
        yield handed_over(attempt.number, attempt.started_at, attempt.worker)
        yield ended(attempt)
    if delivery.state == states.HANDING_OVER:
        number = len(delivery.history) + 1
        yield handed_over(number, delivery.handed_over_at, delivery.worker or "")


def handed_over(number: int, at: datetime | None, worker: str) -> Step:
    """By whom: a worker is a process of one machine, as the log has it."""
    return Step(
        _("Handed over"),
        at,
        _("Try %(number)s. By worker %(worker)s.", number=number, worker=worker),
        "accent",
        "send",
    )


def ended(attempt: Attempt) -> Step:
    title, tone, icon = TRIES[attempt.outcome]
    return Step(title, attempt.finished_at, kept(attempt.answer), tone, icon)


def ending(delivery: Delivery) -> Iterator[Step]:
    tried = delivery.history[-1].outcome if delivery.history else ""
    told = TOLD.get(delivery.state)
    if delivery.state in ENDS and tried != told:
        title, tone, icon = ENDS[delivery.state]
        yield Step(title, delivery.updated_at, kept(delivery.reason), tone, icon)


def coming(delivery: Delivery, now: datetime, resend_after: timedelta) -> Iterator[Step]:
    if delivery.state == states.PENDING:
        yield next_try(delivery, now)
        if delivery.deadline_at:
            note = _("If it has not gone out by then, it is not sent any more.")
            yield Step(_("Over"), delivery.deadline_at, note, icon="calendar-x", is_next=True)
    if delivery.state == states.HANDING_OVER:
        answer = by_channel(delivery, _("The mail server's answer"), _("The service's answer"))
        yield Step(answer, icon="hourglass-split", is_next=True)
    if delivery.state == states.UNKNOWN and is_sent_again(delivery):
        at = delivery.lease_until + resend_after if delivery.lease_until else None
        yield Step(
            _("Goes out again"), at, _("As the same message."), icon="arrow-clockwise", is_next=True
        )


def next_try(delivery: Delivery, now: datetime) -> Step:
    title = _("Next try") if delivery.tries else _("Goes out")
    why = "" if delivery.tries else kept(delivery.reason)  # what a try was told is there already
    at = delivery.next_look_at
    if at is None or at <= now:
        return Step(title, None, why or _("As soon as its turn comes."), icon="send", is_next=True)
    return Step(title, at, why, icon="arrow-clockwise", is_next=True)


def is_sent_again(delivery: Delivery) -> bool:
    return delivery.sent_again and delivery.cancelled_at is None
