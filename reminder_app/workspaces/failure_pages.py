"""Whether those who run a workspace are told of messages to clients that failed."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reminder_app.translations import gettext as _
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say
from reminder_app.workspaces import failures

bp = Blueprint("failures", __name__, url_prefix="/settings/failures")


@bp.get("")
@requires("workspace:write")
def show() -> ResponseReturnValue:
    actor = current()
    of_all, own = failures.switches(actor.workspace_id, actor.user_id)
    return render_template("workspaces/failures.html", of_all=of_all, own=own)


@bp.post("")
@requires("workspace:write")
def update() -> ResponseReturnValue:
    actor = current()
    failures.switch(actor.workspace_id, is_on="of_all" in request.form)
    failures.switch_own(actor.workspace_id, actor.user_id, is_on="own" in request.form)
    say(_("Saved."))
    return redirect(url_for("failures.show"), 303)
