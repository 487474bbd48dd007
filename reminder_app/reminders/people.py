"""The picker of a form: who can be reminded, those chosen first."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reminder_app.accounts.models import User
from reminder_app.contacts import service as contacts
from reminder_app.contacts.models import Contact
from reminder_app.reminders.client_ways import gateways_for, is_reachable
from reminder_app.reminders.models import Recipient, Reminder
from reminder_app.translations import gettext as _
from reminder_app.web.gate import Actor
from reminder_app.workspaces import members

OFFERED = 6  # contacts shown before one searches
MEMBERS = 12  # other members likewise


@dataclass(frozen=True)
class People:
    """`options`: (value, name) as checkboxes() takes them."""

    options: Sequence[tuple[str, str]]
    chosen: Sequence[str]
    unreachable: Sequence[Contact]  # found, but without an email address
    q: str
    is_unknown: bool  # nobody matches
    has_more: bool  # members whom only a search finds


def choices(actor: Actor, typed: Sequence[str], q: str) -> People:
    """Oneself, the members and contacts chosen, and those who match `q`. Three queries."""
    ids = list(ids_of("contact", typed))
    kept = sorted(contacts.get_many(actor.workspace_id, ids), key=lambda one: one.name.casefold())
    matching = contacts.pick(actor.workspace_id, q, OFFERED)
    found = [one for one in matching if one.id not in ids]
    channels = gateways_for(actor.workspace_id, found)
    reachable = [*kept, *(one for one in found if is_reachable(one, channels))]
    chosen, others = members_of(actor, typed, q)
    shown: list[tuple[str, User | Contact]] = [
        *((f"member:{one.id}", one) for one in (*chosen, *others[:MEMBERS])),
        *((f"contact:{one.id}", one) for one in reachable),
    ]
    options = [("me", _("Me")), *told_apart(actor, shown)]
    mute = [one for one in found if q and one not in reachable]
    is_unknown = bool(q) and not matching and not others
    return People(options, typed, mute, q, is_unknown, has_more=len(others) > MEMBERS)


def told_apart(
    actor: Actor, shown: Sequence[tuple[str, User | Contact]]
) -> Iterable[tuple[str, str]]:
    """By name; beside one that several have, the address or the number."""
    names = Counter((one.name or one.email or "").casefold() for _value, one in shown)
    for value, one in shown:
        name = one.name or one.email or ""
        may_see = (
            "contacts:read" if isinstance(one, Contact) else "members:read"
        ) in actor.permissions
        more = (
            one.email or getattr(one, "phone", "") if names[name.casefold()] > 1 and may_see else ""
        )
        yield value, f"{name} ({more})" if more and more != name else name


def with_second(actor: Actor, typed: Sequence[str], second: str, q: str) -> People:
    """The same, with whoever is told when nobody answers among those to choose from."""
    found = choices(actor, [*typed, *([second] if second else [])], q)
    return replace(found, chosen=typed)


def members_of(actor: Actor, typed: Sequence[str], q: str) -> tuple[list[User], list[User]]:
    """Those chosen, and others who match: one more than are offered, when there are more."""
    ids = set(ids_of("member", typed))
    rows = members.pick(actor.workspace_id, q, ids, but=actor.user_id, limit=MEMBERS + 1)
    users = [row.user for row in rows]
    others = [one for one in users if one.id not in ids]
    return [one for one in users if one.id in ids], others[: MEMBERS + 1]


def ids_of(kind: str, typed: Iterable[str]) -> Iterable[uuid.UUID]:
    for value in typed:
        if value.startswith(f"{kind}:"):
            try:
                yield uuid.UUID(value.partition(":")[2])
            except ValueError:
                continue


def second(actor: Actor, reminder: Reminder) -> dict[str, Any] | None:
    """Who is told when nobody answers, as form_choices.to_escalation makes it."""
    kept = reminder.escalation
    if kept and kept["to"]["id"] == actor.user_id:
        return kept | {"to": {"kind": "me"}}
    return kept


def as_typed(actor: Actor, recipients: Iterable[Recipient]) -> list[dict[str, Any]]:
    """Recipients as form_choices.to_recipient makes them: each person once, whatever their channels."""
    found: list[dict[str, Any]] = []
    for one in recipients:
        is_me = one.user_id is not None and one.user_id == actor.user_id
        kind = "me" if is_me else "member" if one.user_id else "contact"
        typed = {"kind": kind} | ({} if is_me else {"id": one.user_id or one.contact_id})
        if typed not in found:
            found.append(typed)
    return found
