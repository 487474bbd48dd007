"""What an HTTP answer means (RFC 9110): whose trouble it is, and whether the others should go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import MappingProxyType

from reminder_app.database import now
from reminder_app.delivery.channels.errors import (
    ACCOUNT,
    CONTENT,
    PROVIDER,
    RECIPIENT,
    UNKNOWN,
    SendError,
)
from reminder_app.delivery.headers import one_line
from reminder_app.translations import N_

LONGEST_WAIT = timedelta(hours=24)  # that a server may ask for
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
# Also what was moved: a signature or a password for one address is not for another.
OURS = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.PAYMENT_REQUIRED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
}
TOO_MUCH = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
FOR_NOW = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY, *TOO_MUCH}
NOT_NOW = N_("The server cannot take it at the moment. Its answer: %(answer)s")
IN_BETWEEN = N_("The server behind this one did not answer: it may have arrived. %(answer)s")
NOT_LET_IN = N_(
    "The server does not let us in: check the password or token. Its answer: %(answer)s"
)
NOT_THERE = N_("The server knows nothing at this address: check it. Its answer: %(answer)s")
NOT_TAKEN = N_("The server does not take this message. Its answer: %(answer)s")


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes  # its beginning
    is_whole: bool = True  # False: it broke off

    @property
    def words(self) -> str:
        return one_line(f"{self.status} {self.body.decode('utf-8', 'replace')}")


def judged(
    response: Response, is_one_server: bool, told: Mapping[int, str] = MappingProxyType({})
) -> str:
    """The words of a yes. Raises SendError. `is_one_server`: the next message would hear the same.
    `told`: how a status is told of here, with %(answer)s."""
    status = response.status
    if 200 <= status < 300:
        return response.words
    words = told.get(status, meaning(status)) % {"answer": response.words}
    if status == HTTPStatus.GATEWAY_TIMEOUT:  # whoever is behind it may have taken it
        raise SendError(UNKNOWN, False, words)
    if status >= 500 or status in FOR_NOW:
        stops = is_one_server and status in TOO_MUCH
        again = again_after(response)
        raise SendError(PROVIDER, False, words, stops=stops, again_after=again)
    raise for_good(status, words)


def meaning(status: int) -> str:
    if status == HTTPStatus.GATEWAY_TIMEOUT:
        return IN_BETWEEN
    if status >= 500 or status in FOR_NOW:
        return NOT_NOW
    if status in GONE:
        return NOT_THERE
    return NOT_LET_IN if status in OURS else NOT_TAKEN


def for_good(status: int, words: str) -> SendError:
    if status < 400 or status in OURS:
        return SendError(ACCOUNT, False, words, is_try=True)
    return SendError(RECIPIENT if status in GONE else CONTENT, True, words)


def again_after(response: Response) -> timedelta | None:
    """Retry-After: seconds, or a date."""
    text = response.headers.get("retry-after", "").strip()
    if text.isdecimal():
        return min(timedelta(seconds=min(int(text[:9]), 10**6)), LONGEST_WAIT) or None
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    wait = at.replace(tzinfo=at.tzinfo or UTC) - now()
    return min(wait, LONGEST_WAIT) if wait > timedelta(0) else None
