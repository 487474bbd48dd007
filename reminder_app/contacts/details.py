"""What a contact's details may be, and their normal form. No I/O."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from reminder_app.accounts import details as accounts
from reminder_app.delivery.headers import has_unseen
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

LONGEST = {
    "name": 120,
    "email": 254,
    "phone": 32,
    "phone_secondary": 32,
    "phone_whatsapp": 32,
    "time_zone": 64,
    "locale": 20,
    "postal_address": 500,
    "notes": 5000,
    "tag": 40,
    "consent_note": 500,
    "attribute_name": 40,
    "attribute": 500,
}
PHONES = ("phone", "phone_secondary", "phone_whatsapp")
MOST_TAGS = 20
MOST_ATTRIBUTES = 20
CHANNELS = {"email": lazy_gettext("Email"), "sms": "SMS", "whatsapp": "WhatsApp"}
CONSENTS = {"given": lazy_gettext("Given"), "refused": lazy_gettext("Refused")}
FEWEST_DIGITS = 3
PHONE = re.compile(r"[0-9+*#()./\- ]+")


def clean(fields: dict[str, Any]) -> dict[str, Any]:
    """The details in their normal form. Raises Invalid naming every wrong one."""
    return accounts.checked(RULES, fields)


def name(value: str) -> str:
    value = line(value, LONGEST["name"])
    if not value:
        raise ValueError(_("A contact needs a name."))
    return value


def email(value: str | None) -> str | None:
    """Lower case, the domain as mail servers have it (xn--…); None when there is none."""
    return accounts.email(value) if value and value.strip() else None


def phone(value: str | None) -> str:
    value = line(value or "", LONGEST["phone"])
    digits = sum(letter.isdigit() for letter in value)
    if value and (not PHONE.fullmatch(value) or digits < FEWEST_DIGITS):
        raise ValueError(_("Write a phone number with digits, like +49 30 123456."))
    return value


def time_zone(value: str | None) -> str | None:
    return accounts.time_zone(value) if value else None


def notes(value: str | None) -> str:
    return checked(one_newline(value), LONGEST["notes"], allowed="\n\t")


def one_newline(value: str | None) -> str:
    return (value or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def preferred_channel(value: str | None) -> str:
    return one_of(CHANNELS, value, _("Choose email, sms or whatsapp."))


def consent(value: str | None) -> str:
    return one_of(CONSENTS, value, _("Choose given or refused."))


def one_of(known: Iterable[str], value: str | None, sentence: str) -> str:
    if value and value not in known:
        raise ValueError(sentence)
    return value or ""


def locale(value: str | None) -> str | None:
    return accounts.locale(value) if value else None


def postal_address(value: str | None) -> str:
    return checked(one_newline(value), LONGEST["postal_address"], allowed="\n")


def consent_note(value: str | None) -> str:
    return checked(one_newline(value), LONGEST["consent_note"], allowed="\n")


def attributes(values: Mapping[str, str] | None) -> dict[str, str] | None:
    """In the order of their names; those without a value are left out."""
    found = {}
    for key, value in (values or {}).items():
        key = line(str(key), LONGEST["attribute_name"])
        text = line(str(value or ""), LONGEST["attribute"])
        if key and text:
            found[key] = text
    if len(found) > MOST_ATTRIBUTES:
        raise ValueError(_("Keep it to %(most)s fields of your own.", most=MOST_ATTRIBUTES))
    return dict(sorted(found.items())) or None


def tags(values: Iterable[str] | None) -> list[str]:
    """Lower case, each once, in alphabetical order."""
    found = {" ".join(line(value.lower(), LONGEST["tag"]).split()) for value in values or ()}
    found -= {""}
    if len(found) > MOST_TAGS:
        raise ValueError(_("Keep it to %(most)s tags.", most=MOST_TAGS))
    if any("," in tag for tag in found):
        raise ValueError(_("A tag holds no comma: a comma stands between two tags."))
    return sorted(found)


def line(value: str, longest: int) -> str:
    return checked(value.strip(), longest)


def checked(text: str, longest: int, allowed: str = "") -> str:
    """`text` when it is short enough and free of signs that cannot be seen or stored."""
    if len(text) > longest:
        raise ValueError(_("Keep this to %(most)s characters.", most=longest))
    if has_unseen(text, allowed):
        raise ValueError(_("This holds a control character. Type it again instead of pasting it."))
    return text


RULES: dict[str, Callable[[Any], Any]] = {
    "name": name,
    "email": email,
    "phone": phone,
    "phone_secondary": phone,
    "phone_whatsapp": phone,
    "time_zone": time_zone,
    "preferred_channel": preferred_channel,
    "locale": locale,
    "postal_address": postal_address,
    "notes": notes,
    "consent": consent,
    "consent_note": consent_note,
    "attributes": attributes,
    "tags": tags,
}
EMPTY: dict[str, Any] = {name: rule(None) for name, rule in RULES.items() if name != "name"}


def digits(value: str) -> str:
    """What makes two spellings of a number one: 0049 (30) 12 is +49 30-12."""
    return "".join(letter for letter in value if letter.isdigit()).removeprefix("00")
