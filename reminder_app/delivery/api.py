from reminder_app.delivery import books, ledger, resending, service, traffic
from reminder_app.delivery.schemas import (
    BalanceSchema,
    BulkArgs,
    BulkSchema,
    CountSchema,
    DeliveryArgs,
    DeliveryDetailSchema,
    DeliverySchema,
    LedgerArgs,
    SummarySchema,
)
from reminder_app.delivery.states import FAILED
from reminder_app.web.api import Blueprint, page_of, page_schema
from reminder_app.web.gate import current, requires

bp = Blueprint(
    "deliveries_api",
    __name__,
    url_prefix="/api/v1/deliveries",
    description="The ledger: what was sent to whom, when, and what became of it.",
)


@bp.get("")
@requires("deliveries:read")
@bp.arguments(DeliveryArgs, location="query")
@bp.response(200, page_schema(DeliverySchema))
def browse(args):
    """List deliveries, newest due first"""
    return page_of(ledger.browse(current().workspace_id, **args))


@bp.get("/count")
@requires("deliveries:read")
@bp.arguments(LedgerArgs, location="query")
@bp.response(200, CountSchema)
def count(args):
    """Count deliveries by the same filter"""
    return {"count": ledger.count(current().workspace_id, **args)}


@bp.post("/resend-failed")
@requires("deliveries:act")
@bp.arguments(BulkArgs)
@bp.response(200, BulkSchema)
def resend_failed(data):
    """Send messages again that failed, at most 1,000 at a time

    Each with its Message-ID. Those whose words are forgotten stay as they are.
    """
    return resending.send_all_again(current().workspace_id, state=FAILED, **data)


@bp.post("/cancel-pending")
@requires("deliveries:act")
@bp.arguments(BulkArgs)
@bp.response(200, BulkSchema)
def cancel_pending(data):
    """Call off messages that wait, at most 1,000 at a time, the oldest first"""
    return resending.cancel_waiting(current().workspace_id, **data)


@bp.get("/balance")
@requires("deliveries:read")
@bp.response(200, BalanceSchema)
def balance():
    """Sum up what was asked for and what became of it

    For every kind of source, `audience` is the sum of its states.
    """
    return books.summary(books.balance(current().workspace_id))


@bp.get("/summary")
@requires("deliveries:read")
@bp.response(200, SummarySchema)
def summary():
    """Show what goes out right now, what waits, and what is in the way

    Tries are counted every ten seconds, so `sent_last_minute` is a few seconds behind.
    """
    return traffic.of(current().workspace_id)


@bp.get("/<uuid:delivery_id>")
@requires("deliveries:read")
@bp.response(200, DeliveryDetailSchema)
@bp.alt_response(404, "Problem")
def show(delivery_id):
    """Show a delivery with every attempt"""
    return service.get(current().workspace_id, delivery_id)


@bp.post("/<uuid:delivery_id>/send-again")
@requires("deliveries:act")
@bp.response(200, DeliveryDetailSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def send_again(delivery_id):
    """Send a message again that failed, was missed or is in doubt

    With the same Message-ID: a mailbox that has it already may show it once.
    """
    return service.send_again(current().workspace_id, delivery_id)
