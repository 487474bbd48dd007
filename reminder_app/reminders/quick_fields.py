"""The fields of a reminder, from one line of plain words: in this person's language, clock, people and labels."""

import re
from collections.abc import Collection, Mapping
from datetime import time
from typing import Any

from reminder_app import quick_add
from reminder_app.accounts import moments
from reminder_app.accounts import service as users
from reminder_app.contacts import service as contacts
from reminder_app.database import now
from reminder_app.errors import Invalid
from reminder_app.languages import language
from reminder_app.quick_add import Parse, Person
from reminder_app.reminders import service
from reminder_app.reminders.form_choices import to_recipient
from reminder_app.translations import lazy_gettext
from reminder_app.web.formatting import clock, zone
from reminder_app.web.gate import Actor
from reminder_app.workspaces import members

LONGEST = 500
MOST_PEOPLE = 20  # of those who are called so, or nearly so; members and contacts each
FIRST_WORD = re.compile(r"[^\W_]+")
UNANSWERED = lazy_gettext("Please answer first what can be meant.")


def understood(
    actor: Actor,
    text: str,
    off: Collection[tuple[str, str]] = (),
    answers: Mapping[str, str] | None = None,
    tag: str = "",
) -> Parse:
    """`tag`: of a language, the person's own without one. At most a query each for members, contacts and labels."""
    here = language(actor.locale)
    return quick_add.parse(
        text,
        tag or actor.locale,
        now().astimezone(zone()),
        actor.time_zone,
        here.first_week_day,
        people=known_people(actor, text),
        labels=known_labels(actor, text),
        ignored=off,
        answers=answers,
        moments=moments.shown(users.get_user(actor.user_id)),
        clock=spoken,
        repeats_after_done=True,
        counts_times=True,
        has_half_days="a" in here.time_formats["short"].pattern,
    )


def spoken(value: time) -> str:
    return clock(value).replace("\u202f", " ")


def known_people(actor: Actor, text: str) -> list[Person]:
    """Whoever asks, and those they may see who could be meant by a name in the text."""
    names = [found[0] for name in quick_add.names(text) if (found := FIRST_WORD.search(name))]
    here, people = actor.workspace_id, [Person("me", actor.name or actor.email)]
    if "members:read" in actor.permissions:
        rows = members.named(here, names, but=actor.user_id, limit=MOST_PEOPLE)
        people += [person("member", row.user) for row in rows]
    if "contacts:read" in actor.permissions:
        people += [person("contact", one) for one in contacts.named(here, names, MOST_PEOPLE)]
    return people


def person(kind: str, one: Any) -> Person:
    return Person(f"{kind}:{one.id}", one.name or one.email, one.email or "")


def known_labels(actor: Actor, text: str) -> list[str]:
    return [label.name for label in service.labels(actor.workspace_id)] if "#" in text else []


def to_fields(actor: Actor, found: Parse) -> dict[str, Any]:
    """What create_reminder takes. Raises Invalid as long as something is open."""
    if found.questions:
        open_ones = {f"answers.{one.name}": one.words for one in found.questions}
        raise Invalid(UNANSWERED, **open_ones)
    return (
        {"starts_at": found.starts_at, "recipients": recipients(found) or None}
        | {
            name: getattr(found, name)
            for name in (
                "title",
                "rule",
                "month_end",
                "advance_notices",
                "priority",
                "labels",
                "repeat_after",
                "times_per",
            )
        }
        | {"time_zone": actor.time_zone}
    )


def recipients(found: Parse) -> list[dict[str, Any]]:
    return [to_recipient(key) for key in found.people]
