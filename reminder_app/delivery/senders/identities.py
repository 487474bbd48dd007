"""In whose name a workspace's messages go out: sender identities, and the proof that they are its own."""

import logging
import uuid
from collections.abc import Sequence
from typing import Any

from reminder_app.config import Settings
from reminder_app.database import Page, new_id, now, one_of_each, transaction
from reminder_app.delivery import service as delivery
from reminder_app.delivery.letters import Planned
from reminder_app.delivery.senders import codes, configurations, details, repository, uses
from reminder_app.delivery.senders.models import EMAIL, PHONE, TYPES, SenderIdentity
from reminder_app.errors import Conflict, Invalid, NotFound, refuse
from reminder_app.translations import N_, language, lazy_gettext
from reminder_app.translations import gettext as _

log = logging.getLogger(__name__)
MOST = 100  # of one workspace
SENDER = "sender"
DEFAULT = "default"  # to move to: whatever the workspace's default is
NO_SUCH = lazy_gettext("There is no such sender here.")
TAKEN = lazy_gettext("There is a sender with this address already.")
UNVERIFIED = lazy_gettext(
    "This sender is not verified yet: until then nothing goes out in its name."
)
NO_CODE = lazy_gettext("There is no code to compare this with: have one sent.")
TOO_OLD = lazy_gettext("This code is too old: they work for 15 minutes. Have a new one sent.")
TOO_OFTEN = lazy_gettext("That were too many wrong codes. Have a new one sent.")
WRONG = lazy_gettext("This is not the code that was sent. Look for the newest mail.")
BY_OPERATOR = lazy_gettext("Phone numbers are verified by whoever runs this site: ask them.")
CHOSEN_MEANWHILE = lazy_gettext("Somebody has just chosen another default: look again.")
CALLED_OFF = N_("another code, or none")


def get(workspace_id: uuid.UUID, identity_id: uuid.UUID) -> SenderIdentity:
    return there(repository.identity(workspace_id, identity_id))


def find(workspace_id: uuid.UUID, identity_id: uuid.UUID | None) -> SenderIdentity | None:
    return repository.identity(workspace_id, identity_id) if identity_id else None


def there(found: SenderIdentity | None) -> SenderIdentity:
    if found is None:
        raise NotFound(NO_SUCH)
    return found


def browse(
    workspace_id: uuid.UUID,
    *,
    type: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[SenderIdentity]:
    return repository.identities(workspace_id, type, cursor, limit)


def choices(workspace_id: uuid.UUID) -> Sequence[SenderIdentity]:
    """Those that mail can go out as, the default first."""
    return repository.chosen_from(workspace_id, EMAIL, MOST)


def check_chosen(workspace_id: uuid.UUID, identity_id: uuid.UUID | None) -> None:
    """Raises Invalid naming sender_identity_id."""
    if identity_id is None:
        return
    found = repository.identity(workspace_id, identity_id)
    if found is None:
        refuse("sender_identity_id", NO_SUCH)
    if found.type != EMAIL:
        refuse(
            "sender_identity_id", _("Reminders go out by email: choose a sender with an address.")
        )
    if not found.is_verified:
        refuse("sender_identity_id", UNVERIFIED)


@one_of_each("address", TAKEN)
@transaction
def create(
    workspace_id: uuid.UUID,
    *,
    address: str,
    type: str = EMAIL,
    display_name: str = "",
    configuration_id: uuid.UUID | None = None,
) -> SenderIdentity:
    """Not verified yet. Raises Invalid, Conflict."""
    if type not in TYPES:
        refuse("type", _("Choose one of: %(types)s.", types=", ".join(TYPES)))
    rules = {
        "address": details.phone if type == PHONE else email,
        "display_name": details.display_name,
    }
    given = details.checked(rules, {"address": address, "display_name": display_name})
    check_configuration(workspace_id, type, configuration_id)
    if repository.count_identities(workspace_id) >= MOST:
        raise Conflict(_("%(most)s senders are enough: remove one first.", most=MOST))
    if repository.has_identity(workspace_id, type, given["address"]):
        raise Conflict(TAKEN, address=TAKEN)
    made = SenderIdentity(
        id=new_id(),
        workspace_id=workspace_id,
        type=type,
        configuration_id=configuration_id,
        code_tries=0,
        **given,
    )
    repository.add(made)
    return get(workspace_id, made.id)


def email(text: str) -> str:
    return details.email("address", text)


def check_configuration(
    workspace_id: uuid.UUID, type: str, configuration_id: uuid.UUID | None
) -> None:
    if configuration_id is None:
        return
    if type != EMAIL:
        refuse("configuration_id", _("A phone number sends through no mail server."))
    if repository.configuration(workspace_id, configuration_id) is None:
        refuse("configuration_id", configurations.NO_SUCH)


@transaction
def edit(workspace_id: uuid.UUID, identity_id: uuid.UUID, **fields: Any) -> SenderIdentity:
    """`display_name`, `configuration_id`: what is planned from now on. Raises NotFound, Invalid."""
    found = there(repository.lock_identity(workspace_id, identity_id))
    given = details.checked({"display_name": details.display_name}, fields)
    if "configuration_id" in given:
        check_configuration(workspace_id, found.type, given["configuration_id"])
    for name, value in given.items():
        setattr(found, name, value)
    return get(workspace_id, identity_id)


@transaction
def send_code(
    workspace_id: uuid.UUID, identity_id: uuid.UUID, settings: Settings, *, workspace: str, url: str
) -> SenderIdentity:
    """To the address itself, through the site's own mail server; the code before is dead.

    `url`: where it is typed in. Raises NotFound, Conflict.
    """
    found = there(repository.lock_identity(workspace_id, identity_id))
    if found.type != EMAIL:
        raise Conflict(BY_OPERATOR)
    if found.is_verified:
        return get(workspace_id, identity_id)
    code = codes.new_code()
    found.code_hash = codes.digest(settings.secret_key, found.id, code)
    found.code_until, found.code_tries = now() + codes.LASTS, 0
    call_off(found)
    delivery.enqueue(
        Planned(
            key=f"{SENDER}:{found.id}:{found.code_hash.hex()[:32]}",
            source_kind=SENDER,
            source_id=found.id,
            workspace_id=workspace_id,
            address=found.address,
            template="sender",
            payload={
                "subject": _("Is this your address? A code for %(workspace)s", workspace=workspace),
                "lang": language(),
                "workspace": workspace,
                "code": code,
                "link": url,
            },
            is_secret=True,
            deadline_at=found.code_until,
        )
    )
    return get(workspace_id, identity_id)


def call_off(found: SenderIdentity) -> None:
    delivery.cancel(source_kind=SENDER, source_id=found.id, reason=CALLED_OFF)


def verify(
    workspace_id: uuid.UUID, identity_id: uuid.UUID, code: str, settings: Settings
) -> SenderIdentity:
    """Raises NotFound, and Invalid naming code; a wrong one counts."""
    refusal = tried(workspace_id, identity_id, code, settings)
    if refusal:
        raise Invalid(refusal, code=refusal)
    return get(workspace_id, identity_id)


@one_of_each("is_default", CHOSEN_MEANWHILE)
@transaction
def tried(workspace_id: uuid.UUID, identity_id: uuid.UUID, code: str, settings: Settings) -> str:
    """Why it is not the right code; empty when it is."""
    found = there(repository.lock_identity(workspace_id, identity_id))
    if found.is_verified:
        return ""
    if found.type != EMAIL:
        return BY_OPERATOR
    if found.code_hash is None or found.code_until is None:
        return NO_CODE
    if found.code_until <= now():
        return TOO_OLD
    if found.code_tries >= codes.MOST_TRIES:
        return TOO_OFTEN
    found.code_tries += 1
    keys = [settings.secret_key, *settings.secret_key_fallbacks]
    if not codes.is_code(keys, found.id, code, found.code_hash):
        return TOO_OFTEN if found.code_tries == codes.MOST_TRIES else WRONG
    mark_verified(found)
    return ""


def mark_verified(found: SenderIdentity) -> None:
    """The first of its type is the default from then on."""
    if not repository.has_verified(found.workspace_id, found.type):
        found.default_for = found.type
    found.verified_at = now()
    found.code_hash = found.code_until = None
    found.code_tries = 0
    call_off(found)


@one_of_each("is_default", CHOSEN_MEANWHILE)
@transaction
def verify_as_operator(identity_id: uuid.UUID) -> SenderIdentity:
    """On the word of whoever runs the site: as phone numbers get no code. Raises NotFound."""
    found = there(repository.any_identity(identity_id))
    if not found.is_verified:
        mark_verified(found)
        log.warning("the operator has verified sender %s", found.id)
    return found


def unverified_phones(limit: int) -> Sequence[SenderIdentity]:
    return repository.unverified_phones(limit)


@one_of_each("is_default", CHOSEN_MEANWHILE)
@transaction
def set_default(
    workspace_id: uuid.UUID, identity_id: uuid.UUID, is_default: bool = True
) -> SenderIdentity:
    """Of its type there is one, or none. Raises NotFound, Conflict for one that is not verified."""
    found = there(repository.lock_identity(workspace_id, identity_id))
    if is_default and not found.is_verified:
        raise Conflict(UNVERIFIED)
    if is_default:
        repository.no_default(workspace_id, found.type)
    found.default_for = found.type if is_default else None
    return get(workspace_id, identity_id)


@transaction
def delete(workspace_id: uuid.UUID, identity_id: uuid.UUID, move_to: str = "") -> str:
    """Gives its address. `move_to`: DEFAULT or another's id, for what is sent in its name.

    Raises Conflict, which says by what it is used, where that is missing.
    """
    found = there(repository.lock_identity(workspace_id, identity_id))
    used = uses.found(workspace_id, identity_id)
    if used and not move_to:
        told = "; ".join(map(str, used))
        raise Conflict(
            _("It is used by %(told)s: choose who sends them instead.", told=told), move_to=told
        )
    if move_to:
        uses.move(workspace_id, identity_id, target_of(workspace_id, found, move_to))
    call_off(found)
    address = found.address
    repository.remove(found)
    return address


def target_of(workspace_id: uuid.UUID, found: SenderIdentity, move_to: str) -> uuid.UUID | None:
    if move_to == DEFAULT:
        return None
    try:
        target = get(workspace_id, uuid.UUID(move_to))
    except (ValueError, NotFound):
        refuse("move_to", NO_SUCH)
    if target.id == found.id or target.type != found.type or not target.is_verified:
        refuse("move_to", _("Choose another sender of the same type that is verified."))
    return target.id
