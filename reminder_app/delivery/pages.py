import hashlib
import uuid

from flask import Blueprint, redirect, render_template, request, url_for

from reminder_app.database import now
from reminder_app.delivery import books, ledger, service, story
from reminder_app.delivery.states import HANDING_OVER, MEANING, PENDING, STATES
from reminder_app.errors import NotFound
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say

bp = Blueprint("deliveries", __name__, url_prefix="/deliveries")
LONGEST_SEARCH = 200
OF_A_REMINDER = 10
MOVING = {PENDING, HANDING_OVER}
# htmx: swap this in, and ask no more.
STOP_POLLING = 286


@bp.get("")
@requires("deliveries:read")
def browse():
    asked = wanted()
    leaf = ledger.turn_to(current().workspace_id, **asked, **cursors())
    return unless_seen(
        "deliveries/browse.html",
        leaf.items,
        leaf=leaf,
        asked=asked,
        states=MEANING,
        here={**asked, **cursors()},
        is_moving=any(row.state in MOVING for row in leaf.items),
    )


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


@bp.get("/<uuid:delivery_id>")
@requires("deliveries:read")
def show(delivery_id):
    return render_template("deliveries/show.html", **told(delivery_id))


@bp.get("/<uuid:delivery_id>/fragment")
@requires("deliveries:read")
def live(delivery_id):
    """The story of one delivery, until it has an end."""
    context = told(delivery_id)
    answer = unless_seen("deliveries/story.html", [context["delivery"]], **context)
    return (answer[0], STOP_POLLING) if context["delivery"].is_settled else answer


@bp.post("/<uuid:delivery_id>/send-again")
@requires("deliveries:act")
def send_again(delivery_id):
    service.send_again(current().workspace_id, delivery_id)
    say("It goes out again now.")
    return redirect(url_for("deliveries.show", delivery_id=delivery_id), 303)


def told(delivery_id):
    delivery = service.get(current().workspace_id, delivery_id)
    return {
        "delivery": delivery,
        "sentence": story.sentence(delivery, now()),
        "steps": story.timeline(delivery),
        "mark": mark([delivery]),
    }


def unless_seen(template, rows, **context):
    """204 while nothing has changed, so that what a person is reading is left alone."""
    seen = mark(rows)
    if request.args.get("seen") == seen:
        return "", 204
    return render_template(template, **{**context, "mark": seen}), 200


def mark(rows):
    states = ";".join(f"{row.id}{row.state}{row.attempts}{row.updated_at}" for row in rows)
    return hashlib.sha256(states.encode()).hexdigest()[:12]


def wanted():
    state = request.args.get("state")
    return {
        "reminder_id": uuid_or_none(request.args.get("reminder_id")),
        "state": state if state in STATES else None,
        "q": request.args.get("q", "").strip()[:LONGEST_SEARCH] or None,
    }


def cursors():
    return {name: request.args.get(name) for name in ("older_than", "newer_than")}


def uuid_or_none(text):
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
