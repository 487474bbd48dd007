"""One's own settings: profile, password, address, sessions, tokens."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from reminder_app import translations
from reminder_app.accounts import details, devices, hours, moments, profile, scopes, service, tokens
from reminder_app.accounts.browsers import browser, let_in, site
from reminder_app.accounts.schemas import (
    EmailSchema,
    HoursSchema,
    MomentsSchema,
    PasswordSchema,
    ProfileSchema,
    TokenFormSchema,
)
from reminder_app.database import now
from reminder_app.errors import Invalid
from reminder_app.translations import gettext as _
from reminder_app.translations import ngettext
from reminder_app.web import limits, speaking
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, forget, requires
from reminder_app.web.htmx import say
from reminder_app.web.limits import patient

bp = Blueprint("settings", __name__, url_prefix="/settings")
THEME_SECONDS = 365 * 86_400
NEW_TOKEN = {"days": "90", "scopes": []}


@bp.get("")
@requires("account")
def show() -> ResponseReturnValue:
    return settings_page(profile_form())


@bp.post("")
@requires("account")
def update() -> ResponseReturnValue:
    form = Form(ProfileSchema, request.form)
    if "preview" in request.form:
        return settings_page(form)
    moves = moves_to(form.values.get("time_zone") or "")
    form.submit(lambda data: profile.update(current().user_id, **data))
    if form.failed:
        return settings_page(form), 422
    translations.speak(form.data["locale"])
    say(_("Saved."))
    say_moved(moves)
    response = speaking.keep(redirect(url_for("settings.show"), 303), translations.language())
    # For the pages before signing in; says nothing about anybody.
    response.set_cookie("theme", form.data["theme"], max_age=THEME_SECONDS, samesite="Lax")
    return response


def say_moved(moves: profile.Moves | None) -> None:
    if moves and moves.number:
        say(
            ngettext(
                "One reminder came along to your new time zone.",
                "%(num)s reminders came along to your new time zone.",
                moves.number,
            )
        )
    if moves and moves.staying:
        say(
            ngettext(
                "One reminder stays on the clock of another time zone: its page says which.",
                "%(num)s reminders stay on the clock of another time zone: their pages say which.",
                moves.staying,
            ),
            "info",
        )


@bp.get("/zone")
@requires("account")
def show_zone() -> ResponseReturnValue:
    """What would come along to another zone, while one chooses it."""
    asked = request.args.get("time_zone", "")[: details.LONGEST_ZONE]
    return render_template("accounts/zone.html", moves=moves_to(asked), zone=asked)


def moves_to(zone: str) -> profile.Moves | None:
    """Of a zone that there is not, nothing: saving says so."""
    try:
        return profile.foretell(current().user_id, zone)
    except Invalid:
        return None


@bp.post("/moments")
@requires("account")
def set_moments() -> ResponseReturnValue:
    form = Form(MomentsSchema, request.form)
    form.submit(lambda data: moments.put(current().user_id, **data))
    if form.failed:
        return settings_page(profile_form(), form), 422
    say(_("Saved."))
    return redirect(url_for("settings.show"), 303)


def profile_form() -> Form:
    actor = current()
    kept = ("name", "time_zone", "locale", "theme")
    return Form(ProfileSchema, initial={name: getattr(actor, name) for name in kept})


def settings_page(form: Form, times: Form | None = None) -> str:
    kept = moments.shown(service.get_user(current().user_id))
    return render_template(
        "accounts/settings.html",
        form=form,
        times=times or Form(MomentsSchema, initial=MomentsSchema().dump(kept)),
        zones=details.zones(),
        locales=details.locales(),
        moves=moves_to(form.values.get("time_zone") or ""),
        zone=form.values.get("time_zone"),
    )


@bp.get("/quiet")
@requires("account")
def show_quiet() -> ResponseReturnValue:
    kept = hours.shown(service.get_user(current().user_id))
    return quiet_page(Form(HoursSchema, initial=HoursSchema().dump(kept)))


@bp.post("/quiet")
@requires("account")
def set_quiet() -> ResponseReturnValue:
    form = Form(HoursSchema, request.form)
    form.submit(lambda data: hours.set_hours(current().user_id, **data))
    if form.failed:
        return quiet_page(form), 422
    say(_("Saved."))
    return redirect(url_for("settings.show_quiet"), 303)


def quiet_page(form: Form) -> str:
    return render_template("accounts/quiet.html", form=form)


@bp.get("/security")
@requires("account")
def security() -> ResponseReturnValue:
    return security_page()


def security_page(password: Form | None = None, email: Form | None = None) -> str:
    return render_template(
        "accounts/security.html",
        password=password or Form(PasswordSchema),
        email=email or Form(EmailSchema),
        sessions=service.sessions(current().user_id),
        named=devices.named,
    )


@bp.post("/password")
@requires("account")
def change_password() -> ResponseReturnValue:
    form = Form(PasswordSchema, request.form)
    secret = form.submit(patient(set_password))
    if secret is None:
        return security_page(password=form), 422
    response = renewed(secret)
    say(_("Your password is changed. All other sessions are signed out."))
    return response


def set_password(data: dict[str, Any]) -> str:
    limits.before_hashing(str(current().user_id))
    return profile.change_password(
        current().user_id,
        data["current_password"],
        data["new_password"],
        browser=browser(),
        site=site(),
    )


@bp.post("/email")
@requires("account")
def change_email() -> ResponseReturnValue:
    form = Form(EmailSchema, request.form)
    secret = form.submit(patient(set_email))
    if secret is None:
        return security_page(email=form), 422
    response = renewed(secret)
    say(_("Your address is changed. We told the old one, and signed out all other sessions."))
    return response


def set_email(data: dict[str, Any]) -> str:
    limits.before_hashing(str(current().user_id))
    return profile.change_email(
        current().user_id, data["password"], data["email"], browser=browser(), site=site()
    )


@bp.post("/sessions/<uuid:session_id>/end")
@requires("account")
def end_session(session_id: UUID) -> ResponseReturnValue:
    actor = current()
    service.end_session(actor.user_id, session_id)
    if session_id == actor.session_id:
        session.clear()
        return forget(redirect(url_for("accounts.sign_in"), 303))
    say(_("That session is signed out."))
    return redirect(url_for("settings.security"), 303)


@bp.post("/sessions/end-others")
@requires("account")
def end_others() -> ResponseReturnValue:
    actor = current()
    ended = service.end_sessions(actor.user_id, keep=actor.session_id)
    say(ngettext("%(num)s other session signed out.", "%(num)s other sessions signed out.", ended))
    return redirect(url_for("settings.security"), 303)


@bp.get("/tokens")
@requires("account")
def show_tokens() -> ResponseReturnValue:
    return tokens_page(Form(TokenFormSchema, initial=NEW_TOKEN))


@bp.post("/tokens")
@requires("account")
def create_token() -> ResponseReturnValue:
    form = Form(TokenFormSchema, request.form)
    secret = form.submit(make_token)
    if secret is None:
        return tokens_page(form), 422
    # Answered at once, not after a redirect: it is shown this one time and kept nowhere.
    return tokens_page(Form(TokenFormSchema, initial=NEW_TOKEN), secret), 201


def make_token(data: dict[str, Any]) -> str:
    actor, days = current(), data["days"]
    _, secret = tokens.create(
        actor.user_id,
        actor.workspace_id,
        actor.permissions,
        name=data["name"],
        wanted=data["scopes"],
        expires_at=now() + timedelta(days=days) if days else None,
    )
    return secret


@bp.post("/tokens/<uuid:token_id>/revoke")
@requires("account")
def revoke_token(token_id: UUID) -> ResponseReturnValue:
    actor = current()
    tokens.revoke(actor.user_id, actor.workspace_id, token_id)
    say(_("The token is revoked: whatever used it is signed out."))
    return redirect(url_for("settings.show_tokens"), 303)


def tokens_page(form: Form, secret: str | None = None) -> str:
    actor = current()
    return render_template(
        "accounts/tokens.html",
        form=form,
        secret=secret,
        now=now(),
        page=tokens.browse(
            actor.user_id, actor.workspace_id, cursor=request.args.get("cursor"), limit=50
        ),
        scopes=[(scope, scopes.MEANING[scope]) for scope in scopes.grantable(actor.permissions)],
    )


def renewed(secret: str) -> Response:
    return let_in(redirect(url_for("settings.security"), 303), secret)
