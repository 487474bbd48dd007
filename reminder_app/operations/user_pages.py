"""Everybody's accounts, for a superuser: a list, and whose account is open."""

from uuid import UUID

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reminder_app.accounts.models import User
from reminder_app.operations import users
from reminder_app.operations.console import note, operator, superuser
from reminder_app.translations import gettext as _
from reminder_app.web.formatting import iso
from reminder_app.web.htmx import say

bp = Blueprint("users", __name__)
LONGEST_SEARCH = 200


@bp.get("/operations/users")
@superuser
def browse() -> ResponseReturnValue:
    q = searched()
    page = users.browse(q, cursor=request.args.get("cursor"))
    return render_template("operations/users.html", page=page, q=q)


@bp.post("/operations/users/<uuid:user_id>/close")
@superuser
def close(user_id: UUID) -> ResponseReturnValue:
    user = set_active(user_id, is_active=False)
    say(_("%(email)s cannot sign in any more.", email=user.email))
    return redirect(url_for("users.browse"), 303)


@bp.post("/operations/users/<uuid:user_id>/open")
@superuser
def reopen(user_id: UUID) -> ResponseReturnValue:
    user = set_active(user_id, is_active=True)
    say(_("%(email)s can sign in again.", email=user.email))
    return redirect(url_for("users.browse"), 303)


@bp.get("/admin/users")
@superuser
def index() -> ResponseReturnValue:
    page = users.browse(searched(), cursor=request.args.get("cursor"))
    return jsonify(items=[shown(one) for one in page.items], next_cursor=page.next_cursor)


def set_active(user_id: UUID, *, is_active: bool) -> User:
    user = users.set_active(operator().user_id, user_id, is_active)
    note("opened the account of" if is_active else "closed the account of", user.id)
    return user


def searched() -> str:
    return request.args.get("q", "")[:LONGEST_SEARCH]


def shown(user: User) -> dict[str, object]:
    return {
        "id": str(user.id),
        "email": user.email,
        "name": user.name,
        "is_active": user.is_active,
        "is_superuser": user.is_superuser,
        "created_at": iso(user.created_at),
    }
