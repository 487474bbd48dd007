"""By which channels the people of a form are reached: what its preview says."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import timedelta

from werkzeug.datastructures import MultiDict

from reminder_app.contacts import service as contacts
from reminder_app.delivery.account_names import kind_of
from reminder_app.delivery.endpoints import gateways, kinds
from reminder_app.delivery.endpoints.orders import BY_MAIL, OWN, Way, ways_of
from reminder_app.reminders.client_ways import number
from reminder_app.reminders.form_choices import named_channels
from reminder_app.reminders.people import ids_of, members_of
from reminder_app.translations import gettext as _
from reminder_app.web.gate import Actor

MOST_SHOWN = 12


def reached(actor: Actor, form: MultiDict[str, str]) -> list[tuple[str, str]]:
    """Names and words. Five queries at most, however many there are."""
    typed, channels = form.getlist("recipients"), named_channels(form.getlist("channels"))
    members, _others = members_of(actor, typed, "")
    people = {"me": (actor.user_id, _("You"))} if "me" in typed else {}
    people |= {f"member:{one.id}": (one.id, one.name or one.email) for one in members}
    ways = ways_of({user_id for user_id, _name in people.values()})
    found = [
        (name, in_words(ways.get(user_id, BY_MAIL).of(channels.get(who, OWN))))
        for who, (user_id, name) in people.items()
    ]
    return [*found, *clients(actor, typed)][:MOST_SHOWN]


def clients(actor: Actor, typed: Sequence[str]) -> Iterator[tuple[str, str]]:
    ids: list[uuid.UUID] = list(ids_of("contact", typed))
    there = gateways.channels(actor.workspace_id) if ids else set()
    for one in contacts.get_many(actor.workspace_id, ids) if ids else ():
        is_by_gateway = one.preferred_channel in there and number(one)
        channel = one.preferred_channel if is_by_gateway else kinds.EMAIL
        yield one.name, title(channel or kinds.EMAIL)


def in_words(ways: Sequence[Way]) -> str:
    first = ", ".join(dict.fromkeys(title(kind_of(one.account)) for one in ways if not one.after))
    later = [one for one in ways if one.after]
    if not later:
        return first
    minutes = later[0].after // timedelta(minutes=1)
    then = ", ".join(dict.fromkeys(title(kind_of(one.account)) for one in later))
    return _(
        "%(first)s; after %(minutes)s minutes, if it was not seen or done: %(then)s",
        first=first, minutes=minutes, then=then,
    )  # fmt: skip


def title(kind: str) -> str:
    return str((kinds.TITLES | kinds.GATEWAYS)[kind])
