"""One row of the ledger in words: what happened to it, and what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from reminder_app.delivery import states
from reminder_app.delivery.letters import IN_DOUBT, PERMANENT, SENT, TRANSIENT
from reminder_app.delivery.models import Attempt, Delivery

TRIES = {
    SENT: ("Sent", "good", "check-lg"),
    TRANSIENT: ("Refused for now", "warn", "exclamation-triangle"),
    PERMANENT: ("Refused", "bad", "x-lg"),
    IN_DOUBT: ("No answer", "warn", "question-circle"),
}
# How a row ends that no try has ended.
ENDS = {
    states.FAILED: ("Given up", "bad", "x-lg"),
    states.SENT: ("Sent", "good", "check-lg"),
    states.CANCELLED: ("Called off", "neutral", "slash-circle"),
    states.MISSED: ("Missed", "warn", "calendar-x"),
    states.COLLAPSED: ("Told in another message", "good", "envelope"),
    states.SUPPRESSED: ("Not sent", "neutral", "bell-slash"),
    states.HELD: ("Held back", "warn", "pause-circle"),
    states.UNKNOWN: ("No answer", "warn", "question-circle"),
}
BY = {
    "reminder": "a reminder",
    "late": "reminders that were late, told together",
    "quiet": "reminders of quiet hours, told together",
    "digest": "the list of a day",
    "invitation": "an invitation",
    "failures": "the notice of messages that failed",
    "account": "somebody's account",
}
# The outcome of a try that says as much as the state.
TOLD = {states.SENT: SENT, states.FAILED: PERMANENT, states.UNKNOWN: IN_DOUBT}
# A message that is planned this long before its time waits for it; others are planned for at once.
AHEAD = timedelta(seconds=5)
ADVICE = {
    "recipient": "Look at the address, then send it again.",
    "content": "It was refused for what it says, or could not be written.",
    "provider": "The mail server did not take it in all this time. You can send it again.",
    "account": "The mail server's settings need a look.",
    "unknown": "It was in doubt over and over.",
}


@dataclass(frozen=True)
class Step:
    title: str
    at: datetime | None = None
    note: str = ""
    tone: str = "neutral"
    icon: str = "circle"
    is_next: bool = False


def sentence(delivery: Delivery, now: datetime) -> str:
    """Why did, or didn't, this one arrive?"""
    match delivery.state:
        case states.PENDING:
            return waiting(delivery, now)
        case states.HANDING_OVER:
            return "It is being handed to the mail server right now."
        case states.SENT:
            return delivery.reason or "The mail server took it."
        case states.FAILED:
            return f"It was not delivered. {advice(delivery)}"
        case states.UNKNOWN:
            return f"It may have arrived: the mail server's answer was lost. {doubt(delivery)}"
    return delivery.reason or states.MEANING[delivery.state]


def waiting(delivery: Delivery, now: datetime) -> str:
    if delivery.tries:
        return "The mail server did not take it yet. It is tried again by itself."
    if delivery.due_at > now:
        return "It waits for its time."
    if delivery.not_before > now:
        return f"It waits for its turn. {delivery.reason}".rstrip()
    if delivery.reason:
        return f"It waits until mail can be sent again. {delivery.reason}"
    return "It is about to go out."


def advice(delivery: Delivery) -> str:
    if delivery.is_secret:
        return "What it held was for one use: ask for a new one."
    if delivery.is_forgotten:
        return "What it said was forgotten, as it is old."
    return ADVICE.get(delivery.history[-1].reason, "") if delivery.history else ""


def doubt(delivery: Delivery) -> str:
    if delivery.cancelled_at:
        return "It was called off meanwhile, so it is not sent again."
    if is_sent_again(delivery):
        return "It is sent again by itself in a while, as the same message."
    return "It is not sent again by itself, as it must not arrive twice."


def timeline(delivery: Delivery, now: datetime, resend_after: timedelta) -> list[Step]:
    """From planned to the end, oldest first, with what comes next. `resend_after`: how long a doubt
    is left alone."""
    happened = [*past(delivery), *ending(delivery)]
    if delivery.created_at + AHEAD < delivery.due_at <= now:
        later = (step.at is not None and step.at >= delivery.due_at for step in happened)
        place = next((n for n, is_later in enumerate(later) if is_later), len(happened))
        happened.insert(place, Step("Its time came", delivery.due_at, icon="alarm"))
    return [*happened, *coming(delivery, now, resend_after)]


def past(delivery: Delivery) -> Iterator[Step]:
    planned = f"For {delivery.address}, by {BY.get(delivery.source_kind, delivery.source_kind)}."
    yield Step("Planned", delivery.created_at, planned, icon="calendar3")
    for attempt in delivery.history:
        yield handed_over(attempt.number, attempt.started_at, attempt.worker)
        yield ended(attempt)
    if delivery.state == states.HANDING_OVER:
        number = len(delivery.history) + 1
        yield handed_over(number, delivery.handed_over_at, delivery.worker or "")


def handed_over(number: int, at: datetime | None, worker: str) -> Step:
    """By whom: a worker is a process of one machine, as the log has it."""
    return Step("Handed over", at, f"Try {number}. By worker {worker}.", "accent", "send")


def ended(attempt: Attempt) -> Step:
    title, tone, icon = TRIES[attempt.outcome]
    return Step(title, attempt.finished_at, attempt.answer, tone, icon)


def ending(delivery: Delivery) -> Iterator[Step]:
    tried = delivery.history[-1].outcome if delivery.history else ""
    told = TOLD.get(delivery.state)
    if delivery.state in ENDS and tried != told:
        title, tone, icon = ENDS[delivery.state]
        yield Step(title, delivery.updated_at, delivery.reason, tone, icon)


def coming(delivery: Delivery, now: datetime, resend_after: timedelta) -> Iterator[Step]:
    if delivery.state == states.PENDING:
        yield next_try(delivery, is_due=delivery.not_before <= now)
        if delivery.deadline_at:
            note = "If it has not gone out by then, it is not sent any more."
            yield Step("Over", delivery.deadline_at, note, icon="calendar-x", is_next=True)
    if delivery.state == states.HANDING_OVER:
        yield Step("The mail server's answer", icon="hourglass-split", is_next=True)
    if delivery.state == states.UNKNOWN and is_sent_again(delivery):
        at = delivery.lease_until + resend_after if delivery.lease_until else None
        yield Step(
            "Goes out again", at, "As the same message.", icon="arrow-clockwise", is_next=True
        )


def next_try(delivery: Delivery, is_due: bool) -> Step:
    title = "Next try" if delivery.tries else "Goes out"
    why = "" if delivery.tries else delivery.reason  # what a try was told is there already
    if is_due:
        return Step(title, None, why or "As soon as its turn comes.", icon="send", is_next=True)
    return Step(title, delivery.not_before, why, icon="arrow-clockwise", is_next=True)


def is_sent_again(delivery: Delivery) -> bool:
    return delivery.sent_again and delivery.cancelled_at is None
