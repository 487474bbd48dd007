from reminder_app.accounts import details
from reminder_app.accounts.browsers import site
from reminder_app.web import limits
from reminder_app.web.api import Blueprint, PageArgs, page_of, page_schema
from reminder_app.web.gate import current, requires
from reminder_app.web.idempotency import idempotent
from reminder_app.workspaces import failures, invitations, members, service
from reminder_app.workspaces.schemas import (
    InvitationSchema,
    InvitationsSchema,
    InviteSchema,
    MemberSchema,
    WorkspaceChangesSchema,
    WorkspaceDetailsSchema,
)

bp = Blueprint(
    "workspace_api",
    __name__,
    url_prefix="/api/v1/workspace",
    description="The workspace that the token is of, and who belongs to it.",
)


@bp.get("")
@requires("me:read")
@bp.response(200, WorkspaceDetailsSchema)
def show():
    """Show the workspace"""
    return service.get(current().workspace_id)


@bp.patch("")
@requires("workspace:write")
@bp.arguments(WorkspaceChangesSchema(partial=True))
@bp.response(200, WorkspaceDetailsSchema)
def change(data):
    """Change the workspace's name, zone, locale, or whether failures are told"""
    workspace_id, tells = current().workspace_id, data.pop("tells_failures", None)
    service.update(workspace_id, **data)
    if tells is not None:
        failures.switch(workspace_id, is_on=tells)
    return service.get(workspace_id)


@bp.get("/members")
@requires("members:read")
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(MemberSchema))
def browse_members(args):
    """List members, those who have been here longest first"""
    return page_of(members.browse(current().workspace_id, **args))


@bp.get("/invitations")
@requires("members:write")
@bp.response(200, InvitationsSchema)
def browse_invitations():
    """List the invitations that are open: a hundred at most"""
    return {"items": invitations.open_ones(current().workspace_id)}


@bp.post("/invitations")
@requires("members:write")
@idempotent
@bp.arguments(InviteSchema)
@bp.response(201, InvitationSchema)
@bp.alt_response(409, "Problem")
def invite(data):
    """Invite somebody by mail

    Again for the same address: the role is the new one, and the old link is dead.
    """
    actor = current()
    limits.before_letter(details.typed_email(data["email"]), str(actor.user_id))
    invited = invitations.invite(actor.workspace_id, actor.user_id, **data, site=site())
    return invited.invitation


@bp.delete("/invitations/<uuid:invitation_id>")
@requires("members:write")
@bp.response(204)
@bp.alt_response(404, "Problem")
def revoke(invitation_id):
    """Revoke an invitation: its link is dead"""
    invitations.revoke(current().workspace_id, current().user_id, invitation_id)
