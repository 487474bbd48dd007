"""Inviting somebody by mail, and what they do with it."""

import logging
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from reminder_app.accounts import credentials, details
from reminder_app.accounts import service as accounts
from reminder_app.accounts.models import User
from reminder_app.accounts.site import Site
from reminder_app.database import now, transaction
from reminder_app.delivery import service as delivery
from reminder_app.delivery.letters import Planned
from reminder_app.errors import Conflict, Forbidden, NotFound
from reminder_app.translations import N_, lazy_gettext, of, speaking
from reminder_app.translations import gettext as _
from reminder_app.workspaces import members, repository, roles, service
from reminder_app.workspaces.models import Invitation, Membership, Workspace

log = logging.getLogger(__name__)
LASTS = timedelta(days=7)
KEPT = timedelta(days=30)  # after its end, so that it can be sent again
MOST_OPEN = 100  # in one workspace
DEAD = lazy_gettext("This invitation is no longer valid. Ask for a new one.")
NO_SUCH = lazy_gettext("There is no such invitation here.")


class Invited(NamedTuple):
    invitation: Invitation
    role_before: str  # of the invitation that this one takes the place of; "" without


def open_ones(workspace_id: uuid.UUID) -> Sequence[Invitation]:
    return repository.invitations(workspace_id, MOST_OPEN)


@transaction
def invite(workspace_id: uuid.UUID, by: uuid.UUID, *, email: str, role: str, site: Site) -> Invited:
    """Again for the same address: the role is the new one, and the old link dies."""
    email = details.clean(email=email)["email"]
    mine = members.role_of(workspace_id, by)
    check_role(mine, role)
    members.refuse_personal(workspace_id)
    if repository.has_member(workspace_id, email):
        message = _("%(email)s belongs to this workspace already.", email=email)
        raise Conflict(message, email=message)
    known = repository.invitation_for(workspace_id, email)
    if known and known.expires_at > now():
        check_role(mine, known.role)
    role_before = known.role if known else ""
    invitation = known or blank(workspace_id, email)
    invitation.role, invitation.invited_by = role, by
    send(invitation, site)
    return Invited(invitation, role_before)


@transaction
def send_again(
    workspace_id: uuid.UUID, by: uuid.UUID, invitation_id: uuid.UUID, site: Site
) -> Invitation:
    """With a new link and seven more days."""
    invitation = get(workspace_id, invitation_id)
    check_role(members.role_of(workspace_id, by), invitation.role)
    invitation.invited_by = by
    send(invitation, site)
    return invitation


@transaction
def revoke(workspace_id: uuid.UUID, by: uuid.UUID, invitation_id: uuid.UUID) -> Invitation:
    invitation = get(workspace_id, invitation_id)
    check_role(members.role_of(workspace_id, by), invitation.role)
    call_off(invitation)
    repository.remove(invitation)
    return invitation


def look(token: str) -> Invitation:
    """With its workspace. Raises NotFound when it was used, revoked or is too old."""
    invitation = repository.invitation_by_token(credentials.digest(token), now())
    if invitation is None:
        raise NotFound(DEAD)
    return invitation


def inviter(invitation: Invitation) -> str:
    return name_of(invitation.invited_by)


@transaction
def accept(token: str, user_id: uuid.UUID, session_id: uuid.UUID | None = None) -> Workspace:
    """Join, and work there from now on; whoever is a member already keeps their role."""
    invitation = repository.invitation_by_token(credentials.digest(token), now(), lock=True)
    if invitation is None:
        raise NotFound(DEAD)
    workspace_id, role = invitation.workspace_id, invitation.role
    if repository.membership(workspace_id, user_id) is None:
        repository.add(Membership(workspace_id=workspace_id, user_id=user_id, role=role))
    repository.remove(invitation)
    return service.switch(user_id, session_id, workspace_id)


@accounts.one_per_address
def sign_up(token: str, password: str, *, name: str, time_zone: str, locale: str) -> User:
    """An account for the invited address, which its owner has just proved to read."""
    email = look(token).email
    password_hash = accounts.hashed(password)
    return join_new(token, email, password_hash, name, time_zone, locale)


@transaction
def join_new(
    token: str, email: str, password_hash: str, name: str, time_zone: str, locale: str
) -> User:
    user = service.add_person(email, password_hash, name=name, time_zone=time_zone, locale=locale)
    accept(token, user.id)
    return user


@transaction
def purge() -> None:
    """Forget invitations that ended a month ago."""
    gone = repository.purge_invitations(now() - KEPT)
    log.info("forgot %d old invitations", gone)


def blank(workspace_id: uuid.UUID, email: str) -> Invitation:
    if repository.count_invitations(workspace_id) >= MOST_OPEN:
        raise Conflict(
            _("%(most)s invitations are open: revoke those nobody will take up.", most=MOST_OPEN)
        )
    return Invitation(workspace_id=workspace_id, email=email)


def send(invitation: Invitation, site: Site) -> None:
    secret = credentials.new_secret()
    invitation.token_hash = credentials.digest(secret)
    invitation.expires_at = now() + LASTS
    repository.add(invitation)
    call_off(invitation)
    workspace = service.get(invitation.workspace_id)
    delivery.enqueue(
        Planned(
            key=f"invitation:{invitation.id}:{invitation.token_hash.hex()[:32]}",
            source_kind="invitation",
            source_id=invitation.id,
            workspace_id=workspace.id,
            address=invitation.email,
            template="invitation",
            payload=payload(invitation, workspace, site.url(f"/invitations/{secret}")),
            is_secret=True,
            deadline_at=invitation.expires_at,
        )
    )


def call_off(invitation: Invitation) -> None:
    """What has not gone out yet holds a link that is dead now."""
    delivery.cancel(
        source_kind="invitation", source_id=invitation.id, reason=N_("another link, or none")
    )


def payload(invitation: Invitation, workspace: Workspace, link: str) -> dict[str, str]:
    """In the language of the account they have, or of the workspace."""
    known = accounts.find_user(invitation.email)
    lang = of(known.locale if known else workspace.locale)
    with speaking(lang):
        by = name_of(invitation.invited_by)
        return {
            "subject": _(
                "%(inviter)s invites you to %(workspace)s", inviter=by, workspace=workspace.name
            ),
            "lang": lang,
            "inviter": by,
            "workspace": workspace.name,
            "kind": roles.kind_name(workspace.kind),
            "role": roles.name(invitation.role),
            "meaning": str(roles.MEANING[invitation.role]),
            "link": link,
        }


def name_of(user_id: uuid.UUID | None) -> str:
    if user_id is None:
        return _("Somebody")
    user = accounts.get_user(user_id)
    return user.name or user.email


def get(workspace_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation:
    invitation = repository.invitation(workspace_id, invitation_id)
    if invitation is None:
        raise NotFound(NO_SUCH)
    return invitation


def check_role(mine: str, role: str) -> None:
    if role not in roles.invitable(mine):
        raise Forbidden(
            _(
                "As %(mine)s you cannot invite somebody as %(role)s: ask an owner.",
                mine=roles.name(mine),
                role=roles.name(role),
            )
        )
