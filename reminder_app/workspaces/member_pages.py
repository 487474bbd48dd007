"""The people of a workspace, and the invitation in somebody's mailbox."""

from functools import partial, wraps
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reminder_app.accounts import details
from reminder_app.accounts import service as accounts
from reminder_app.accounts.browsers import browser, let_in, site
from reminder_app.database import now
from reminder_app.errors import Conflict, NotFound
from reminder_app.translations import gettext as _
from reminder_app.web import limits, speaking
from reminder_app.web.forms import Form
from reminder_app.web.gate import View, current, public, requires
from reminder_app.web.htmx import say
from reminder_app.web.limits import patient
from reminder_app.workspaces import invitations, members, roles
from reminder_app.workspaces.models import Invitation
from reminder_app.workspaces.schemas import InviteSchema, JoinSchema, RoleSchema, TransferSchema

bp = Blueprint("members", __name__)


@bp.get("/members")
@requires("members:read")
def index() -> ResponseReturnValue:
    return index_page(Form(InviteSchema, initial={"role": "member"}))


def index_page(form: Form) -> str:
    actor = current()
    can_invite = "members:write" in actor.permissions and actor.workspace_kind in roles.SHARED
    return render_template(
        "workspaces/members.html",
        form=form,
        page=members.browse(actor.workspace_id, cursor=request.args.get("cursor")),
        invitations=invitations.open_ones(actor.workspace_id) if can_invite else [],
        can_invite=can_invite,
        is_last_owner=members.is_last_owner(actor.workspace_id, actor.role),
        manageable=roles.manageable(actor.role),
        fits=partial(roles.fits, kind=actor.workspace_kind),
        invitable=roles.invitable(actor.role),
        meaning=roles.MEANING,
        now=now(),
    )


def with_refusals(view: View) -> View:
    """What cannot be, such as leaving as the only owner, is said on the page it was asked from."""

    @wraps(view)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except Conflict as error:
            say(error.message, "error")
            return redirect(url_for("members.index"), 303)

    return cast(View, call)


@bp.post("/members/<uuid:membership_id>/role")
@requires("members:write")
@with_refusals
def change_role(membership_id: UUID) -> ResponseReturnValue:
    actor = current()
    data = RoleSchema().load({"role": request.form.get("role", "")})
    member = members.change_role(actor.workspace_id, actor.user_id, membership_id, data["role"])
    name = member.user.name or member.user.email
    say(_("%(name)s is %(role)s now.", name=name, role=roles.name(member.role)))
    return redirect(url_for("members.index"), 303)


@bp.post("/members/<uuid:membership_id>/remove")
@requires("members:write")
@with_refusals
def remove(membership_id: UUID) -> ResponseReturnValue:
    actor = current()
    member = members.remove(actor.workspace_id, actor.user_id, membership_id)
    name = member.user.name or member.user.email
    say(
        _("%(name)s no longer belongs to %(workspace)s.", name=name, workspace=actor.workspace_name)
    )
    return redirect(url_for("members.index"), 303)


@bp.post("/members/transfer")
@requires("workspace:own")
@with_refusals
def transfer() -> ResponseReturnValue:
    actor = current()
    data = TransferSchema().load({"membership_id": request.form.get("membership_id", "")})
    member = members.transfer(actor.workspace_id, actor.user_id, data["membership_id"])
    name = member.user.name or member.user.email
    say(_("%(name)s owns %(workspace)s now.", name=name, workspace=actor.workspace_name))
    return redirect(url_for("members.index"), 303)


@bp.post("/members/leave")
@requires("account")
@with_refusals
def leave() -> ResponseReturnValue:
    actor = current()
    members.leave(actor.workspace_id, actor.user_id)
    say(_("You have left %(workspace)s.", workspace=actor.workspace_name))
    return redirect("/", 303)


@bp.post("/members/invitations")
@requires("members:write")
def invite() -> ResponseReturnValue:
    form = Form(InviteSchema, request.form)
    invited = form.submit(patient(send))
    if invited is None:
        return index_page(form), 422
    say(words_for(*invited))
    return redirect(url_for("members.index"), 303)


def words_for(invitation: Invitation, role_before: str) -> str:
    if not role_before:
        return _("An invitation is on its way to %(email)s.", email=invitation.email)
    if role_before == invitation.role:
        return _(
            "The invitation for %(email)s is renewed; the old link is dead.", email=invitation.email
        )
    return _(
        "The invitation for %(email)s is renewed; the old link is dead. The role is %(role)s now; "
        "it was %(before)s.",
        email=invitation.email,
        role=roles.name(invitation.role),
        before=roles.name(role_before),
    )


def send(data: dict[str, Any]) -> invitations.Invited:
    actor = current()
    limits.before_letter(details.typed_email(data["email"]), str(actor.user_id))
    return invitations.invite(actor.workspace_id, actor.user_id, site=site(), **data)


@bp.post("/members/invitations/<uuid:invitation_id>/send")
@requires("members:write")
def send_again(invitation_id: UUID) -> ResponseReturnValue:
    actor = current()
    email = invitations.get(actor.workspace_id, invitation_id).email
    limits.before_letter(email, str(actor.user_id))
    invitation = invitations.send_again(actor.workspace_id, actor.user_id, invitation_id, site())
    say(
        _(
            "A new invitation is on its way to %(email)s; the old link is dead.",
            email=invitation.email,
        )
    )
    return redirect(url_for("members.index"), 303)


@bp.post("/members/invitations/<uuid:invitation_id>/revoke")
@requires("members:write")
def revoke(invitation_id: UUID) -> ResponseReturnValue:
    actor = current()
    invitation = invitations.revoke(actor.workspace_id, actor.user_id, invitation_id)
    say(_("The invitation for %(email)s is withdrawn.", email=invitation.email))
    return redirect(url_for("members.index"), 303)


@bp.get("/invitations/<token>")
@public
def show_invitation(token: str) -> ResponseReturnValue:
    try:
        return invitation_page(token, Form(JoinSchema))
    except NotFound as error:
        return render_template("workspaces/invitation_over.html", message=error.message), 404


def invitation_page(token: str, form: Form) -> str:
    invitation = invitations.look(token)
    return render_template(
        "workspaces/invitation.html",
        form=form,
        token=token,
        invitation=invitation,
        inviter=invitations.inviter(invitation),
        meaning=roles.MEANING[invitation.role],
        is_known=accounts.find_user(invitation.email) is not None,
    )


@bp.post("/invitations/<token>/accept")
@requires("account")
def accept(token: str) -> ResponseReturnValue:
    actor = current()
    workspace = invitations.accept(token, actor.user_id, actor.session_id)
    say(_("Welcome to %(workspace)s.", workspace=workspace.name))
    return redirect("/", 303)


@bp.post("/invitations/<token>/sign-up")
@public
def join(token: str) -> ResponseReturnValue:
    form = Form(JoinSchema, request.form)
    secret = form.submit(patient(lambda data: make_account(token, data)))
    if secret is None:
        return invitation_page(token, form), 422
    return let_in(redirect("/", 303), secret)


def make_account(token: str, data: dict[str, Any]) -> str:
    accounts.check_new_password(data["password"], invitations.look(token).email)
    limits.before_hashing()
    user = invitations.sign_up(
        token,
        data["password"],
        name=data["name"],
        time_zone=details.zone_or_utc(data["time_zone"]),
        locale=details.first_locale(speaking.locale_of_visitor(data["locale"])),
    )
    return accounts.open_session(user.id, user.workspace_id, browser())
