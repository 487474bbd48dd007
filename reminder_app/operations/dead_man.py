"""A sign of life to a service outside, which raises the alarm when it stays away.

It is given only while planning and sending work, so that whatever fails here, also the whole machine,
ends it. The address is a secret: whoever knows it can feign life. The log has its host alone.
"""

import http.client
import logging
import threading
import urllib.request
from urllib.parse import urlsplit

from reminder_app.delivery import books, sending_accounts
from reminder_app.operations import service
from reminder_app.operations.service import OVERDUE

log = logging.getLogger(__name__)
SECONDS = 5  # for each step of the call
AS_WHOM = {"User-Agent": "reminder-app"}
FAILURES = (OSError, ValueError, http.client.HTTPException)
_calling: threading.Thread | None = None


def ping(url: str) -> None:
    """Returns at once: the call is a thread's, and where one still waits, no other is begun."""
    global _calling
    if not url:
        return
    if why := silence():
        log.warning("no sign of life to %s: %s", host(url), why)
    elif _calling is None or not _calling.is_alive():
        _calling = threading.Thread(target=call, args=[url], daemon=True, name="dead-man")
        _calling.start()


def silence() -> str:
    """Why no sign of life is due, or nothing. Raises SQLAlchemyError where the database is away."""
    seen = service.heartbeats()
    if not service.is_fresh(seen.get("pump")):
        return "no worker has finished a round of planning and sending"
    if not service.is_fresh(seen.get("beat")):
        return "the scheduler is not running"
    if books.overdue(OVERDUE) and not any(one.is_paused for one in sending_accounts.status()):
        return "messages are waiting past their time"
    return ""


def call(url: str) -> None:
    """Never raises. The words of an error may hold the address: its kind says enough."""
    try:
        request = urllib.request.Request(url, headers=AS_WHOM)  # noqa: S310 - checked by config
        with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310 - the same
            log.debug("a sign of life to %s", host(url))
    except FAILURES as error:
        log.warning("no sign of life to %s: %s", host(url), type(error).__name__)


def host(url: str) -> str:
    return urlsplit(url).hostname or "?"
