"""Signing in: as slow for a stranger as for a member, and slower after each failure."""

import logging
import uuid
from datetime import timedelta

from reminder_app.accounts import credentials, details, repository, service
from reminder_app.accounts.devices import UNKNOWN, Browser
from reminder_app.accounts.models import SignInFailure, User
from reminder_app.database import now, transaction
from reminder_app.errors import Invalid, TooMany, refuse
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext, ngettext

log = logging.getLogger(__name__)
FREE_FAILURES = 5
LONGEST_WAIT = 15 * 60  # seconds
WRONG = lazy_gettext("The address or the password is not right.")
WRONG_NOW = lazy_gettext("This is not your current password.")


def sign_in(email: str, password: str, browser: Browser = UNKNOWN) -> str:
    """The secret of a new session; the one before in this browser ends. Raises Invalid, TooMany."""
    user = verified(email, password)
    if user is None:
        log.warning("sign-in refused from %s", browser.address)
        raise Invalid(WRONG)
    stronger = credentials.hash_password(password) if is_outdated(user) else ""
    log.info("user %s signed in from %s", user.id, browser.address)
    return enter(user.id, stronger, browser)


def confirm(email: str, password: str, field: str) -> None:
    """Is it really you? Counted like a sign-in. Raises Invalid naming `field`, and TooMany."""
    user = verified(email, password)
    if user is None:
        refuse(field, WRONG_NOW)
    unlock(email)


def verified(email: str, password: str) -> User | None:
    # No connection is held while hashing, which may wait for its turn.
    user = count_try(email)
    known = user.password_hash if user and user.is_active else None
    return user if credentials.is_password(password, known) else None


@transaction
def count_try(email: str) -> User | None:
    """Counted before it is looked at: a hundred tries at once are a hundred failures."""
    failure = repository.failure(key(email), now())
    check_lock(failure)
    is_old = now() - failure.updated_at > service.FAILURES_KEPT
    failure.failures = 1 if is_old else failure.failures + 1
    failure.locked_until = now() + timedelta(seconds=wait_after(failure.failures))
    failure.updated_at = now()
    return service.find_user(email)


@transaction
def enter(user_id: uuid.UUID, stronger_hash: str, browser: Browser) -> str:
    user = service.get_user(user_id)
    repository.forget_failures(key(user.email))
    user.password_hash = stronger_hash or user.password_hash
    return service.open_session(user_id, user.workspace_id, browser)


def is_outdated(user: User) -> bool:
    return credentials.is_outdated(user.password_hash)


@transaction
def unlock(email: str) -> None:
    repository.forget_failures(key(email))


def check_lock(failure: SignInFailure) -> None:
    if failure.locked_until is None or failure.locked_until <= now():
        return
    log.warning("locked after %d failures", failure.failures)
    wait = int((failure.locked_until - now()).total_seconds()) + 1
    message = _(
        "There were many tries for this address. Wait %(time)s, or choose a new "
        "password by mail: that works right away.",
        time=in_words(wait),
    )
    raise TooMany(message, wait)


def wait_after(failures: int) -> int:
    """Seconds: none for the first four, then 1, 2, 4, … up to 15 minutes. Never for good."""
    beyond = failures - FREE_FAILURES
    return 0 if beyond < 0 else min(LONGEST_WAIT, 2 ** min(beyond, 10))


def in_words(seconds: int) -> str:
    if seconds < 60:
        return ngettext("%(num)s second", "%(num)s seconds", seconds)
    minutes = -(-seconds // 60)
    return ngettext("%(num)s minute", "%(num)s minutes", minutes)


def key(email: str) -> bytes:
    """However it is spelled, one address has one count."""
    return credentials.digest(details.typed_email(email))
