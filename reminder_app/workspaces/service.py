import uuid
from collections.abc import Sequence

from reminder_app.accounts import credentials
from reminder_app.accounts import service as accounts
from reminder_app.accounts.models import User
from reminder_app.database import now, transaction
from reminder_app.workspaces import repository, roles
from reminder_app.workspaces.models import Membership, Workspace


@transaction
def sign_up(
    email: str, password: str, *, name: str = "", time_zone: str = "UTC", locale: str = "en"
) -> User:
    """A user and their personal workspace."""
    user = accounts.create_user(email, password, name=name, time_zone=time_zone, locale=locale)
    workspace = create_workspace(user.id, kind="personal", name="Personal", time_zone=time_zone)
    user.workspace_id = workspace.id
    return user


@transaction
def create_workspace(
    user_id: uuid.UUID, *, kind: str, name: str, time_zone: str = "UTC", locale: str = "en"
) -> Workspace:
    workspace = Workspace(kind=kind, name=name, time_zone=time_zone, locale=locale)
    repository.add(workspace)
    repository.add(Membership(workspace_id=workspace.id, user_id=user_id, role="owner"))
    return workspace


def of_user(user_id: uuid.UUID) -> Sequence[Workspace]:
    return repository.of_user(user_id)


def actor_of_session(secret: str) -> roles.Actor | None:
    row = repository.by_session(credentials.digest(secret), now())
    if row is None:
        return None
    session, user, workspace, membership = row
    held = roles.by_session(membership.role)
    return acting(user, workspace, membership.role, held, session_id=session.id)


def actor_of_token(secret: str) -> roles.Actor | None:
    row = repository.by_token(credentials.digest(secret), now())
    if row is None:
        return None
    token, user, workspace, membership = row
    held = roles.by_token(membership.role, token.scopes)
    return acting(user, workspace, membership.role, held, token_id=token.id)


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
        name=user.name,
        time_zone=user.time_zone,
        locale=user.locale,
        theme=user.theme,
        is_superuser=user.is_superuser,
        workspace_name=workspace.name,
        workspace_kind=workspace.kind,
        session_id=session_id,
        token_id=token_id,
    )
