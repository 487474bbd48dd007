"""What a person may write into a reminder, besides its schedule (recurrence.validate)."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from babel import Locale

from reminder_app.delivery.headers import has_unseen
from reminder_app.errors import refuse
from reminder_app.reminders import money, nagging, web_link
from reminder_app.translations import gettext as _

LONGEST_TITLE, LONGEST_NOTES, LONGEST_LABEL = 200, 10_000, 40
MOST_LABELS, MOST_NOTICES, MOST_RECIPIENTS = 20, 10, 50
A_YEAR = 365 * 24 * 60  # minutes
PRIORITIES = ("low", "normal", "high", "urgent")
ZONE_MODES = ("fixed", "floating")
PAYMENT = "payment"
PAYMENT_FIELDS: dict[str, Any] = {"kind": "personal", "amount": None, "currency": ""}
NOTICE = "notice"
PERSONAL = "personal"
FOR_CLIENTS = (PAYMENT, "deadline", NOTICE)
MOSTLY_FOR_CLIENTS = (PAYMENT, NOTICE)  # a deadline is as often one's own
KINDS = (PERSONAL, *FOR_CLIENTS)
LONGEST_REFERENCE, LONGEST_LINK = 140, web_link.LONGEST
IN_NOTES = "\n\t"


def clean(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are there, as they are stored; others pass as they are. Raises Invalid."""
    return {name: CLEANERS.get(name, same)(value) for name, value in fields.items()}


def same(value: Any) -> Any:
    return value


def title(text: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= LONGEST_TITLE:
        refuse("title", _("Write 1 to %(most)s characters.", most=LONGEST_TITLE))
    if has_unseen(text):
        refuse("title", _("Write one line, without control characters."))
    return text


def notes(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > LONGEST_NOTES:
        refuse("notes", _("Write at most %(most)s characters.", most=LONGEST_NOTES))
    if has_unseen(text, IN_NOTES):
        refuse("notes", _("Leave out control characters."))
    return text


def labels(names: Iterable[str]) -> list[str]:
    """In the order given; one that differs from another in case only is the same."""
    found: dict[str, str] = {}
    for name in (name.strip() for name in names):
        if not 0 < len(name) <= LONGEST_LABEL or has_unseen(name):
            refuse(
                "labels",
                _("A label has 1 to %(most)s characters, on one line.", most=LONGEST_LABEL),
            )
        found.setdefault(name.casefold(), name)
    if len(found) > MOST_LABELS:
        refuse("labels", _("Choose at most %(most)s labels.", most=MOST_LABELS))
    return list(found.values())


def advance_notices(minutes: Iterable[int]) -> list[int]:
    """Each once, the earliest first."""
    found = sorted(set(minutes), reverse=True)
    if any(not 1 <= one <= A_YEAR for one in found):
        refuse("advance_notices", _("A notice comes 1 minute to 365 days ahead."))
    if len(found) > MOST_NOTICES:
        refuse("advance_notices", _("Choose at most %(most)s notices.", most=MOST_NOTICES))
    return found


def priority(name: str) -> str:
    return one_of("priority", name, PRIORITIES)


def zone_mode(name: str) -> str:
    return one_of("zone_mode", name, ZONE_MODES)


def one_of(field: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        refuse(field, _("Choose one of: %(choices)s.", choices=", ".join(choices)))
    return value


def kind(name: str) -> str:
    return one_of("kind", name, KINDS)


def reference(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_REFERENCE or has_unseen(text):
        refuse(
            "reference",
            _("Write at most %(most)s characters, on one line.", most=LONGEST_REFERENCE),
        )
    return text


def amount(given: str | Decimal | None) -> Decimal | None:
    try:
        return money.amount(given)
    except ValueError as error:
        refuse("amount", str(error))


def typed_amount(typed: str, currency: str, locale: Locale) -> Decimal | None:
    try:
        return money.read(typed, currency, locale)
    except ValueError as error:
        refuse("amount", str(error))


def currency(code: str) -> str:
    try:
        return money.currency(code)
    except ValueError as error:
        refuse("currency", str(error))


def link(text: str) -> str:
    try:
        return web_link.clean(text)
    except ValueError as error:
        refuse("link", str(error))


def check_payment(kind: str, amount: Decimal | None, currency: str) -> None:
    """Of all that is known of a reminder, old and new."""
    if amount is None:
        return
    if kind != PAYMENT:
        refuse(
            "amount", _("Only a payment has an amount: choose that kind, or leave the amount out.")
        )
    if not currency:
        refuse("currency", _("Choose the currency of the amount, like EUR."))


CLEANERS: dict[str, Callable[[Any], Any]] = {
    "title": title,
    "notes": notes,
    "labels": labels,
    "advance_notices": advance_notices,
    "priority": priority,
    "zone_mode": zone_mode,
    "nag": nagging.checked,
    "kind": kind,
    "amount": amount,
    "currency": currency,
    "link": link,
    "reference": reference,
}
