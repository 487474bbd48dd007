"""The picker of a form: who can be reminded, those chosen first."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reminder_app.contacts import service as contacts
from reminder_app.contacts.models import Contact
from reminder_app.reminders.models import Recipient
from reminder_app.web.gate import Actor
from reminder_app.workspaces import members

OFFERED = 6  # contacts shown before one searches
MOST_MEMBERS = 200


@dataclass(frozen=True)
class People:
    """`options`: (value, name) as checkboxes() takes them."""

    options: Sequence[tuple[str, str]]
    chosen: Sequence[str]
    unreachable: Sequence[Contact]  # found, but without an email address
    q: str
    is_unknown: bool  # nobody matches


def choices(actor: Actor, typed: Sequence[str], q: str) -> People:
    """Oneself, the other members, the contacts chosen, and those who match `q`."""
    ids = list(ids_of("contact", typed))
    kept = sorted(contacts.get_many(actor.workspace_id, ids), key=lambda one: one.name.casefold())
    matching = contacts.pick(actor.workspace_id, q, OFFERED)
    found = [one for one in matching if one.id not in ids]
    reachable = [*kept, *(one for one in found if one.email)]
    options = [
        ("me", "Me"),
        *others(actor),
        *((f"contact:{one.id}", one.name) for one in reachable),
    ]
    mute = [one for one in found if not one.email and q]
    return People(options, typed, mute, q, is_unknown=bool(q) and not matching)


def others(actor: Actor) -> Iterable[tuple[str, str]]:
    for member in members.browse(actor.workspace_id, limit=MOST_MEMBERS).items:
        if member.user_id != actor.user_id:
            user = member.user
            yield f"member:{user.id}", user.name or user.email


def ids_of(kind: str, typed: Iterable[str]) -> Iterable[uuid.UUID]:
    for value in typed:
        if value.startswith(f"{kind}:"):
            try:
                yield uuid.UUID(value.partition(":")[2])
            except ValueError:
                continue


def as_typed(actor: Actor, recipients: Iterable[Recipient]) -> list[dict[str, Any]]:
    """Recipients as form_choices.to_recipient makes them."""
    return [
        {"kind": "me", "channel": one.channel}
        if one.user_id == actor.user_id
        else {
            "kind": "member" if one.user_id else "contact",
            "channel": one.channel,
            "id": one.user_id or one.contact_id,
        }
        for one in recipients
    ]
