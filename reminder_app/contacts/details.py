"""What a contact's details may be, and their normal form. No I/O."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from reminder_app.accounts import details as accounts
from reminder_app.delivery.headers import has_unseen

LONGEST = {
    "name": 120,
    "email": 254,
    "phone": 32,
    "phone_secondary": 32,
    "phone_whatsapp": 32,
    "time_zone": 64,
    "notes": 5000,
    "tag": 40,
}
MOST_TAGS = 20
FEWEST_DIGITS = 3
PHONE = re.compile(r"[0-9+*#()./\- ]+")


def clean(fields: dict[str, Any]) -> dict[str, Any]:
    """The details in their normal form. Raises Invalid naming every wrong one."""
    return accounts.checked(RULES, fields)


def name(value: str) -> str:
    value = line(value, LONGEST["name"])
    if not value:
        raise ValueError("A contact needs a name.")
    return value


def email(value: str | None) -> str | None:
    """Lower case, the domain as mail servers have it (xn--…); None when there is none."""
    return accounts.email(value) if value and value.strip() else None


def phone(value: str | None) -> str:
    value = line(value or "", LONGEST["phone"])
    digits = sum(letter.isdigit() for letter in value)
    if value and (not PHONE.fullmatch(value) or digits < FEWEST_DIGITS):
        raise ValueError("Write a phone number with digits, like +49 30 123456.")
    return value


def time_zone(value: str | None) -> str | None:
    return accounts.time_zone(value) if value else None


def notes(value: str | None) -> str:
    text = (value or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return checked(text, LONGEST["notes"], allowed="\n\t")


def tags(values: Iterable[str] | None) -> list[str]:
    """Lower case, each once, in alphabetical order."""
    found = {" ".join(line(value.lower(), LONGEST["tag"]).split()) for value in values or ()}
    found -= {""}
    if len(found) > MOST_TAGS:
        raise ValueError(f"Keep it to {MOST_TAGS} tags.")
    if any("," in tag for tag in found):
        raise ValueError("A tag holds no comma: a comma stands between two tags.")
    return sorted(found)


def line(value: str, longest: int) -> str:
    return checked(value.strip(), longest)


def checked(text: str, longest: int, allowed: str = "") -> str:
    """`text` when it is short enough and free of signs that cannot be seen or stored."""
    if len(text) > longest:
        raise ValueError(f"Keep this to {longest} characters.")
    if has_unseen(text, allowed):
        raise ValueError("This holds a control character. Type it again instead of pasting it.")
    return text


RULES: dict[str, Callable[[Any], Any]] = {
    "name": name,
    "email": email,
    "phone": phone,
    "phone_secondary": phone,
    "phone_whatsapp": phone,
    "time_zone": time_zone,
    "notes": notes,
    "tags": tags,
}
