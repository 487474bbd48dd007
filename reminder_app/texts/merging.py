"""Texts with fields, such as `{{ client.name }}`: names are looked up, nothing is computed.

One pass over a text of bounded length by an expression that cannot backtrack; what is put in is never
looked at again. So neither a text nor a client's name can make it do more, or take longer.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

LONGEST_SUBJECT, LONGEST_BODY, MOST_FIELDS = 200, 10_000, 100
MEANING = {
    "client.name": "Their name",
    "client.first_name": "The first word of their name",
    "client.email": "Their address",
    "title": "What the reminder is about",
    "amount": "The amount, as in their country",
    "due_date": "The day it is due, on their calendar",
    "due_time": "The time of day it is due, on their clock",
    "link": "Where to pay, or the document",
    "reference": "The reference of the payment",
    "sender": "Who set the reminder",
    "workspace": "The name of your workspace",
}
SAMPLE = {
    "client.name": "Ann Lee",
    "client.first_name": "Ann",
    "client.email": "ann@example.org",
    "title": "Invoice for March",
    "amount": "€1,234.50",
    "due_date": "January 31, 2027",
    "due_time": "9:00 AM",
    "link": "https://pay.example.org/42",
    "reference": "Invoice 2027-0042",
    "sender": "Alice",
    "workspace": "Lee & Sons",
}
OTHERWISE = re.compile(r'or:\s*"([^"]{0,100})"')
HOW = 'Write {{ client.name }}, or {{ client.name | or: "there" }}.'


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
        one if isinstance(one, str) else values.get(one.name) or one.otherwise
        for one in parts(text)
    )


def check(text: str) -> None:
    """Raises Unreadable."""
    if sum(isinstance(one, Field) for one in parts(text)) > MOST_FIELDS:
        raise Unreadable(f"Use at most {MOST_FIELDS} fields.")


def parts(text: str) -> Iterator[Part]:
    before, *rest = text.split("{{")
    yield before
    for one in rest:
        inside, closed, after = one.partition("}}")
        if not closed:
            raise Unreadable(f"A field is not closed: {{{{{inside[:40]} {HOW}")
        yield field(inside)
        yield after


def field(inside: str) -> Field:
    name, has_more, more = (one.strip() for one in inside.partition("|"))
    if name not in MEANING:
        raise Unreadable(unknown(name))
    if not has_more:
        return Field(name)
    found = OTHERWISE.fullmatch(more)
    if found is None:
        raise Unreadable(f"After {name} | something is wrong. {HOW}")
    return Field(name, found[1])


def unknown(name: str) -> str:
    near = get_close_matches(name[:60].lower().replace(" ", "_"), MEANING, 1, 0.5)
    said = f"There is no field {name[:60]!r}."
    return f"{said} Did you mean {near[0]}?" if near else f"{said} There are: {', '.join(MEANING)}."
