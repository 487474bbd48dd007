"""Who belongs to a workspace, and as what."""

import logging
import uuid
from collections.abc import Collection, Sequence

from reminder_app.accounts import service as accounts
from reminder_app.database import Page, transaction
from reminder_app.delivery import service as delivery
from reminder_app.errors import Conflict, Forbidden, NotFound
from reminder_app.translations import N_, lazy_gettext
from reminder_app.translations import gettext as _
from reminder_app.workspaces import repository, roles
from reminder_app.workspaces.models import Membership

log = logging.getLogger(__name__)
LAST_OWNER = lazy_gettext(
    "A workspace needs an owner: hand it over to somebody first, or delete it in its settings."
)
GONE = N_("No longer a member of this workspace.")
NOBODY = lazy_gettext("There is no such member here.")
MOST_WORDS = 5
ALONE = lazy_gettext(
    "A personal workspace is yours alone: make a family or a business to share one."
)


def browse(
    workspace_id: uuid.UUID, *, cursor: str | None = None, limit: int = 50
) -> Page[Membership]:
    """Those who have been here longest come first."""
    return repository.members(workspace_id, cursor=cursor, limit=limit)


def pick(
    workspace_id: uuid.UUID,
    q: str,
    chosen: Collection[uuid.UUID],
    *,
    but: uuid.UUID,
    limit: int,
) -> Sequence[Membership]:
    """Those chosen, and up to `limit` others in whose name or address all words of `q` are."""
    words = q.split()[:MOST_WORDS]
    return repository.pick_members(workspace_id, words, chosen, but, limit + len(chosen))


def named(
    workspace_id: uuid.UUID, names: Collection[str], *, but: uuid.UUID, limit: int
) -> Sequence[Membership]:
    """Those called one of `names`, or nearly so, the nearest first."""
    return repository.named(workspace_id, names, but, limit) if names else []


def is_last_owner(workspace_id: uuid.UUID, role: str) -> bool:
    """Whoever has this role here cannot leave."""
    return role == "owner" and repository.count_owners(workspace_id) == 1


@transaction
def change_role(
    workspace_id: uuid.UUID, by: uuid.UUID, membership_id: uuid.UUID, role: str
) -> Membership:
    mine = role_of(workspace_id, by)
    member = get(workspace_id, membership_id)
    check_manages(mine, member.role)
    check_manages(mine, role)
    if role != "owner":
        keep_an_owner(member)
    put_role(member, role)
    log.info("user %s made user %s %s of workspace %s", by, member.user_id, role, workspace_id)
    return member


def put_role(member: Membership, role: str) -> None:
    """Whom they may not invite as this is not invited by them any more."""
    member.role = role
    repository.forget_invitations_by(member.workspace_id, member.user_id, but=roles.invitable(role))


@transaction
def remove(workspace_id: uuid.UUID, by: uuid.UUID, membership_id: uuid.UUID) -> Membership:
    """Their access ends at once: open sessions act at home again, tokens made here die."""
    mine = role_of(workspace_id, by)
    member = get(workspace_id, membership_id)
    check_manages(mine, member.role)
    end(member)
    return member


@transaction
def leave(workspace_id: uuid.UUID, user_id: uuid.UUID) -> None:
    workspace = repository.lock(workspace_id)
    member = repository.membership(workspace_id, user_id)
    if workspace is None or member is None:
        raise NotFound(NOBODY)
    if workspace.kind == "personal" and member.role == "owner":
        raise Conflict(ALONE)
    end(member)


@transaction
def transfer(workspace_id: uuid.UUID, by: uuid.UUID, membership_id: uuid.UUID) -> Membership:
    """The other one owns it from now on, and who hands it over stays as an admin."""
    if role_of(workspace_id, by) != "owner":
        raise Forbidden(_("Only an owner can hand the workspace over."))
    member = get(workspace_id, membership_id)
    if member.user_id == by:
        raise Conflict(_("It is yours already: choose somebody else."))
    refuse_personal(workspace_id)
    member.role = "owner"
    log.info("user %s handed workspace %s to user %s", by, workspace_id, member.user_id)
    mine = repository.membership(workspace_id, by)
    if mine is not None:
        put_role(mine, "admin")
    return member


def role_of(workspace_id: uuid.UUID, user_id: uuid.UUID) -> str:
    """The role right now, and until the transaction ends: others wait who change members here."""
    repository.lock(workspace_id)
    membership = repository.membership(workspace_id, user_id)
    if membership is None:
        raise NotFound(NOBODY)
    return membership.role


def get(workspace_id: uuid.UUID, membership_id: uuid.UUID) -> Membership:
    member = repository.member(workspace_id, membership_id)
    if member is None:
        raise NotFound(NOBODY)
    return member


def check_manages(mine: str, role: str) -> None:
    if role not in roles.manageable(mine):
        raise Forbidden(
            _(
                "As %(mine)s you cannot give or take the role %(role)s: ask an owner.",
                mine=roles.name(mine),
                role=roles.name(role),
            )
        )


def refuse_personal(workspace_id: uuid.UUID) -> None:
    workspace = repository.get(workspace_id)
    if workspace is None or workspace.kind not in roles.SHARED:
        raise Conflict(ALONE)


def end(member: Membership) -> None:
    keep_an_owner(member)
    accounts.revoke_tokens(member.user_id, member.workspace_id)
    repository.forget_invitations_by(member.workspace_id, member.user_id)
    repository.remove(member)
    delivery.cancel_to([member.workspace_id], address=member.user.email, reason=GONE)
    log.info("user %s left workspace %s", member.user_id, member.workspace_id)


def keep_an_owner(member: Membership) -> None:
    if is_last_owner(member.workspace_id, member.role):
        raise Conflict(LAST_OWNER)
