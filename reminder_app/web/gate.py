"""Closed by default: who may call a view. Web asks; who is acting is answered by the product above."""

import uuid
from collections.abc import Callable, Collection
from copy import deepcopy
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import SplitResult, urlsplit

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from reminder_app.errors import Forbidden
from reminder_app.translations import gettext as _
from reminder_app.web.htmx import is_htmx

View = TypeVar("View", bound=Callable[..., Any])
API = "/api/v1/"
FRAMEWORK_ENDPOINTS = {"static"}


class Actor(Protocol):
    """Who is acting, in which workspace, with which permissions."""

    @property
    def user_id(self) -> uuid.UUID: ...
    @property
    def workspace_id(self) -> uuid.UUID: ...
    @property
    def role(self) -> str: ...
    @property
    def permissions(self) -> Collection[str]: ...
    @property
    def email(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def locale(self) -> str: ...
    @property
    def theme(self) -> str: ...
    @property
    def is_superuser(self) -> bool: ...
    @property
    def workspace_name(self) -> str: ...
    @property
    def workspace_kind(self) -> str: ...
    @property
    def session_id(self) -> uuid.UUID | None: ...
    @property
    def token_id(self) -> uuid.UUID | None: ...


class SignInNeeded(Exception):
    """No valid session or token; web/errors.py turns it into a redirect or a 401."""


def public(view: View) -> View:
    """Anybody may call it. The set of these is a literal in a test."""
    cast(Any, view).is_public = True
    return view


def anonymous(view: View) -> View:
    """Public, and nobody looks up who asks: it answers while the database is away."""
    cast(Any, view).is_anonymous = True
    return public(view)


def is_anonymous(endpoint: str | None) -> bool:
    return hasattr(current_app.view_functions.get(endpoint or ""), "is_anonymous")


def requires(permission: str) -> Callable[[View], View]:
    """Only an actor whose role, and token scopes, hold `permission`."""

    def mark(view: View) -> View:
        marked = cast(Any, view)
        marked.permission = permission
        marked._apidoc = deepcopy(getattr(view, "_apidoc", {})) | {
            "gate": {"permission": permission}
        }
        return view

    return mark


def current() -> Actor:
    """The actor of this request. Raises SignInNeeded."""
    actor = g.get("actor")
    if actor is None:
        raise SignInNeeded
    return cast(Actor, actor)


def init_app(
    app: Flask,
    by_session: Callable[[str], Actor | None],
    by_token: Callable[[str], Actor | None],
) -> None:
    """Who asks; `close` decides whether they may. Between the two, limits count them."""

    @app.before_request
    def recognise() -> None:
        if request.endpoint in FRAMEWORK_ENDPOINTS or is_anonymous(request.endpoint):
            return
        if request.path.startswith(API):
            g.actor = bearer(by_token)
            return
        cookie = request.cookies.get(cookie_name(app))
        g.actor = by_session(cookie) if cookie else None
        g.is_known_whose = True

    @app.after_request
    def say_whose(response: Response) -> Response:
        """To the browser's worker, which keeps pages: it forgets those of anybody else."""
        if g.get("is_known_whose"):
            actor = g.get("actor")
            response.headers["Signed-In"] = str(actor.user_id) if actor else "no"
        return response


def close(app: Flask) -> None:
    @app.before_request
    def enter() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if view and request.endpoint not in FRAMEWORK_ENDPOINTS:
            admit(view)


def bearer(by_token: Callable[[str], Actor | None]) -> Actor | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return by_token(secret.strip()) if scheme.lower() == "bearer" else None


def admit(view: Callable[..., Any]) -> None:
    """Raises SignInNeeded or Forbidden. A view that names no permission admits nobody."""
    if getattr(view, "is_public", False):
        return
    permission = getattr(view, "permission", None)
    actor = current()
    if permission not in actor.permissions:
        raise Forbidden(no_scope(permission) if actor.token_id else no_right())


def no_right() -> str:
    return _("Your role in this workspace does not allow this. Ask an owner or an admin of it.")


def no_scope(permission: str | None) -> str:
    page = current_app.config["SETTINGS"].public_url.rstrip("/") + url_for("settings.show_tokens")
    return _(
        "This token lacks the scope %(permission)s. Make one that has it at %(page)s; "
        "where it is not offered there, your role in this workspace lacks it too.",
        permission=permission,
        page=page,
    )


def cookie_name(app: Flask) -> str:
    return "__Host-sid" if app.config["SETTINGS"].is_secure else "sid"


def remember(response: Response, secret: str, seconds: int) -> Response:
    """Hand the session's secret to the browser."""
    app = current_app
    response.set_cookie(
        cookie_name(app),
        secret,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=app.config["SETTINGS"].is_secure,
    )
    return response


def forget(response: Response) -> Response:
    response.delete_cookie(
        cookie_name(current_app),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SETTINGS"].is_secure,
    )
    return response


def page_shown() -> str:
    """The page an htmx request was made from, and not the fragment it asked for."""
    return safe_path(split(request.headers.get("HX-Current-URL", "")).path)


def split(address: str) -> SplitResult:
    """Its parts, as far as there are any: a header can hold anything."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def address() -> str:
    """Of this request; `full_path` ends in a question mark where nothing is asked."""
    return request.full_path if request.query_string else request.path


def to_sign_in() -> ResponseReturnValue:
    """Back here after signing in; an htmx request moves the whole page."""
    here = page_shown() if is_htmx() else address() if request.method == "GET" else "/"
    target = url_for("accounts.sign_in", next=None if here == "/" else here)
    if is_htmx():
        return "", 401, {"HX-Redirect": target}
    return redirect(target, 303)


def safe_path(target: str | None) -> str:
    """A path of ours to go to next; never another host (//evil, \\evil, https:…)."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return "/"
    if any(ord(letter) < 33 or letter == "\\" for letter in target):
        return "/"
    return target
