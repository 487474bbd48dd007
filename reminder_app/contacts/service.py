"""The people a workspace may write to."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement

from reminder_app.contacts import details, repository
from reminder_app.contacts.models import Contact, ContactTag
from reminder_app.database import Page, now, one_of_each, transaction
from reminder_app.delivery import service as delivery
from reminder_app.errors import Conflict, NotFound
from reminder_app.translations import N_, lazy_gettext
from reminder_app.translations import gettext as _

ARCHIVED = N_("This contact is archived.")
# What lies above and waits for them to come back: (workspace, contact), in the same transaction.
brought_back: list[Callable[[uuid.UUID, uuid.UUID], None]] = []
NEWEST = 200  # contacts that are looked at for fields of their own
MOST_WORDS = 6  # of a search; each costs three comparisons a row
SAME_MOMENT = lazy_gettext(
    "Somebody saved a contact with this address at the same moment. Look it up first."
)
one_of_each_address = one_of_each("email", SAME_MOMENT)


@one_of_each_address
@transaction
def create(workspace_id: uuid.UUID, **fields: Any) -> Contact:
    """Raises Invalid; Conflict naming `email` and `existing_id` when the address is taken."""
    values = details.clean({"name": ""} | fields)
    refuse_taken(workspace_id, values.get("email"))
    tags = values.pop("tags", [])
    contact = Contact(workspace_id=workspace_id, **values)
    contact.consent_at = now() if contact.consent else None
    set_tags(contact, tags)
    repository.add(contact)
    return contact


@one_of_each_address
@transaction
def edit(workspace_id: uuid.UUID, contact_id: uuid.UUID, **fields: Any) -> Contact:
    """Change what is given. Raises NotFound, Invalid and Conflict as `create` does."""
    contact = get(workspace_id, contact_id)
    values = details.clean(fields)
    if "email" in values and values["email"] != contact.email:
        refuse_taken(workspace_id, values.get("email"))
    if "tags" in values:
        set_tags(contact, values.pop("tags"))
    put(contact, values)
    return contact


def put(contact: Contact, values: Mapping[str, Any]) -> None:
    if values.get("consent", contact.consent) != contact.consent:
        contact.consent_at = now() if values["consent"] else None
    for name, value in values.items():
        setattr(contact, name, value)


@transaction
def archive(workspace_id: uuid.UUID, contact_id: uuid.UUID) -> Contact:
    """Out of the lists and pickers, and told nothing more; what was sent stays provable."""
    contact = get(workspace_id, contact_id)
    delivery.cancel_to([workspace_id], contact_id=contact_id, reason=ARCHIVED)
    contact.archived_at = contact.archived_at or now()
    return contact


@transaction
def unarchive(workspace_id: uuid.UUID, contact_id: uuid.UUID) -> Contact:
    contact = get(workspace_id, contact_id)
    contact.archived_at = contact.merged_into_id = None
    for told in brought_back:
        told(workspace_id, contact_id)
    return contact


def get(workspace_id: uuid.UUID, contact_id: uuid.UUID) -> Contact:
    contact = repository.get(workspace_id, contact_id)
    if contact is None:
        raise NotFound(_("There is no such contact here."))
    return contact


def get_many(workspace_id: uuid.UUID, ids: Collection[uuid.UUID]) -> Sequence[Contact]:
    """Those of `ids` that are here, archived ones too, in no order."""
    return repository.get_many(workspace_id, ids) if ids else []


def browse(
    workspace_id: uuid.UUID,
    *,
    q: str = "",
    tag: str = "",
    is_archived: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Contact]:
    """By name. Every word of `q` must be in the name, the address, a phone or a tag."""
    return repository.browse(
        workspace_id,
        q=few_words(q),
        tag=tag.strip().lower(),
        is_archived=is_archived,
        cursor=cursor,
        limit=limit,
    )


def pick(workspace_id: uuid.UUID, q: str = "", limit: int = 8) -> Sequence[Contact]:
    """Contacts to choose from while typing; archived ones are left out."""
    return repository.pick(workspace_id, few_words(q), limit)


def named(workspace_id: uuid.UUID, names: Collection[str], limit: int) -> Sequence[Contact]:
    """Those called one of `names`, or nearly so, the nearest first; archived ones are left out."""
    return repository.named(workspace_id, names, limit) if names else []


def matching(q: str) -> list[ColumnElement[bool]]:
    """What a contact that is searched for fulfils: for those who ask for many at once."""
    return repository.matching(few_words(q))


def tags(workspace_id: uuid.UUID, limit: int = 12) -> Sequence[str]:
    """The tags in use, the most used first."""
    return repository.tags(workspace_id, limit)


def newest_attributes(workspace_id: uuid.UUID) -> set[str]:
    """The names of the fields of their own that the newest contacts have."""
    found = repository.newest_attributes(workspace_id, NEWEST)
    return {name for given in found for name in given or {}}


def refuse_taken(workspace_id: uuid.UUID, email: str | None) -> None:
    other = repository.by_email(workspace_id, email) if email else None
    if other is None:
        return
    sentence = _("%(name)s already has this address.", name=other.name)
    if other.merged_into_id:
        sentence = _(
            "%(name)s had this address, and was merged into another contact.", name=other.name
        )
    elif other.archived_at:
        sentence = _(
            "%(name)s has this address and is archived. Bring them back instead.", name=other.name
        )
    raise Conflict(sentence, email=sentence, existing_id=str(other.id))


def set_tags(contact: Contact, names: Sequence[str]) -> None:
    kept = {tag.name: tag for tag in contact.tags}
    contact.tags = [
        kept.get(name) or ContactTag(workspace_id=contact.workspace_id, name=name) for name in names
    ]


def few_words(q: str) -> str:
    return " ".join(q.split()[:MOST_WORDS])
