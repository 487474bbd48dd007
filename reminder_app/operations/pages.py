"""Health, for machines as JSON and for people as a page; and what an operator sees and does."""

import hashlib
import hmac

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from reminder_app.database.health.findings import BAD
from reminder_app.delivery import sending_accounts, traffic
from reminder_app.delivery.bars import bars
from reminder_app.errors import NotFound
from reminder_app.operations import health_pages, metrics, service, sightings
from reminder_app.operations.console import NOTHING_HERE, operator
from reminder_app.translations import gettext as _
from reminder_app.translations import speaking
from reminder_app.web.gate import anonymous, requires
from reminder_app.web.htmx import say
from reminder_app.web.limits import limiter

bp = Blueprint("operations", __name__)


@bp.get("/health/live")
@anonymous
@limiter.exempt
def live() -> ResponseReturnValue:
    """The process answers. Never asks the database."""
    return jsonify(status="ok")


@bp.get("/health/ready")
@anonymous
@limiter.exempt
def ready() -> ResponseReturnValue:
    """Everything that brings a reminder out is there; 503 where something is not.

    Anybody may ask, so it names the parts and nothing about them: page and log have the details.
    """
    with speaking("en"):  # for machines, and for the log
        found = checks()
        service.tell(found)
    is_good = all(check.is_good for check in found)
    told = {check.name: {"ok": check.is_good} for check in found}
    return jsonify(status="ok" if is_good else "not ready", checks=told), 200 if is_good else 503


@bp.get("/health/db")
@anonymous
@limiter.exempt
def of_database() -> ResponseReturnValue:
    """A few round trips; 503 where something is broken. Anybody may ask, so it names no details."""
    found = health_pages.lately()
    checks = {one.name: one.level for one in found.findings}
    return jsonify(status=found.level, checks=checks), 503 if found.level == BAD else 200


@bp.get("/health")
@requires("account")
def show() -> str:
    return render_template("operations/health.html", checks=checks())


@bp.get("/metrics")
@anonymous
@limiter.exempt
def read_metrics() -> ResponseReturnValue:
    """For Prometheus, with the token from the settings; without one in them there is no such page."""
    token = current_app.config["SETTINGS"].metrics_token
    if not token:
        raise NotFound(str(NOTHING_HERE))
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), token.encode()):
        return "Send METRICS_TOKEN as a bearer token.\n", 401, {"WWW-Authenticate": "Bearer"}
    return Response(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


@bp.get("/operations")
@requires("account")
def overview() -> ResponseReturnValue:
    operator()
    return render_template("operations/overview.html", **figures())


@bp.get("/operations/now")
@requires("account")
def right_now() -> ResponseReturnValue:
    """The part of the page that follows what happens."""
    operator()
    context = figures()
    if request.args.get("seen") == context["figures_mark"]:
        return "", 204
    return render_template("operations/now.html", **context)


@bp.post("/operations/accounts/<name>/pause")
@requires("account")
def pause(name: str) -> ResponseReturnValue:
    by = operator().name
    sending_accounts.pause(known(name), by)
    say(_("Sending is paused."), undo_url=url_for("operations.resume", name=name))
    return redirect(url_for("operations.overview"), 303)


@bp.post("/operations/accounts/<name>/resume")
@requires("account")
def resume(name: str) -> ResponseReturnValue:
    operator()
    sending_accounts.resume(known(name))
    say(_("Sending goes on."), undo_url=url_for("operations.pause", name=name))
    return redirect(url_for("operations.overview"), 303)


def known(name: str) -> str:
    return sending_accounts.find(name, None).name


def figures():
    """Eight queries, of all workspaces together: numbers, and nothing of what is in them."""
    flow = traffic.of()
    seen, workers = service.last_seen(), sightings.workers()
    names = [(worker.name, worker.journals, worker.journal_bytes) for worker in workers]
    shown = repr((flow.shown(), names, [service.is_fresh(at) for at in seen.values()]))
    return {
        "traffic": flow,
        "bars": bars(flow.minutes),
        "most": traffic.MOST,
        "parts": [(name, at, service.is_fresh(at)) for name, at in seen.items()],
        "workers": workers,
        "counted_at": traffic.counted_at(),
        "figures_mark": hashlib.sha256(shown.encode()).hexdigest()[:12],
    }


def checks() -> list[service.Check]:
    settings = current_app.config["SETTINGS"]
    return service.readiness(settings.redis_url, current_app.config["MIGRATIONS"])
