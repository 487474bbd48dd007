"""SMS and WhatsApp gateways of a workspace: one of each, to write to clients who would rather be reached so."""

import json
import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from reminder_app.database import new_id, transaction
from reminder_app.delivery import sending_accounts
from reminder_app.delivery.endpoints import apprise_addresses, kinds, repository, service, trying
from reminder_app.delivery.endpoints.apprise_services import PLACE
from reminder_app.delivery.endpoints.models import Gateway
from reminder_app.delivery.endpoints.orders import Way
from reminder_app.delivery.headers import one_line
from reminder_app.delivery.models import Delivery
from reminder_app.errors import NotFound, refuse
from reminder_app.translations import N_
from reminder_app.translations import gettext as _

SAMPLE = "+4915112345678"
E164 = re.compile(r"\+[1-9]\d{7,14}")
BETWEEN = re.compile(r"[\s()/.\-]+")
REMOVED = N_("Not sent: the gateway that it was to go out through was removed.")


def to(url: str, number: str) -> str:
    return url.replace(PLACE, quote(number, safe="+"))


def number_of(text: str) -> str:
    """As gateways want it: +4915112345678. Empty where it has no country."""
    plain = BETWEEN.sub("", text)
    plain = "+" + plain[2:] if plain.startswith("00") else plain
    return plain if E164.fullmatch(plain) else ""


def locked(workspace_id: uuid.UUID, channel: str) -> Gateway:
    """Raises NotFound."""
    found = repository.gateway(workspace_id, channel, lock=True)
    if found is None:
        raise NotFound(_("There is no such gateway here."))
    return found


def browse(workspace_id: uuid.UUID) -> Sequence[Gateway]:
    return repository.gateways([workspace_id])


def channels(workspace_id: uuid.UUID) -> set[str]:
    """Through what its clients can be reached beside email."""
    return {one.channel for one in browse(workspace_id)}


def ways(workspace_ids: Collection[uuid.UUID]) -> Mapping[tuple[uuid.UUID, str], Way]:
    """By workspace and channel; one query. One part, whatever the channel: a notice is written
    to a client once, also where they change what they prefer."""
    found = repository.gateways(workspace_ids) if workspace_ids else ()
    return {(one.workspace_id, one.channel): Way(one.account, kinds.EMAIL) for one in found}


@transaction
def put(
    workspace_id: uuid.UUID,
    channel: str,
    *,
    url: str,
    schemes: Collection[str],
    site: str,
    may_be_private: bool,
) -> Gateway:
    """A first one, or another address for it: what waits goes there. Raises NotFound, Invalid."""
    if channel not in kinds.GATEWAYS:
        raise NotFound(_("There is no such gateway here."))
    url = url.strip()
    if url.lower().startswith(("https://", "http://")):
        refuse(
            "url",
            _(
                "For a gateway of your own write jsons:// in place of https://: it is sent JSON, with the "
                "number where {to} stands."
            ),
        )
    if PLACE not in url:
        refuse("url", _("Write {to} where the number of the client goes."))
    receiver = apprise_addresses.checked(
        to(url, SAMPLE), schemes, site, may_be_private=may_be_private, number=SAMPLE
    )
    found = repository.gateway(workspace_id, channel, lock=True)
    if found is None:
        found = Gateway(id=new_id(), workspace_id=workspace_id, channel=channel)
    found.host = receiver.shown
    found.address, found.state, found.words = service.sealed({"url": url}), kinds.NEW, ""
    repository.add(found)
    sending_accounts.add(found.account, workspace_id, found.title)
    sending_accounts.try_again(found.account)
    return found


@transaction
def remove(workspace_id: uuid.UUID, channel: str) -> None:
    """What waits for it is called off; what is still to be planned goes by email. Raises NotFound."""
    found = locked(workspace_id, channel)
    repository.call_off(found.account, REMOVED)
    sending_accounts.remove(found.account)
    repository.remove(found)


@transaction
def test(workspace_id: uuid.UUID, channel: str, number: str) -> Delivery:
    """A message to this number, the way that others will go. Raises NotFound, Invalid, Conflict."""
    found = locked(workspace_id, channel)
    number = number_of(number)
    if not number:
        refuse("to", _("Write the number with its country, like +49 151 12345678."))
    return trying.send(found, found.title, number, workspace_id)


@transaction
def call_off(account: str) -> None:
    """What was planned while it was being removed: nobody else would ever look at it."""
    repository.call_off(account, REMOVED)


@transaction
def note(gateway_id: uuid.UUID, state: str, words: str, at: datetime) -> None:
    """What came of the last messages."""
    found = repository.gateway_by_id(gateway_id)
    if found is not None:
        found.state, found.words = state, one_line(words)
        if state == kinds.WORKS:
            found.used_at = at
        else:
            found.failed_at = at


def values(found: Gateway) -> dict[str, Any]:
    """Raises KeyLost."""
    return json.loads(found.address.reveal())  # type: ignore[no-any-return]
