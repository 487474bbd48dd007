"""Contacts as a file, some at a time: whoever downloads slowly holds no connection and little memory."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from reminder_app.contacts import cells, repository, service, vcard
from reminder_app.contacts.models import Contact
from reminder_app.database import transaction
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

PAGE = 1000
MOST_OWN = 50  # columns for fields of one's own
HEADINGS = {
    "name": lazy_gettext("Name"),
    "email": lazy_gettext("Email"),
    "phone": lazy_gettext("Phone"),
    "phone_secondary": lazy_gettext("Second phone"),
    "phone_whatsapp": "WhatsApp",
    "preferred_channel": lazy_gettext("Preferred channel"),
    "postal_address": lazy_gettext("Postal address"),
    "time_zone": lazy_gettext("Time zone"),
    "locale": lazy_gettext("Language"),
    "notes": lazy_gettext("Notes"),
    "consent": lazy_gettext("Consent"),
    "consent_note": lazy_gettext("Consent: how and when"),
}


def as_csv(workspace_id: uuid.UUID, **wanted: Any) -> Iterator[str]:
    """With a BOM, by which Excel knows UTF-8. `wanted` as service.browse() takes it."""
    headings = [*(str(one) for one in HEADINGS.values()), _("Tags")]

    def lines() -> Iterator[str]:
        own = own_names(workspace_id)
        yield "\ufeff" + cells.row([*headings, *own])
        for page in pages(workspace_id, **wanted):
            yield "".join(cells.row(row_of(one, own)) for one in page)

    return lines()


def row_of(contact: Contact, own: Sequence[str]) -> list[str]:
    given = contact.attributes or {}
    return [
        *(str(getattr(contact, name) or "") for name in HEADINGS),
        ", ".join(tag.name for tag in contact.tags),
        *(given.get(name, "") for name in own),
    ]


def as_vcards(workspace_id: uuid.UUID, **wanted: Any) -> Iterator[str]:
    for page in pages(workspace_id, **wanted):
        yield "".join(vcard.card_of(one) for one in page)


def pages(workspace_id: uuid.UUID, **wanted: Any) -> Iterator[Sequence[Contact]]:
    cursor: str | None = None
    while True:
        page = transaction(service.browse)(workspace_id, **wanted, cursor=cursor, limit=PAGE)
        yield page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def own_names(workspace_id: uuid.UUID) -> list[str]:
    return sorted(all_own_names(workspace_id))[:MOST_OWN]


def all_own_names(workspace_id: uuid.UUID) -> set[str]:
    found: set[str] = set()
    after: uuid.UUID | None = None
    while rows := transaction(repository.attributes)(workspace_id, after, PAGE):
        found.update(name for _, given in rows for name in given or {})
        after = rows[-1][0]
    return found
