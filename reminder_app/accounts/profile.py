"""One's own settings: who I am, my address, my password."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from reminder_app.accounts import details, hours, mails, repository, service, sign_in
from reminder_app.accounts.devices import Browser
from reminder_app.accounts.models import User
from reminder_app.accounts.site import Site
from reminder_app.database import transaction
from reminder_app.errors import Conflict
from reminder_app.translations import lazy_gettext

# What moves along when a person does, in the same transaction. The application fills it in, as it
# lies above: (user id, zone).
movers: list[Callable[[uuid.UUID, str], object]] = []
# What would move, to be shown before it does: (user id, zone) -> some of it, and how many there are.
foretold: list[Callable[[uuid.UUID, str], "Moves"]] = []
NOT_TO_BE_USED = lazy_gettext("This address cannot be used. Is it yours already?")


class Move(NamedTuple):
    title: str
    before: datetime
    after: datetime | None  # None: at once


class Moves(NamedTuple):
    some: Sequence[Move]
    number: int
    staying: int = 0  # on the clock of another zone


def foretell(user_id: uuid.UUID, zone: str) -> Moves | None:
    """What a change to `zone` would do; None where it is none. Raises Invalid."""
    zone = details.clean(time_zone=zone)["time_zone"]
    if zone == service.get_user(user_id).time_zone:
        return None
    found = [look(user_id, zone) for look in foretold]
    some = [one for moves in found for one in moves.some]
    return Moves(some, sum(moves.number for moves in found), sum(moves.staying for moves in found))


@transaction
def update(user_id: uuid.UUID, **changes: str) -> User:
    """`name`, `time_zone`, `locale`, `theme`. Raises Invalid."""
    user = service.get_user(user_id)
    before = user.time_zone
    for name, value in details.clean(**changes).items():
        setattr(user, name, value)
    if user.time_zone != before:
        hours.wind(user)
        for follow in movers:
            follow(user_id, user.time_zone)
    return user


def change_password(
    user_id: uuid.UUID, current: str, new: str, *, browser: Browser, site: Site
) -> str:
    """The secret of a new session, the only one that is left. Raises Invalid, TooMany."""
    email = service.get_user(user_id).email
    service.check_new_password(new, email, "new_password")
    sign_in.confirm(email, current, "current_password")
    return set_password(user_id, service.hashed(new, "new_password"), browser, site)


@transaction
def set_password(user_id: uuid.UUID, password_hash: str, browser: Browser, site: Site) -> str:
    user = service.get_user(user_id)
    user.password_hash = password_hash
    mails.tell(user, "password_changed", user.email, site.url("/reset"))
    return renewed(user_id, browser)


@service.one_per_address
def change_email(
    user_id: uuid.UUID, password: str, email: str, *, browser: Browser, site: Site
) -> str:
    """The same, for the address we write to; the old one is told."""
    email = details.clean(email=email)["email"]
    sign_in.confirm(service.get_user(user_id).email, password, "password")
    return set_email(user_id, email, browser, site)


@transaction
def set_email(user_id: uuid.UUID, email: str, browser: Browser, site: Site) -> str:
    user = service.get_user(user_id)
    other = repository.user_by_email(email)
    if other is not None:
        raise Conflict(NOT_TO_BE_USED, email=NOT_TO_BE_USED)
    before, user.email = user.email, email
    mails.tell(user, "email_changed", before, site.url("/reset"))
    return renewed(user_id, browser)


def renewed(user_id: uuid.UUID, browser: Browser) -> str:
    repository.end_sessions(user_id, keep=None)
    return service.open_session(user_id, browser.workspace_id, browser)
