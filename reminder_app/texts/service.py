"""A workspace's own texts for what it sends to its clients."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from reminder_app.contacts import exporting
from reminder_app.contacts import service as contacts
from reminder_app.database import Page, transaction
from reminder_app.delivery.headers import has_unseen, one_line
from reminder_app.errors import Conflict, NotFound, refuse
from reminder_app.texts import merging, repository
from reminder_app.texts.models import ReminderText
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext, ngettext

LONGEST_NAME, MOST_TEXTS = 80, 200
NO_SUCH = lazy_gettext("There is no such text here.")
# Who uses a text stands above: (workspace, text) -> how many do.
users: list[Callable[[uuid.UUID, uuid.UUID], int]] = []


@transaction
def create(workspace_id: uuid.UUID, actor_id: uuid.UUID, **fields: str) -> ReminderText:
    """`fields`: name, subject, body. Raises Invalid, Conflict."""
    if repository.count(workspace_id) >= MOST_TEXTS:
        raise Conflict(
            _("There are %(most)s texts: delete one that is not needed first.", most=MOST_TEXTS)
        )
    text = ReminderText(
        workspace_id=workspace_id, created_by=actor_id, **clean(workspace_id, fields)
    )
    repository.add(text)
    return text


@transaction
def edit(
    workspace_id: uuid.UUID, actor_id: uuid.UUID, text_id: uuid.UUID, **fields: str
) -> ReminderText:
    """What is planned already says what it was planned to say. Raises NotFound, Invalid."""
    text = there(repository.lock(workspace_id, text_id))
    for name, value in clean(workspace_id, fields).items():
        setattr(text, name, value)
    text.changed_by = actor_id
    return text


@transaction
def delete(workspace_id: uuid.UUID, text_id: uuid.UUID) -> ReminderText:
    """Raises NotFound, and Conflict while a reminder uses it."""
    text = there(repository.lock(workspace_id, text_id))
    if many := sum(count(workspace_id, text_id) for count in users):
        raise Conflict(
            ngettext(
                "One reminder uses this text: choose another one there first.",
                "%(num)s reminders use this text: choose another one there first.",
                many,
            )
        )
    repository.remove(text)
    return text


def get(workspace_id: uuid.UUID, text_id: uuid.UUID) -> ReminderText:
    return there(repository.get(workspace_id, text_id))


def find(workspace_id: uuid.UUID, text_id: uuid.UUID) -> ReminderText | None:
    """Held until the end of the transaction: nobody deletes it meanwhile."""
    return repository.lock(workspace_id, text_id)


def get_many(ids: Collection[uuid.UUID]) -> Sequence[ReminderText]:
    """For what is sent: of any workspace."""
    return repository.get_many(ids) if ids else []


def browse(
    workspace_id: uuid.UUID, *, cursor: str | None = None, limit: int = 50
) -> Page[ReminderText]:
    return repository.browse(workspace_id, cursor, limit)


def choices(workspace_id: uuid.UUID) -> Sequence[ReminderText]:
    return repository.browse(workspace_id, None, MOST_TEXTS).items


def preview(
    workspace_id: uuid.UUID, subject: str, body: str, contact_id: uuid.UUID | None = None
) -> dict[str, str]:
    """As a made-up client would get it, or one of the contacts. Raises Invalid, NotFound."""
    text = clean(workspace_id, {"subject": subject, "body": body})
    values = {name: f"[{name}]" for name in own_in(text)} | merging.SAMPLE
    if contact_id:
        contact = contacts.get(workspace_id, contact_id)
        values = merging.SAMPLE | of_client(contact.name, contact.email or "", contact.attributes)
    return said(text, values)


def said(text: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    return {
        "subject": one_line(merging.render(text["subject"], values), merging.LONGEST_SUBJECT),
        "text": merging.render(text["body"], values),
    }


def of_client(name: str, email: str, attributes: Mapping[str, str] | None = None) -> dict[str, str]:
    first = name.split()[0] if name.split() else ""
    ours = {"client.name": name, "client.first_name": first, "client.email": email}
    return {merging.own_name(each): value for each, value in (attributes or {}).items()} | ours


def own_in(text: Mapping[str, str]) -> list[str]:
    """The fields of the workspace's contacts in it: what a client must be asked for."""
    return [name for field in ("subject", "body") for name in merging.own_in(text.get(field, ""))]


def own_fields(workspace_id: uuid.UUID) -> dict[str, str]:
    """As they are written here, with their own names: those of the newest contacts."""
    return as_fields(contacts.newest_attributes(workspace_id))


def as_fields(names: Iterable[str]) -> dict[str, str]:
    found = {merging.own_name(name): name for name in sorted(names)}
    return {field: found[field] for field in sorted(found) if field}


def clean(workspace_id: uuid.UUID, fields: Mapping[str, Any]) -> dict[str, str]:
    """Raises Invalid."""
    cleaned = {name: CLEANERS[name](value) for name, value in fields.items()}
    if asked := set(own_in(cleaned)):
        own = own_fields(workspace_id)
        if asked - own.keys():  # Older contacts may have it: then all are looked through.
            own |= as_fields(exporting.all_own_names(workspace_id))
        for name in ("subject", "body"):
            checked(name, cleaned.get(name, ""), own)
    return cleaned


def clean_name(text: str) -> str:
    return line("name", text, LONGEST_NAME)


def clean_subject(text: str) -> str:
    return checked("subject", line("subject", text, merging.LONGEST_SUBJECT))


def clean_body(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not 0 < len(text) <= merging.LONGEST_BODY:
        refuse("body", _("Write 1 to %(most)s characters.", most=merging.LONGEST_BODY))
    if has_unseen(text, "\n\t"):
        refuse("body", _("Leave out control characters."))
    return checked("body", text)


def line(field: str, text: str, longest: int) -> str:
    text = text.strip()
    if not 0 < len(text) <= longest or has_unseen(text):
        refuse(field, _("Write 1 to %(most)s characters, on one line.", most=longest))
    return text


def checked(field: str, text: str, own: Collection[str] | None = None) -> str:
    try:
        merging.check(text, own)
    except merging.Unreadable as error:
        refuse(field, str(error))
    return text


CLEANERS: dict[str, Callable[[str], str]] = {
    "name": clean_name,
    "subject": clean_subject,
    "body": clean_body,
}


def there(text: ReminderText | None) -> ReminderText:
    if text is None:
        raise NotFound(NO_SUCH)
    return text
