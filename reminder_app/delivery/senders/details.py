"""What a sender's and a mail server's details may be, and their normal form. No I/O."""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any

from reminder_app.delivery.headers import has_unseen, mail_address
from reminder_app.errors import Invalid, refuse
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

SECURITIES = ("starttls", "tls", "none")
LONGEST = {
    "name": 80,
    "smtp_host": 253,
    "smtp_user": 254,
    "smtp_password": 500,
    "from_address": 254,
    "address": 254,
    "display_name": 120,
}
MOST_A_MINUTE = 60_000
HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?")
PHONE = re.compile(r"\+[1-9][0-9]{9,14}")
BETWEEN_DIGITS = re.compile(r"[\s()./-]+")
NOT_ASCII = lazy_gettext(
    "Use plain letters, digits and signs: a mail server is signed in to with nothing else."
)
Rules = Mapping[str, Callable[[Any], Any]]


def checked(rules: Rules, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields in their normal form; those without a rule pass as they are. Raises Invalid naming
    every wrong one, and never a value."""
    found, wrong = dict(fields), {}
    for name, value in fields.items():
        try:
            found[name] = rules[name](value) if name in rules else value
        except Invalid as error:
            wrong[name] = error.message
    if wrong:
        raise Invalid(next(iter(wrong.values())), **wrong)
    return found


def line(field: str, text: str) -> str:
    text = (text or "").strip()
    if len(text) > LONGEST[field]:
        refuse(field, _("Keep this to %(most)s characters.", most=LONGEST[field]))
    if has_unseen(text):
        refuse(field, _("This holds a control character. Type it again instead of pasting it."))
    return text


def name(text: str) -> str:
    return line("name", text) or refuse("name", _("Give it a name, such as Office."))


def host(text: str) -> str:
    """In lower case, as a name server has it."""
    text = line("smtp_host", text).lower()
    if "://" in text or "/" in text:
        refuse("smtp_host", _("Write the server's name alone, like smtp.example.org."))
    if is_ip(text):
        return text
    try:
        text = text.encode("idna").decode() if not text.isascii() else text
    except UnicodeError:
        text = ""
    if not HOST.fullmatch(text):
        refuse("smtp_host", _("Write the server's name, like smtp.example.org."))
    return text.rstrip(".")


def is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def port(number: int) -> int:
    if not 0 < number < 65536:
        refuse(
            "smtp_port", _("A port is a number from 1 to 65535: 587 and 465 are the usual ones.")
        )
    return number


def security(word: str) -> str:
    if word not in SECURITIES:
        refuse("smtp_security", _("Choose one of: %(choices)s.", choices=", ".join(SECURITIES)))
    return word


def user(text: str) -> str:
    text = line("smtp_user", text)
    return text if text.isascii() else refuse("smtp_user", NOT_ASCII)


def password(text: str) -> str:
    """As it is: spaces count."""
    if len(text) > LONGEST["smtp_password"] or has_unseen(text):
        refuse(
            "smtp_password",
            _(
                "Use at most %(most)s characters, on one line.",
                most=LONGEST["smtp_password"],
            ),
        )
    return text if text.isascii() else refuse("smtp_password", NOT_ASCII)


def from_address(text: str) -> str:
    return email("from_address", text)


def email(field: str, text: str) -> str:
    """In lower case, the domain as mail servers have it."""
    try:
        return mail_address(line(field, text).lower())
    except ValueError:
        refuse(field, _("Write an address like office@example.org."))


def phone(text: str) -> str:
    text = BETWEEN_DIGITS.sub("", line("address", text))
    if not PHONE.fullmatch(text):
        refuse(
            "address", _("Write the number with its country, like +49 30 1234567: 10 to 15 digits.")
        )
    return text


def display_name(text: str) -> str:
    return line("display_name", text)


def mails_per_minute(number: int | None) -> int | None:
    if number is not None and not 0 < number <= MOST_A_MINUTE:
        refuse(
            "mails_per_minute",
            _("Write a number from 1 to %(most)s, or leave it empty.", most=MOST_A_MINUTE),
        )
    return number


OF_CONFIGURATION: Rules = {
    "name": name,
    "smtp_host": host,
    "smtp_port": port,
    "smtp_security": security,
    "smtp_user": user,
    "smtp_password": password,
    "from_address": from_address,
    "mails_per_minute": mails_per_minute,
}
