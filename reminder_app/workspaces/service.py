"""Workspaces, who is acting in which, and signing up."""

import logging
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from reminder_app.accounts import credentials, details, tokens
from reminder_app.accounts import service as accounts
from reminder_app.accounts.models import User
from reminder_app.accounts.scopes import grantable
from reminder_app.database import now, transaction
from reminder_app.delivery import service as delivery
from reminder_app.errors import Conflict, NotFound, refuse
from reminder_app.translations import N_, lazy_gettext, speaking
from reminder_app.translations import gettext as _
from reminder_app.workspaces import repository, roles
from reminder_app.workspaces.models import Membership, Workspace

log = logging.getLogger(__name__)
MOST = 50  # of one person
NO_SUCH = lazy_gettext("There is no such workspace.")


@accounts.one_per_address
def sign_up(
    email: str, password: str, *, name: str = "", time_zone: str = "UTC", locale: str = "en"
) -> User:
    """A user and their personal workspace. Raises Invalid, and Conflict for a known address."""
    password_hash = accounts.hashed(password)  # before the transaction, see accounts.create_user
    return add_person(email, password_hash, name=name, time_zone=time_zone, locale=locale)


@transaction
def add_person(email: str, password_hash: str, *, name: str, time_zone: str, locale: str) -> User:
    user = accounts.add_user(email, password_hash, name=name, time_zone=time_zone, locale=locale)
    with speaking(locale):
        workspace = create_workspace(
            user.id, kind="personal", name=_("Personal"), time_zone=time_zone, locale=locale
        )
    user.workspace_id = workspace.id
    return user


@transaction
def create_workspace(
    user_id: uuid.UUID, *, kind: str, name: str, time_zone: str = "UTC", locale: str = "en"
) -> Workspace:
    """Whoever makes it owns it. Raises Invalid, Conflict."""
    if repository.count_of_user(user_id) >= MOST:
        raise Conflict(
            _("You belong to %(most)s workspaces already: leave or delete one first.", most=MOST)
        )
    values = details.clean_workspace(name=name, time_zone=time_zone, locale=locale)
    workspace = Workspace(kind=checked_kind(kind), **values)
    repository.add(workspace)
    repository.add(Membership(workspace_id=workspace.id, user_id=user_id, role="owner"))
    return workspace


@transaction
def create_and_switch(user_id: uuid.UUID, session_id: uuid.UUID | None, **fields: str) -> Workspace:
    """A family or a business, to work in from now on."""
    workspace = create_workspace(user_id, **fields)
    accounts.work_in(user_id, session_id, workspace.id)
    return workspace


def checked_kind(kind: str) -> str:
    if kind not in roles.KINDS:
        refuse("kind", _("Choose family or business."))
    return kind


def of_user(user_id: uuid.UUID) -> Sequence[Workspace]:
    return repository.of_user(user_id)


def get(workspace_id: uuid.UUID) -> Workspace:
    workspace = repository.get(workspace_id)
    if workspace is None:
        raise NotFound(NO_SUCH)
    return workspace


def get_many(ids: Collection[uuid.UUID]) -> Sequence[Workspace]:
    """For the operator: of anybody."""
    return repository.get_many(ids) if ids else []


@transaction
def update(workspace_id: uuid.UUID, **changes: str) -> Workspace:
    """`name`, `time_zone`, `locale`. Raises Invalid."""
    workspace = get(workspace_id)
    for field, value in details.clean_workspace(**changes).items():
        setattr(workspace, field, value)
    return workspace


def hold(workspace_id: uuid.UUID) -> None:
    """Until the caller's transaction ends: others who count what is in it wait."""
    repository.lock(workspace_id)


@transaction
def switch(user_id: uuid.UUID, session_id: uuid.UUID | None, workspace_id: uuid.UUID) -> Workspace:
    """Work there from now on. Raises NotFound for what is not one's own."""
    workspace = of_member(workspace_id, user_id)
    accounts.work_in(user_id, session_id, workspace_id)
    return workspace


def of_member(workspace_id: uuid.UUID, user_id: uuid.UUID) -> Workspace:
    """Raises NotFound for what is not one's own."""
    if repository.membership(workspace_id, user_id) is None:
        raise NotFound(NO_SUCH)
    return get(workspace_id)


@transaction
def delete(workspace_id: uuid.UUID, user_id: uuid.UUID, typed_name: str) -> str:
    """Everything in it, for good; what was sent stays provable. Gives its name. An owner's right."""
    workspace = repository.lock(workspace_id)
    mine = repository.membership(workspace_id, user_id)
    if workspace is None or mine is None or mine.role != "owner":
        raise NotFound(NO_SUCH)
    if workspace.kind == "personal":
        raise Conflict(_("Your personal workspace stays as long as your account."))
    if typed_name.strip() != workspace.name:
        refuse("typed_name", _("Type the name exactly as it is: %(name)s", name=workspace.name))
    delivery.cancel_all(workspace_id, N_("Its workspace was deleted."))
    repository.delete_workspace(workspace_id)
    log.warning("user %s deleted workspace %s", user_id, workspace_id)
    return workspace.name


@transaction
def token_for(
    email: str, *, name: str, scopes: Collection[str] = (), expires_at: datetime | None = None
) -> str:
    """For the workspace this person works in; by default with all that their role may do."""
    user = accounts.account_of(email)
    membership = repository.current_membership(user.id, user.workspace_id)
    if membership is None:
        raise NotFound(f"{email} has no workspace.")
    held = roles.by_session(membership.role)
    wanted = scopes or grantable(held)
    _, secret = tokens.create(
        user.id, membership.workspace_id, held, name=name, wanted=wanted, expires_at=expires_at
    )
    return secret


def actor_of_session(secret: str) -> roles.Actor | None:
    row = repository.by_session(credentials.digest(secret), now())
    if row is None:
        return None
    session, user, workspace, membership = row
    held = roles.by_session(membership.role)
    actor = acting(user, workspace, membership.role, held, session_id=session.id)
    accounts.saw_session(session)
    return actor


def actor_of_token(secret: str) -> roles.Actor | None:
    if not credentials.is_token(secret):
        return None
    row = repository.by_token(credentials.digest(secret), now())
    if row is None:
        return None
    token, user, workspace, membership = row
    held = roles.by_token(membership.role, token.scopes)
    actor = acting(user, workspace, membership.role, held, token_id=token.id)
    accounts.saw_token(token)
    return actor


def acting(
    user: User,
    workspace: Workspace,
    role: str,
    permissions: frozenset[str],
    *,
    session_id: uuid.UUID | None = None,
    token_id: uuid.UUID | None = None,
) -> roles.Actor:
    return roles.Actor(
        user_id=user.id,
        workspace_id=workspace.id,
        role=role,
        permissions=permissions,
        email=user.email,
        name=user.name or user.email.partition("@")[0],
        time_zone=user.time_zone,
        locale=user.locale,
        theme=user.theme,
        is_superuser=user.is_superuser,
        workspace_name=workspace.name,
        workspace_kind=workspace.kind,
        session_id=session_id,
        token_id=token_id,
    )
