"""A workspace's own mail servers: making, changing, trying out and removing them."""

import logging
import uuid
from collections.abc import Mapping
from typing import Any

from reminder_app.config import Settings
from reminder_app.database import Page, database_now, db, new_id, now, one_of_each, transaction
from reminder_app.database.sealing import KeyLost, NoKey, Secret
from reminder_app.delivery import sending_accounts
from reminder_app.delivery.account_names import EMAIL
from reminder_app.delivery.senders import details, repository, trial
from reminder_app.delivery.senders.account import account_of
from reminder_app.delivery.senders.models import EmailConfiguration
from reminder_app.delivery.senders.server import Server
from reminder_app.errors import Conflict, Invalid, NotFound, refuse
from reminder_app.translations import N_, lazy_gettext
from reminder_app.translations import gettext as _

log = logging.getLogger(__name__)
MOST = 20  # of one workspace
SITE = "site"  # to move to: the site's own mail server
NO_SUCH = lazy_gettext("There is no such mail server here.")
TAKEN = lazy_gettext("Another mail server has this name: choose one that tells them apart.")
NO_KEY = lazy_gettext("This site cannot keep passwords yet: whoever runs it has to set DATA_KEY.")
KEY_LOST = N_("Its password was sealed with a key that is gone: type it in once more.")
ANEW = lazy_gettext(
    "Type the password again: it is about to be sent to another server than before."
)
NO_PASSWORD = lazy_gettext("Write the password that goes with this user.")
FRESH = {"smtp_port": 587, "smtp_security": "starttls", "smtp_user": "", "is_active": True}
# What is tested: where one of these changes, the last test tells nothing any more.
TESTED = ("smtp_host", "smtp_port", "smtp_security", "smtp_user", "from_address")


def off(name: str) -> str:
    return N_("Waits: the mail server %(name)s is switched off under Senders.") % {"name": name}


def removed(name: str) -> str:
    return N_(
        "Not sent: the mail server %(name)s, which it was to go out through, was removed."
    ) % {"name": name}


def get(workspace_id: uuid.UUID, configuration_id: uuid.UUID) -> EmailConfiguration:
    return there(repository.configuration(workspace_id, configuration_id))


def there(found: EmailConfiguration | None) -> EmailConfiguration:
    if found is None:
        raise NotFound(NO_SUCH)
    return found


def has_waiting(found: EmailConfiguration) -> bool:
    """Whether something is to go out through it still."""
    return repository.has_waiting(found.account)


def browse(
    workspace_id: uuid.UUID, *, cursor: str | None = None, limit: int = 50
) -> Page[EmailConfiguration]:
    return repository.configurations(workspace_id, cursor, limit)


@one_of_each("name", TAKEN)
@transaction
def create(workspace_id: uuid.UUID, by: str, **fields: Any) -> EmailConfiguration:
    """name, smtp_host, smtp_port, smtp_security, smtp_user, smtp_password, from_address, is_active,
    mails_per_minute. Raises Invalid, Conflict."""
    given = details.checked(details.OF_CONFIGURATION, fields)
    if repository.count_configurations(workspace_id) >= MOST:
        raise Conflict(_("%(most)s mail servers are enough: remove one first.", most=MOST))
    refuse_taken(workspace_id, given["name"], None)
    password = given.pop("smtp_password", "")
    if given.get("smtp_user") and not password:
        refuse("smtp_password", NO_PASSWORD)
    given = FRESH | given
    made = EmailConfiguration(id=new_id(), workspace_id=workspace_id, test_words="", **given)
    made.smtp_password = sealed(password) if given.get("smtp_user") else None
    repository.add(made)
    sending_accounts.add(made.account, workspace_id, made.name)
    if not made.is_active:
        sending_accounts.pause(made.account, by)
    return get(workspace_id, made.id)


def refuse_taken(workspace_id: uuid.UUID, name: str, but: uuid.UUID | None) -> None:
    if repository.has_configuration_named(workspace_id, name, but):
        raise Conflict(TAKEN, name=TAKEN)


def sealed(password: str) -> Secret:
    """Raises Invalid where nothing can be kept."""
    try:
        return Secret.of(password)
    except NoKey:
        log.error("a mail server's password cannot be kept: DATA_KEY is not set")
    raise Invalid(NO_KEY, smtp_password=NO_KEY)


@one_of_each("name", TAKEN)
@transaction
def edit(
    workspace_id: uuid.UUID, configuration_id: uuid.UUID, by: str, **fields: Any
) -> EmailConfiguration:
    """What is given. An empty password: it stays as it is. Raises NotFound, Invalid, Conflict."""
    found = there(repository.lock_configuration(workspace_id, configuration_id))
    given = details.checked(details.OF_CONFIGURATION, fields)
    refuse_taken(workspace_id, given.get("name", found.name), found.id)
    before = as_tested(found)
    was_active, called = found.is_active, found.name
    put_password(found, given)
    for name, value in given.items():
        setattr(found, name, value)
    if as_tested(found) != before:
        found.tested_at, found.test_passed, found.test_words = None, None, ""
        sending_accounts.try_again(found.account)
    if found.name != called:
        sending_accounts.add(found.account, workspace_id, found.name)
    put_active(found, was_active, called, by)
    return get(workspace_id, configuration_id)


def as_tested(found: EmailConfiguration) -> list[Any]:
    return [getattr(found, name) for name in (*TESTED, "smtp_password")]


def put_password(found: EmailConfiguration, given: dict[str, Any]) -> None:
    """A password goes to the server that it was typed in for, and to no other."""
    password = given.pop("smtp_password", "")
    user = given.get("smtp_user", found.smtp_user)
    if not user:
        found.smtp_password = None
    elif password:
        found.smtp_password = sealed(password)
    elif found.smtp_password is None:
        refuse("smtp_password", NO_PASSWORD)
    elif goes_elsewhere(found, given):
        refuse("smtp_password", ANEW)


def goes_elsewhere(found: EmailConfiguration, given: Mapping[str, Any]) -> bool:
    def is_new(name: str) -> bool:
        return name in given and given[name] != getattr(found, name)

    bares = is_new("smtp_security") and given["smtp_security"] == "none"
    return is_new("smtp_host") or is_new("smtp_port") or bares


def put_active(found: EmailConfiguration, was: bool, called: str, by: str) -> None:
    """What waits says that it is switched off, and no worker looks at it."""
    if found.is_active and not was:
        sending_accounts.resume(found.account)
        repository.tell_waiting(found.account, "", before=off(called))
    elif was and not found.is_active:
        sending_accounts.pause(found.account, by)
        repository.tell_waiting(found.account, off(found.name))
    elif not found.is_active and found.name != called:
        repository.tell_waiting(found.account, off(found.name), before=off(called))


@transaction
def delete(workspace_id: uuid.UUID, configuration_id: uuid.UUID, move_to: str = "") -> None:
    """`move_to`: SITE or another's id, for the identities that use it and for what waits.

    Without it, raises Conflict while identities use it, and what waits is called off.
    """
    found = there(repository.lock_configuration(workspace_id, configuration_id))
    found = get(workspace_id, configuration_id)
    if found.identities and not move_to:
        users = ", ".join(one.address for one in found.identities)
        raise Conflict(
            _("%(users)s sends through it: choose what they use instead.", users=users),
            move_to=users,
        )
    if move_to:
        target = target_of(workspace_id, found, move_to)
        repository.move_identities(found.id, target)
        repository.move_waiting(found.account, account_of(target) if target else EMAIL)
    repository.cancel_waiting(found.account, removed(found.name), database_now())
    sending_accounts.remove(found.account)
    db.session.expire(found, ["identities"])
    repository.remove(found)


def target_of(workspace_id: uuid.UUID, found: EmailConfiguration, move_to: str) -> uuid.UUID | None:
    if move_to == SITE:
        return None
    try:
        target = get(workspace_id, uuid.UUID(move_to))
    except (ValueError, NotFound):
        refuse("move_to", NO_SUCH)
    if target.id == found.id:
        refuse("move_to", _("Choose another one than the one that goes."))
    return target.id


def try_out(
    workspace_id: uuid.UUID, configuration_id: uuid.UUID, settings: Settings, to: str = ""
) -> EmailConfiguration:
    """Try it out, with a mail to `to` if that is given, and note what came of it.

    Takes up to half a minute; no connection to the database is held meanwhile.
    """
    found = get(workspace_id, configuration_id)
    title, from_address = found.name, found.from_address
    before = as_tested(found)
    try:
        server = server_of(found, settings)
    except KeyLost:
        return note(workspace_id, configuration_id, before, trial.Result(False, KEY_LOST))
    db.session.rollback()
    result = trial.try_out(server, from_address, to, title)
    return note(workspace_id, configuration_id, before, result)


@transaction
def note(
    workspace_id: uuid.UUID, configuration_id: uuid.UUID, tested: list[Any], result: trial.Result
) -> EmailConfiguration:
    found = there(repository.lock_configuration(workspace_id, configuration_id))
    if as_tested(found) == tested:  # else it tells nothing of what is there now
        found.tested_at, found.test_passed = now(), result.passed
        found.test_words = str(result.words)
        if result.passed:
            sending_accounts.try_again(found.account)
    return get(workspace_id, configuration_id)


def server_of(found: EmailConfiguration, settings: Settings) -> Server:
    """Raises KeyLost."""
    password = found.smtp_password.reveal() if found.smtp_password else ""
    return Server(
        found.smtp_host,
        found.smtp_port,
        found.smtp_security,
        found.smtp_user,
        password,
        settings.private_hosts,
    )
