"""Signing in and out, and a new password by mail."""

from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from reminder_app.accounts import details, reset, service, sign_in
from reminder_app.accounts.browsers import browser, let_in, site
from reminder_app.accounts.schemas import AskSchema, ResetSchema, SignInSchema
from reminder_app.errors import NotFound
from reminder_app.translations import gettext as _
from reminder_app.web import limits
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, forget, public, requires, safe_path
from reminder_app.web.htmx import say
from reminder_app.web.limits import patient

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in", endpoint="sign_in")
@public
def show_sign_in() -> ResponseReturnValue:
    target = safe_path(request.args.get("next"))
    if g.get("actor"):
        return redirect(target, 303)
    return sign_in_page(Form(SignInSchema, initial={"next": target}))


@bp.post("/sign-in")
@public
def enter() -> ResponseReturnValue:
    form = Form(SignInSchema, request.form)
    secret = form.submit(patient(check_in))
    if secret is None:
        return sign_in_page(form), 422
    return let_in(redirect(safe_path(form.data["next"]), 303), secret)


def check_in(data: dict[str, Any]) -> str:
    limits.before_hashing()
    return sign_in.sign_in(data["email"], data["password"], browser())


def sign_in_page(form: Form) -> str:
    is_open = current_app.config["SETTINGS"].sign_up_open
    return render_template("accounts/sign_in.html", form=form, is_open=is_open)


@bp.post("/sign-out")
@requires("account")
def sign_out() -> ResponseReturnValue:
    actor = current()
    if actor.session_id:
        service.end_session(actor.user_id, actor.session_id)
    session.clear()
    return forget(redirect(url_for("accounts.sign_in"), 303))


@bp.get("/reset")
@public
def show_ask() -> ResponseReturnValue:
    form = Form(AskSchema, initial={"email": request.args.get("email", "")})
    return render_template("accounts/ask.html", form=form)


@bp.post("/reset")
@public
def ask() -> ResponseReturnValue:
    form = Form(AskSchema, request.form)
    form.submit(patient(send_link))
    if form.failed:
        return render_template("accounts/ask.html", form=form), 422
    return render_template("accounts/asked.html", email=form.data["email"])


def send_link(data: dict[str, Any]) -> None:
    limits.before_letter(details.typed_email(data["email"]))
    reset.ask(data["email"], site())


@bp.get("/reset/<token>")
@public
def show_reset(token: str) -> ResponseReturnValue:
    try:
        user = reset.owner(token, site())
    except NotFound as error:
        return dead(error)
    return render_template("accounts/reset.html", form=Form(ResetSchema), email=user.email)


@bp.post("/reset/<token>")
@public
def choose(token: str) -> ResponseReturnValue:
    form = Form(ResetSchema, request.form)
    try:
        email = reset.owner(token, site()).email
        form.submit(patient(lambda data: set_password(token, data)))
    except NotFound as error:
        return dead(error)
    if form.failed:
        return render_template("accounts/reset.html", form=form, email=email), 422
    session.clear()
    say(_("Your new password is set, and you are signed out everywhere. Sign in with it now."))
    return forget(redirect(url_for("accounts.sign_in"), 303))


def set_password(token: str, data: dict[str, Any]) -> None:
    limits.before_hashing()
    reset.choose(token, site(), data["password"], browser())


def dead(error: NotFound) -> ResponseReturnValue:
    """Say so where a new link can be asked for."""
    form = Form(AskSchema)
    return render_template("accounts/ask.html", form=form, trouble_with_link=error.message), 404
