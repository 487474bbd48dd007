"""The life of a delivery, and what each state means to a person."""

from datetime import timedelta

from reminder_app.translations import lazy_gettext

PENDING, HANDING_OVER, HELD = "pending", "handing_over", "held"
SENT, FAILED, UNKNOWN = "sent", "failed", "unknown"
SUPPRESSED, CANCELLED, MISSED = "suppressed", "cancelled", "missed"
COLLAPSED = "collapsed"

# Nothing happens to these by itself any more.
FINAL = frozenset({SENT, FAILED, SUPPRESSED, CANCELLED, MISSED, COLLAPSED})
# Not handed over yet: these can be called off.
WAITING = frozenset({PENDING, HELD})
# Handed over, without an answer so far.
DOUBTFUL = frozenset({HANDING_OVER, UNKNOWN})
# A person may ask for these once more.
SENT_AGAIN = frozenset({FAILED, MISSED, UNKNOWN})
# What it said is kept for so long after it was planned.
KEPT = timedelta(days=90)

MEANING: dict[str, str] = {
    PENDING: lazy_gettext("Waits for its time."),
    HELD: lazy_gettext("Held back for now; the reason says why."),
    HANDING_OVER: lazy_gettext("Being handed to the mail server right now."),
    SENT: lazy_gettext("The mail server took it."),
    FAILED: lazy_gettext("Could not be sent. You can send it again."),
    UNKNOWN: lazy_gettext("Handed over, but the answer was lost: it may have arrived."),
    SUPPRESSED: lazy_gettext("Not sent, as this address does not want or take mail."),
    CANCELLED: lazy_gettext("Called off before it went out."),
    MISSED: lazy_gettext("Its time had passed before it could go out."),
    COLLAPSED: lazy_gettext("Another message carried it; the reason names that one."),
}
STATES = tuple(MEANING)
