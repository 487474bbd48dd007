"""Texts with fields, such as `{{ client.name }}`: names are looked up, nothing is computed.

One pass over a text of bounded length by an expression that cannot backtrack; what is put in is never
looked at again. So neither a text nor a client's name can make it do more, or take longer.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from unicodedata import normalize

from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

LONGEST_SUBJECT, LONGEST_BODY, MOST_FIELDS = 200, 10_000, 100
MEANING = {
    "client.name": lazy_gettext("Their name"),
    "client.first_name": lazy_gettext("The first word of their name"),
    "client.email": lazy_gettext("Their address"),
    "title": lazy_gettext("What the reminder is about"),
    "amount": lazy_gettext("The amount, as in their country"),
    "due_date": lazy_gettext("The day it is due, on their calendar"),
    "due_time": lazy_gettext("The time of day it is due, on their clock"),
    "link": lazy_gettext("Where to pay, or the document"),
    "reference": lazy_gettext("The reference of the payment"),
    "sender": lazy_gettext("Who set the reminder"),
    "workspace": lazy_gettext("The name of your workspace"),
}
SAMPLE = {
    "client.name": "Ann Lee",
    "client.first_name": "Ann",
    "client.email": "ann@example.org",
    "title": lazy_gettext("Invoice for March"),
    "amount": lazy_gettext("€1,234.50"),
    "due_date": lazy_gettext("January 31, 2027"),
    "due_time": lazy_gettext("9:00 AM"),
    "link": "https://pay.example.org/42",
    "reference": lazy_gettext("Invoice 2027-0042"),
    "sender": "Alice",
    "workspace": "Lee & Sons",
}
OF_CLIENT = "client."  # and then a field of the workspace's own
OTHERWISE = re.compile(r'or:\s*"([^"]{0,100})"')
HOW = lazy_gettext('Write {{ client.name }}, or {{ client.name | or: "there" }}.')


class Unreadable(ValueError):
    """Says what to do."""


@dataclass(frozen=True)
class Field:
    name: str
    otherwise: str = ""


Part = str | Field


def render(text: str, values: Mapping[str, str]) -> str:
    """Raises Unreadable. A field without a value is what stands after `or:`, else nothing."""
    return "".join(
        one if isinstance(one, str) else str(values.get(one.name) or one.otherwise)
        for one in parts(text)
    )


def check(text: str, own: Collection[str] | None = ()) -> None:
    """`own`: the fields that clients have beside ours; None: any. Raises Unreadable."""
    if sum(isinstance(one, Field) for one in parts(text)) > MOST_FIELDS:
        raise Unreadable(_("Use at most %(most)s fields.", most=MOST_FIELDS))
    for name in own_in(text):
        if own is not None and name not in own:
            raise Unreadable(unknown(name, own))


@lru_cache(maxsize=256)
def own_in(text: str) -> tuple[str, ...]:
    """The fields in it that are not ours. Raises Unreadable."""
    names = (one.name for one in parts(text) if isinstance(one, Field))
    return tuple(dict.fromkeys(name for name in names if name not in MEANING))


def own_name(name: str) -> str:
    """`Betrag offen` is client.betrag_offen; "" where nothing is left of it, or it is one of ours."""
    found = canonical(OF_CLIENT + name)
    return "" if found in MEANING or found == OF_CLIENT else found


def canonical(name: str) -> str:
    name = normalize("NFC", name).lower()
    if not name.startswith(OF_CLIENT):
        return name
    return OF_CLIENT + re.sub(r"\W+", "_", name.removeprefix(OF_CLIENT)).strip("_")


def parts(text: str) -> Iterator[Part]:
    before, *rest = text.split("{{")
    yield before
    for one in rest:
        inside, closed, after = one.partition("}}")
        if not closed:
            raise Unreadable(
                _("A field is not closed: {{%(inside)s %(how)s", inside=inside[:40], how=HOW)
            )
        yield field(inside)
        yield after


def field(inside: str) -> Field:
    name, has_more, more = (one.strip() for one in inside.partition("|"))
    written, name = name, canonical(name)
    if name not in MEANING and (not name.startswith(OF_CLIENT) or name == OF_CLIENT):
        raise Unreadable(unknown(written))
    if not has_more:
        return Field(name)
    found = OTHERWISE.fullmatch(more)
    if found is None:
        raise Unreadable(_("After %(name)s | something is wrong. %(how)s", name=name, how=HOW))
    return Field(name, found[1])


def unknown(name: str, own: Collection[str] = ()) -> str:
    known = [*MEANING, *sorted(own)]
    near = get_close_matches(name[:60].lower().replace(" ", "_"), known, 1, 0.5)
    what = f"{name[:60]!r}"
    if near:
        return _("There is no field %(name)s. Did you mean %(other)s?", name=what, other=near[0])
    return _(
        "There is no field %(name)s. There are: %(fields)s.", name=what, fields=", ".join(known)
    )
