"""A person's channels beside email: adding, trying, renaming and removing them, and what came of their use."""

import json
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from reminder_app.database import Page, new_id, now, transaction
from reminder_app.database.sealing import NoKey, Secret
from reminder_app.delivery import sending_accounts
from reminder_app.delivery.endpoints import (
    addresses,
    apprise_addresses,
    kinds,
    repository,
    signing,
    trying,
    vapid,
)
from reminder_app.delivery.endpoints.models import Endpoint
from reminder_app.delivery.headers import one_line
from reminder_app.delivery.models import Delivery
from reminder_app.errors import Conflict, Invalid, NotFound, refuse
from reminder_app.translations import N_, lazy_gettext
from reminder_app.translations import gettext as _

MOST, LONGEST_NAME = 20, 80
TWO_SECRETS = timedelta(days=1)
NO_SUCH = lazy_gettext("There is no such channel here.")
NOT_HERE = lazy_gettext("Only a webhook has a secret.")
NO_KEY = lazy_gettext("This site cannot keep secrets yet: whoever runs it has to set DATA_KEY.")
REMOVED = N_("Not sent: the channel that it was to go out through was removed.")
NO_PUSH = lazy_gettext(
    "This browser's answer cannot be used for pushes: try again, or another browser."
)
POINT, AUTH = 65, 16  # bytes of what a browser says


def get(user_id: uuid.UUID, endpoint_id: uuid.UUID) -> Endpoint:
    return there(repository.get(user_id, endpoint_id))


def there(found: Endpoint | None) -> Endpoint:
    if found is None:
        raise NotFound(NO_SUCH)
    return found


def browse(user_id: uuid.UUID, *, cursor: str | None = None, limit: int = MOST) -> Page[Endpoint]:
    return repository.browse(user_id, cursor, limit)


def names(user_id: uuid.UUID) -> list[str]:
    """Of all that is there: a person may have few of them."""
    return repository.names_of(user_id)


def subscribe(
    user_id: uuid.UUID,
    *,
    name: str,
    url: str,
    p256dh: str,
    auth: str,
    may_be_private: bool,
) -> Endpoint:
    """A browser, as its push service knows it; known already, it is brought up to date.

    Whoever signs in with a browser that was another's before has it now. Raises Invalid.
    """
    found = addresses.checked(url, "url", may_be_private=may_be_private)
    check_keys(p256dh, auth)
    address = {"url": found.url, "p256dh": p256dh, "auth": auth}
    return put_push(user_id, name or found.host, found, address)


def check_keys(p256dh: str, auth: str) -> None:
    try:
        point, secret = vapid.decoded(p256dh), vapid.decoded(auth)
    except ValueError as error:
        raise Invalid(NO_PUSH, p256dh=NO_PUSH) from error
    if len(point) != POINT or point[0] != 4 or len(secret) != AUTH:
        refuse("p256dh", NO_PUSH)


@transaction
def put_push(
    user_id: uuid.UUID, name: str, at: addresses.Address, address: dict[str, str]
) -> Endpoint:
    digest = addresses.digest(kinds.PUSH, at.url)
    mine = None
    for one in repository.by_address(digest):
        if one.user_id == user_id:
            mine = one
        else:
            forget(one)
    if mine is None:
        return make(user_id, kinds.PUSH, name, at.host, digest, sealed(address))
    if json.loads(mine.address.reveal()) != address or mine.is_gone:
        mine.address, mine.state, mine.words = sealed(address), kinds.NEW, ""
    return mine


@transaction
def add_webhook(
    user_id: uuid.UUID, *, name: str, url: str, may_be_private: bool
) -> tuple[Endpoint, str]:
    """And its secret, which is shown this once. Raises Invalid, Conflict."""
    found = addresses.checked(url, "url", may_be_private=may_be_private)
    digest, secret = addresses.digest(kinds.WEBHOOK, found.url), signing.new_secret()
    if any(one.user_id == user_id for one in repository.by_address(digest)):
        raise Conflict("", url=_("You have this one already."))
    address = sealed({"url": found.url})
    made = make(user_id, kinds.WEBHOOK, name or found.host, found.host, digest, address)
    made.secret = Secret.of(secret)
    return made, secret


def add_apprise(
    user_id: uuid.UUID,
    *,
    name: str,
    url: str,
    schemes: Collection[str],
    site: str,
    may_be_private: bool,
) -> Endpoint:
    """`schemes`: of those that the operator allows; `site`: our own address. Raises Invalid, Conflict."""
    found = apprise_addresses.checked(url, schemes, site, may_be_private=may_be_private)
    return put_apprise(user_id, name, url.strip(), found)


@transaction
def put_apprise(
    user_id: uuid.UUID, name: str, url: str, found: apprise_addresses.Receiver
) -> Endpoint:
    digest = addresses.digest(kinds.APPRISE, url)
    if any(one.user_id == user_id for one in repository.by_address(digest)):
        raise Conflict("", url=_("You have this one already."))
    address = sealed({"url": url})
    return make(user_id, kinds.APPRISE, name or found.service, found.shown, digest, address)


def make(
    user_id: uuid.UUID, kind: str, name: str, host: str, digest: bytes, address: Secret
) -> Endpoint:
    if repository.count(user_id) >= MOST:
        raise Conflict(_("%(most)s channels are enough: remove one first.", most=MOST))
    made = Endpoint(
        id=new_id(),
        user_id=user_id,
        kind=kind,
        name=one_line(name, LONGEST_NAME),
        host=host,
        address=address,
        address_hash=digest,
        state=kinds.NEW,
        words="",
    )
    repository.add(made)
    sending_accounts.add(made.account, user_id, made.name)
    return made


def sealed(address: dict[str, str]) -> Secret:
    try:
        return Secret.of(json.dumps(address))
    except NoKey as error:
        raise Invalid(NO_KEY) from error


@transaction
def rename(user_id: uuid.UUID, endpoint_id: uuid.UUID, name: str | None = None) -> Endpoint:
    """Without a name it keeps its own. Raises NotFound, Invalid."""
    found = there(repository.lock(user_id, endpoint_id))
    if name is None:
        return found
    name = one_line(name, LONGEST_NAME)
    if not name:
        refuse("name", _("Write a name that tells it from the others."))
    found.name = name
    sending_accounts.add(found.account, user_id, name)
    return found


@transaction
def remove(user_id: uuid.UUID, endpoint_id: uuid.UUID) -> None:
    """What still waits for it is called off. Raises NotFound."""
    forget(there(repository.lock(user_id, endpoint_id)))


def forget(found: Endpoint) -> None:
    repository.call_off(found.account, REMOVED)
    sending_accounts.remove(found.account)
    repository.remove(found)


@transaction
def rotate(user_id: uuid.UUID, endpoint_id: uuid.UUID) -> tuple[Endpoint, str]:
    """A new secret, shown this once; for a day its messages are signed with the former one as well.

    Raises NotFound, Conflict.
    """
    found = there(repository.lock(user_id, endpoint_id))
    if found.secret is None:
        raise Conflict(NOT_HERE)
    secret = signing.new_secret()
    found.former_secret, found.former_until = found.secret, now() + TWO_SECRETS
    found.secret = Secret.of(secret)
    return found, secret


@transaction
def test(user_id: uuid.UUID, endpoint_id: uuid.UUID, to: str) -> Delivery:
    """A message goes out the way that others will. `to`: whom the ledger names. Raises NotFound, Conflict."""
    found = there(repository.lock(user_id, endpoint_id))
    return trying.send(found, found.name, to)


@transaction
def call_off(account: str, words: str) -> None:
    """What was planned while it was being removed: nobody else would ever look at it."""
    repository.call_off(account, words)


@transaction
def note(endpoint_id: uuid.UUID, state: str, words: str, at: datetime) -> None:
    """What came of the last messages. One that is gone is not written to any more."""
    moment = {"used_at": at} if state == kinds.WORKS else {"failed_at": at}
    found = repository.by_id(endpoint_id)
    if found is None:
        return
    repository.change(endpoint_id, state=state, words=one_line(words), **moment)
    if state == kinds.GONE:
        repository.call_off(found.account, words)


def values(found: Endpoint) -> dict[str, Any]:
    return json.loads(found.address.reveal())  # type: ignore[no-any-return]
