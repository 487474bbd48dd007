"""Whether what somebody wrote is the address of a service that may be used here."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from reminder_app.delivery.channels.request import Request
from reminder_app.delivery.channels.statuses import Response
from reminder_app.delivery.endpoints import addresses, apprise_services
from reminder_app.errors import refuse
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

NO_SERVICE = lazy_gettext(
    "It begins with the name of a service, such as tgram:// or ntfys://; the list above "
    "helps to write it."
)
NOT_COPIED = lazy_gettext(
    "Of addresses with https:// those of Slack, Discord, Teams, Google Chat and ntfy.sh "
    "will do; a server of your own is a webhook."
)
SWITCHED_OFF = lazy_gettext("Whoever runs this site has switched other services off.")
NOWHERE = lazy_gettext("It names nobody whom a message could go to.")


@dataclass(frozen=True)
class Receiver:
    service: str
    shown: str  # all that is shown of it


class Stop(Exception):
    """It is known where it would go; nothing is sent."""


def checked(
    url: str, schemes: Collection[str], site: str, *, may_be_private: bool, number: str = ""
) -> Receiver:
    """`number`: in `url` for any number. Raises Invalid, naming url."""
    check_scheme(url, schemes)
    from reminder_app.delivery.endpoints import apprise_library  # noqa: PLC0415 - 0.2 s and 25 MB

    try:
        target = apprise_library.target(url, site)
    except apprise_library.Unfit as error:
        refuse("url", str(error))
    asked: list[str] = []

    def look(request: Request) -> Response:
        asked.append(request.url)
        raise Stop

    with suppress(Exception):  # ours, or a plugin's that cannot go on without an answer
        target.say("Test", "Test", look)
    if not asked:
        refuse("url", NOWHERE)
    addresses.checked(asked[0], "url", may_be_private=may_be_private)
    return Receiver(target.service, f"{target.service}, {target.shown(number)}"[:253])


def check_scheme(url: str, schemes: Collection[str]) -> None:
    scheme, allowed = apprise_services.scheme_of(url), apprise_services.allowed(schemes)
    if len(url) > addresses.LONGEST or not url.isprintable():
        refuse("url", addresses.NO_ADDRESS)
    if not allowed:
        refuse("url", SWITCHED_OFF)
    if scheme in allowed:
        return
    name, colon, _rest = url.strip().partition("://")
    if name.lower() in ("http", "https"):
        refuse("url", NOT_COPIED)
    if not colon or not name.isalnum():
        refuse("url", NO_SERVICE)
    refuse(
        "url",
        _(
            "%(scheme)s:// is not among what may be used on this site: ask whoever runs it.",
            scheme=name,
        ),
    )
