"""Signing up, and the workspaces of a person."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from reminder_app.accounts import details, reset
from reminder_app.accounts import service as accounts
from reminder_app.accounts.browsers import browser, let_in, site
from reminder_app.errors import Conflict, Forbidden, TooMany
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext
from reminder_app.web import limits, speaking
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, public, requires, safe_path
from reminder_app.web.htmx import say
from reminder_app.web.limits import patient
from reminder_app.workspaces import roles, service
from reminder_app.workspaces.models import Workspace
from reminder_app.workspaces.schemas import (
    DeleteSchema,
    NewWorkspaceSchema,
    SignUpSchema,
    SwitchSchema,
    WorkspaceFormSchema,
)

bp = Blueprint("workspaces", __name__)
CLOSED = lazy_gettext("Sign-up is closed here. Ask whoever runs this server for an invitation.")
NO_ZONE = lazy_gettext(
    "Your browser did not say where you are, so times are in UTC: set your zone in Settings."
)


@bp.get("/sign-up")
@public
def show_sign_up() -> ResponseReturnValue:
    check_open()
    if g.get("actor"):
        return redirect("/", 303)
    return render_template("workspaces/sign_up.html", form=Form(SignUpSchema))


@bp.post("/sign-up")
@public
def sign_up() -> ResponseReturnValue:
    check_open()
    form = Form(SignUpSchema, request.form)
    try:
        secret = form.submit(patient(make_account))
    except KnownAddress as known:
        return render_template("accounts/asked.html", email=known.email, is_sign_up=True)
    if secret is None:
        return render_template("workspaces/sign_up.html", form=form), 422
    return signed_up(secret, "/", form.data["time_zone"])


class KnownAddress(Exception):
    """Whoever typed it is told nothing; its owner gets a mail."""

    def __init__(self, email: str) -> None:
        self.email = email


def make_account(data: dict[str, Any]) -> str:
    data = data | details.clean(email=data["email"], name=data["name"])
    accounts.check_new_password(data["password"], data["email"])
    limits.before_sign_up()
    limits.before_hashing()
    try:
        user = service.sign_up(**data | of_browser(data))
    except Conflict as error:
        tell_owner(data["email"])
        raise KnownAddress(data["email"]) from error
    return accounts.open_session(user.id, user.workspace_id, browser())


def tell_owner(email: str) -> None:
    try:
        limits.before_letter(email)
    except TooMany:
        return  # the page looks the same
    reset.ask(email, site(), "taken")


def of_browser(data: dict[str, Any]) -> dict[str, str]:
    """Its zone and language, as the page's script filled them in or the headers have them."""
    return {
        "time_zone": details.zone_or_utc(data["time_zone"]),
        "locale": details.first_locale(speaking.locale_of_visitor(data["locale"])),
    }


def signed_up(secret: str, target: str, time_zone: str) -> Response:
    response = let_in(redirect(target, 303), secret)
    if time_zone not in details.known_zones():
        say(NO_ZONE, "info")
    return response


def check_open() -> None:
    if not current_app.config["SETTINGS"].sign_up_open:
        raise Forbidden(CLOSED)


@bp.post("/workspaces/switch")
@requires("account")
def switch() -> ResponseReturnValue:
    actor = current()
    data = SwitchSchema().load({"workspace_id": request.form.get("workspace_id", "")})
    service.switch(actor.user_id, actor.session_id, data["workspace_id"])
    return redirect(safe_path(request.form.get("next")), 303)


@bp.get("/workspaces/<uuid:workspace_id>/open")
@requires("account")
def open_in(workspace_id: UUID) -> ResponseReturnValue:
    """The link of a mail, opened while one may be working in another workspace."""
    actor, path = current(), safe_path(request.args.get("next"))
    if workspace_id == actor.workspace_id:
        return redirect(path)
    workspace = service.of_member(workspace_id, actor.user_id)
    return render_template("workspaces/elsewhere.html", workspace=workspace, path=path)


@bp.get("/workspaces/new")
@requires("account")
def new() -> ResponseReturnValue:
    form = Form(NewWorkspaceSchema, initial={"kind": "family"})
    return render_template("workspaces/new.html", form=form)


@bp.post("/workspaces")
@requires("account")
def create() -> ResponseReturnValue:
    form = Form(NewWorkspaceSchema, request.form)
    made = form.submit(make_workspace)
    if made is None:
        return render_template("workspaces/new.html", form=form), 422
    say(_("%(workspace)s is there. Invite the others here.", workspace=made.name))
    return redirect(url_for("members.index"), 303)


def make_workspace(data: dict[str, Any]) -> Workspace:
    actor = current()
    return service.create_and_switch(
        actor.user_id,
        actor.session_id,
        time_zone=actor.time_zone,
        locale=actor.locale,
        **data,
    )


@bp.get("/settings/workspace")
@requires("workspace:write")
def settings() -> ResponseReturnValue:
    workspace = service.get(current().workspace_id)
    kept = ("name", "time_zone", "locale")
    initial = {name: getattr(workspace, name) for name in kept}
    return settings_page(Form(WorkspaceFormSchema, initial=initial))


@bp.post("/settings/workspace")
@requires("workspace:write")
def update() -> ResponseReturnValue:
    form = Form(WorkspaceFormSchema, request.form)
    form.submit(lambda data: service.update(current().workspace_id, **data))
    if form.failed:
        return settings_page(form), 422
    say(_("Saved."))
    return redirect(url_for("workspaces.settings"), 303)


@bp.post("/settings/workspace/delete")
@requires("workspace:own")
def delete() -> ResponseReturnValue:
    actor = current()
    form = Form(DeleteSchema, request.form)
    name = form.submit(
        lambda data: service.delete(actor.workspace_id, actor.user_id, data["typed_name"])
    )
    if name is None:
        workspace = service.get(actor.workspace_id)
        return settings_page(Form(WorkspaceFormSchema, initial=vars(workspace)), form), 422
    say(_("%(workspace)s is deleted. You are in your personal workspace now.", workspace=name))
    return redirect("/", 303)


def settings_page(form: Form, deletion: Form | None = None) -> str:
    return render_template(
        "workspaces/settings.html",
        form=form,
        deletion=deletion or Form(DeleteSchema),
        zones=details.zones(),
        locales=details.locales(),
        kinds=roles.SHARED,
    )
