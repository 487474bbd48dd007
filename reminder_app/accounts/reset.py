"""A new password by mail, for whoever reads the account's mailbox."""

import uuid
from collections.abc import Callable

from reminder_app.accounts import mails, repository, reset_link, service, sign_in
from reminder_app.accounts.devices import UNKNOWN, Browser
from reminder_app.accounts.models import User
from reminder_app.accounts.reset_link import Claim
from reminder_app.accounts.site import Site
from reminder_app.database import new_id, now, transaction
from reminder_app.errors import NotFound
from reminder_app.translations import lazy_gettext

DEAD = lazy_gettext(
    "This link is no longer valid: it works for an hour, and once. Ask for a new one."
)

# What else opens something without the password: ended(user_id). The features above set it.
enders: list[Callable[[uuid.UUID], object]] = []


@transaction
def ask(email: str, site: Site, kind: str = "reset") -> None:
    """Mail a link if there is such an account. What the caller sees is the same if not."""
    user = service.find_user(email)
    known = user if user and user.is_active else None
    link = site.url("/reset/" + token(known, site))
    if known:
        mails.send_link(known, kind, link, now() + reset_link.LASTS)


def token(user: User | None, site: Site) -> str:
    """For nobody too: it takes as long."""
    claim = Claim(new_id(), "")
    if user:
        claim = Claim(user.id, reset_link.fingerprint(user.email, user.password_hash))
    return reset_link.sign(site, claim, now())


def owner(token: str, site: Site) -> User:
    """Whose link it is. Raises NotFound when it is not one, is too old or was used."""
    claim = reset_link.read(site, token, now())
    user = repository.get_user(claim.user_id) if claim else None
    return checked(user, claim)


def checked(user: User | None, claim: Claim | None) -> User:
    if user is None or claim is None or not user.is_active:
        raise NotFound(DEAD)
    if claim.fingerprint != reset_link.fingerprint(user.email, user.password_hash):
        raise NotFound(DEAD)
    return user


def choose(token: str, site: Site, password: str, browser: Browser = UNKNOWN) -> None:
    """Set the password and sign out everywhere. Raises NotFound and Invalid."""
    user = owner(token, site)
    service.check_new_password(password, user.email)
    password_hash = service.hashed(password)
    replace(user.id, reset_link.read(site, token, now()), password_hash, site, browser)


def set_for(email: str, password: str, site: Site) -> User:
    """By whoever runs the server, with all that a link would do. Raises NotFound and Invalid."""
    user = service.account_of(email)
    choose(token(user, site), site, password)
    return user


@transaction
def replace(
    user_id: uuid.UUID, claim: Claim | None, password_hash: str, site: Site, browser: Browser
) -> None:
    user = checked(repository.lock_user(user_id), claim)
    user.password_hash = password_hash
    repository.end_sessions(user_id, keep=None)
    service.drop_session(browser)
    repository.revoke_all_tokens(user_id, now())  # whoever got in may have made one
    for end in enders:
        end(user_id)
    sign_in.unlock(user.email)
    mails.tell(user, "password_changed", user.email, site.url("/reset"))
