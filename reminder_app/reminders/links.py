"""The links of mails: GET only shows, as mail scanners follow links; POST acts."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reminder_app.accounts.site import Site
from reminder_app.database import now
from reminder_app.errors import AppError, NotFound
from reminder_app.reminders import act_link, attaching, linked, snoozing, taking_over
from reminder_app.reminders.form_files import shelf
from reminder_app.reminders.models import Reminder
from reminder_app.reminders.notice_words import when
from reminder_app.web.csrf import signed_link
from reminder_app.web.downloads import download
from reminder_app.web.gate import public
from reminder_app.web.limits import limiter

bp = Blueprint("links", __name__)
RATE = "120 per minute"


@bp.get("/d/<token>")
@public
@limiter.limit(RATE)
def show(token: str) -> ResponseReturnValue:
    try:
        return page(token, claim_of(token))
    except NotFound as error:
        return dead(error)


@bp.post("/d/<token>")
@public
@signed_link
@limiter.limit(RATE)
def act(token: str) -> ResponseReturnValue:
    try:
        claim = claim_of(token)
        linked.act(claim, request.form.get("act", ""), now())
    except NotFound as error:
        return dead(error)
    except AppError as error:
        return page(token, claim, error.message), 422
    return redirect(url_for("links.show", token=token), 303)


@bp.get("/e/<token>")
@public
@limiter.limit(RATE)
def show_second(token: str) -> ResponseReturnValue:
    try:
        return second_page(token, second_claim_of(token))
    except NotFound as error:
        return dead(error)


@bp.post("/e/<token>")
@public
@signed_link
@limiter.limit(RATE)
def act_second(token: str) -> ResponseReturnValue:
    try:
        claim = second_claim_of(token)
        taking_over.act(claim, request.form.get("act", ""))
    except NotFound as error:
        return dead(error)
    except AppError as error:
        return second_page(token, claim, error.message), 422
    return redirect(url_for("links.show_second", token=token), 303)


@bp.get("/f/<token>")
@public
@limiter.limit(RATE)
def files(token: str) -> ResponseReturnValue:
    """What did not fit into a message, or went out through what takes no files."""
    try:
        reminder = reminder_of(token)
    except NotFound as error:
        return dead(error)
    found = attaching.of(reminder)
    return render_template(
        "reminders/links/files.html", token=token, reminder=reminder, files=found
    )


@bp.get("/f/<token>/<uuid:attachment_id>")
@public
@limiter.limit(RATE)
def file(token: str, attachment_id: UUID) -> ResponseReturnValue:
    try:
        reminder = reminder_of(token)
        row = attaching.get(reminder.workspace_id, reminder.id, attachment_id)
        path = attaching.path_of(row, shelf().folder)
    except NotFound as error:
        return dead(error)
    return download(path, row.name, row.media_type, row.sha256.hex())


def reminder_of(token: str) -> Reminder:
    found = act_link.read_files(Site.of(current_app.config["SETTINGS"]), token, now())
    if found is None:
        raise NotFound(linked.DEAD)
    return linked.with_files(*found)


def second_claim_of(token: str) -> act_link.Claim:
    claim = act_link.read_second(Site.of(current_app.config["SETTINGS"]), token, now())
    if claim is None:
        raise NotFound(linked.DEAD)
    return claim


def second_page(token: str, claim: act_link.Claim, trouble: str = "") -> str:
    taking = taking_over.meant(claim)
    one, user = taking.one, taking.user
    zone = taking.person.time_zone or one.reminder.time_zone
    return render_template(
        "reminders/links/second.html",
        token=token,
        one=one,
        reminder=one.reminder,
        user=user,
        waits_for=taking.waits_for,
        due=when(one.due_at, zone, user.locale if user else "en"),
        trouble=trouble,
    )


def claim_of(token: str) -> act_link.Claim:
    claim = act_link.read(Site.of(current_app.config["SETTINGS"]), token, now())
    if claim is None:
        raise NotFound(linked.DEAD)
    return claim


def page(token: str, claim: act_link.Claim, trouble: str = "") -> str:
    one, user = linked.meant(claim)
    return render_template(
        "reminders/links/act.html",
        token=token,
        one=one,
        reminder=one.reminder,
        choices=snoozing.choices(one.due_at, now(), ZoneInfo(user.time_zone)),
        trouble=trouble,
        **times(one, user),
    )


def times(one: Any, user: Any) -> dict[str, str]:
    until = one.snoozed_until if one.is_open else None
    snoozed = when(until, user.time_zone, user.locale) if until else ""
    return {"due": when(one.due_at, user.time_zone, user.locale), "snoozed": snoozed}


def dead(error: NotFound) -> ResponseReturnValue:
    return render_template("reminders/links/dead.html", message=error.message), 404
