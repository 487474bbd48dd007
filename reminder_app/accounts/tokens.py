"""API tokens: who has one hands on no more than they hold."""

import logging
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from reminder_app.accounts import details, repository, scopes, service
from reminder_app.accounts.models import ApiToken
from reminder_app.database import Page, now, transaction
from reminder_app.errors import Conflict, NotFound, refuse
from reminder_app.translations import gettext as _

log = logging.getLogger(__name__)
MOST = 50  # alive at once, per person and workspace
LONGEST_LIFE = timedelta(days=3660)


def browse(
    user_id: uuid.UUID, workspace_id: uuid.UUID, *, cursor: str | None = None, limit: int = 50
) -> Page[ApiToken]:
    """The newest first; those that ended stay for a month."""
    return repository.tokens(user_id, workspace_id, cursor=cursor, limit=limit)


@transaction
def create(
    user_id: uuid.UUID,
    workspace_id: uuid.UUID,
    held: Collection[str],
    *,
    name: str,
    wanted: Collection[str],
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """The row and the token itself, shown once. `held`: the maker's own permissions."""
    name = checked_name(name)
    allowed = checked_scopes(wanted, held)
    check_expiry(expires_at)
    if repository.count_tokens(user_id, workspace_id) >= MOST:
        raise Conflict(
            _("There are %(most)s tokens here already: revoke one that is not used.", most=MOST)
        )
    return service.create_token(
        user_id, workspace_id, name=name, scopes=allowed, expires_at=expires_at
    )


@transaction
def revoke(user_id: uuid.UUID, workspace_id: uuid.UUID, token_id: uuid.UUID) -> None:
    """It works no longer, from this moment."""
    if not repository.revoke_tokens(user_id, workspace_id, now(), token_id):
        raise NotFound(_("There is no such token here."))
    log.info("user %s revoked token %s", user_id, token_id)


def checked_name(name: str) -> str:
    clean = details.clean(name=name)["name"]
    if not clean:
        refuse("name", _("Give it a name, so that you know later what uses it."))
    return clean


def checked_scopes(wanted: Collection[str], held: Collection[str]) -> list[str]:
    allowed = scopes.grantable(held)
    if beyond := sorted(set(wanted) - set(allowed)):
        refuse(
            "scopes",
            _("You cannot hand on what you do not hold: %(scopes)s.", scopes=", ".join(beyond)),
        )
    if not wanted:
        refuse("scopes", _("Choose at least one thing that it may do."))
    return [scope for scope in allowed if scope in wanted]


def check_expiry(expires_at: datetime | None) -> None:
    if expires_at is not None and not now() < expires_at <= now() + LONGEST_LIFE:
        refuse("expires_at", _("Choose an end in the next ten years, or none."))
