import hashlib
import uuid
from datetime import timedelta

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from reminder_app.database import now
from reminder_app.delivery import (
    books,
    ledger,
    resending,
    sending_accounts,
    service,
    story,
    traffic,
)
from reminder_app.delivery.bars import bars
from reminder_app.delivery.origin import in_words, origin
from reminder_app.delivery.states import HANDING_OVER, MEANING, PENDING, SENT_AGAIN, STATES, WAITING
from reminder_app.errors import NotFound
from reminder_app.translations import gettext as _
from reminder_app.translations import ngettext
from reminder_app.web.days import as_moments, day_or_none
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import is_htmx, say

bp = Blueprint("deliveries", __name__, url_prefix="/deliveries")
bp.add_app_template_filter(in_words, "mailbox")
LONGEST_SEARCH, LONGEST_CHANNEL = 200, 10
OF_A_REMINDER = 10
MOVING = {PENDING, HANDING_OVER}
# htmx: swap this in, and ask no more.
STOP_POLLING = 286


@bp.get("")
@requires("deliveries:read")
def browse():
    asked = wanted()
    leaf = ledger.turn_to(current().workspace_id, **meant(asked), **cursors())
    return unless_seen(
        "deliveries/browse.html",
        leaf.items,
        leaf=leaf,
        asked=asked,
        states=MEANING,
        here={**asked, **cursors()},
        can_send_again=asked["state"] in SENT_AGAIN and "deliveries:act" in current().permissions,
        can_cancel=asked["state"] in WAITING and "deliveries:act" in current().permissions,
        **around(asked),
        is_moving=any(row.state in MOVING for row in leaf.items) or is_emptied(asked, leaf.items),
    )


def is_emptied(asked, items):
    """What was sent again from here may come back."""
    return asked["state"] in SENT_AGAIN and not items


@bp.get("/now")
@requires("deliveries:read")
def right_now():
    """What goes out, what waits, and what is in the way: a part of the page that follows it."""
    context = figures(current().workspace_id)
    if request.args.get("seen") == context["figures_mark"]:
        return "", 204
    return render_template("deliveries/now.html", **context)


@bp.get("/balance")
@requires("deliveries:read")
def balance():
    accounts = books.balance(current().workspace_id)
    return render_template("deliveries/balance.html", accounts=accounts)


@bp.get("/fragment")
@requires("deliveries:read")
def fragment():
    """What a reminder sent, or is about to: a part of its page that keeps itself up to date."""
    reminder_id = uuid_or_none(request.args.get("reminder_id"))
    if reminder_id is None:
        raise NotFound(service.NO_SUCH)
    page = ledger.browse(current().workspace_id, reminder_id=reminder_id, limit=OF_A_REMINDER)
    return unless_seen(
        "deliveries/fragment.html",
        page.items,
        items=page.items,
        has_more=page.next_cursor is not None,
        reminder_id=reminder_id,
        is_moving=not page.items or not all(row.is_settled for row in page.items),
    )


@bp.post("/send-again")
@requires("deliveries:act")
def send_all_again():
    """What the list shows, as far as it can be: the same filter, and a limit."""
    asked = wanted(request.form)
    done = resending.send_all_again(current().workspace_id, **meant(asked))
    say(told_of(done), "success" if done.many else "warning")
    return redirect(url_for("deliveries.browse", **asked), 303)


@bp.post("/cancel")
@requires("deliveries:act")
def cancel_all():
    """What the list shows and still waits: the same filter, and the same limit."""
    asked = wanted(request.form)
    done = resending.cancel_waiting(current().workspace_id, **meant(asked))
    told = _("Called off: %(count)s.", count=done.many)
    if done.has_more:
        told += " " + _("There are more: call them off, too.")
    say(told, "success" if done.many else "warning")
    return redirect(url_for("deliveries.browse", **asked), 303)


@bp.post("/accounts/<name>/pause")
@requires("workspace:write")
def pause(name):
    """One of the workspace's own; the site's are the operator's."""
    actor = current()
    account = sending_accounts.find(name, actor.workspace_id)
    sending_accounts.pause(account.name, actor.name)
    say(_("Sending through it is paused."), undo_url=url_for("deliveries.resume", name=name))
    return redirect(url_for("deliveries.browse"), 303)


@bp.post("/accounts/<name>/resume")
@requires("workspace:write")
def resume(name):
    account = sending_accounts.find(name, current().workspace_id)
    sending_accounts.resume(account.name)
    say(_("Sending through it goes on."), undo_url=url_for("deliveries.pause", name=name))
    return redirect(url_for("deliveries.browse"), 303)


@bp.get("/<uuid:delivery_id>")
@requires("deliveries:read")
def show(delivery_id):
    return render_template("deliveries/show.html", **told(delivery_id))


@bp.get("/<uuid:delivery_id>/fragment")
@requires("deliveries:read")
def live(delivery_id):
    """The story of one delivery, until it has an end."""
    context = told(delivery_id)
    if request.args.get("seen") == context["mark"]:
        return "", 204
    answer = render_template("deliveries/story.html", **context)
    return (answer, STOP_POLLING) if context["delivery"].is_settled else (answer, 200)


@bp.post("/<uuid:delivery_id>/send-again")
@requires("deliveries:act")
def send_again(delivery_id):
    service.send_again(current().workspace_id, delivery_id)
    say(_("It goes out again now."))
    return redirect(url_for("deliveries.show", delivery_id=delivery_id), 303)


def told(delivery_id):
    delivery, at = service.get(current().workspace_id, delivery_id), now()
    look_at = delivery.next_look_at
    settings = current_app.config["SETTINGS"]
    resend_after = timedelta(seconds=settings.unknown_resend_after)
    return {
        "delivery": delivery,
        "sent_from": in_words(*origin(delivery, settings.mail_from)),
        "now": at,
        "accounts": accounts_of(delivery) if delivery.state in WAITING else [],
        "sentence": story.sentence(delivery, at),
        "steps": story.timeline(delivery, at, resend_after),
        "mark": mark([delivery]) + (f"{look_at:%H%M%S}" if look_at else ""),
    }


def accounts_of(delivery):
    known = sending_accounts.status_for_all(current().workspace_id)
    return [account for account in known if account.name == delivery.account]


def unless_seen(template, rows, **context):
    """204 while nothing has changed, so that what a person is reading is left alone."""
    seen = mark(rows)
    if request.args.get("seen") == seen:
        return "", 204
    return render_template(template, **{**context, "mark": seen}), 200


def mark(rows):
    states = ";".join(f"{row.id}{row.state}{row.attempts}{row.updated_at}" for row in rows)
    return hashlib.sha256(states.encode()).hexdigest()[:12]


def around(asked):
    """What stands above a list: the figures, but for who looks for something in it. htmx takes the
    list alone."""
    if is_htmx():
        return {}
    if any(asked.values()):
        return {"accounts": sending_accounts.status_for_all(current().workspace_id), "now": now()}
    return figures(current().workspace_id)


def figures(workspace_id):
    """Five queries. The mark changes with what is shown, and each minute with its words."""
    flow = traffic.of(workspace_id)
    return {
        "traffic": flow,
        "bars": bars(flow.minutes),
        "most": traffic.MOST,
        "figures_mark": hashlib.sha256(repr(flow.shown()).encode()).hexdigest()[:12],
    }


def told_of(done):
    if not done.many:
        return _(
            "None of these can go out again: what they said is forgotten, or they went already."
        )
    told = ngettext(
        "One message goes out again now.", "%(num)s messages go out again now.", done.many
    )
    more = _("There are more: send them again, too.")
    return f"{told} {more}" if done.has_more else told


def wanted(given=None):
    given = request.args if given is None else given
    state = given.get("state")
    return {
        "reminder_id": uuid_or_none(given.get("reminder_id")),
        "contact_id": uuid_or_none(given.get("contact_id")),
        "channel": given.get("channel", "")[:LONGEST_CHANNEL] or None,
        "since": day_or_none(given.get("since")),
        "until": day_or_none(given.get("until")),
        "state": state if state in STATES else None,
        "q": given.get("q", "").strip()[:LONGEST_SEARCH] or None,
    }


def meant(asked):
    return asked | as_moments(asked)


def cursors():
    return {name: request.args.get(name) for name in ("older_than", "newer_than")}


def uuid_or_none(text):
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
