"""Accounts as whoever runs this server sees them: who there is, and who may sign in."""

import uuid

from reminder_app.accounts import service as accounts
from reminder_app.accounts.models import User
from reminder_app.accounts.service import CLOSED
from reminder_app.database import Page, transaction
from reminder_app.delivery import service as delivery
from reminder_app.errors import Conflict
from reminder_app.translations import gettext as _
from reminder_app.workspaces import service as workspaces


def browse(q: str = "", *, cursor: str | None = None, limit: int = 50) -> Page[User]:
    """By address."""
    return accounts.browse(q.strip(), cursor=cursor, limit=limit)


@transaction
def set_active(by: uuid.UUID, user_id: uuid.UUID, is_active: bool) -> User:
    """Who is not signs in no more, in open sessions and with tokens neither, and is not written to.

    Raises NotFound, Conflict.
    """
    if by == user_id and not is_active:
        raise Conflict(_("This is your own account: let another superuser do that."))
    user = accounts.get_user(user_id)
    user.is_active = is_active
    if not is_active:
        theirs = [workspace.id for workspace in workspaces.of_user(user_id)]
        delivery.cancel_to(theirs, address=user.email, reason=CLOSED)
    return user
