"""The life of a delivery, and what each state means to a person."""

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

MEANING: dict[str, str] = {
    PENDING: "Waits for its time.",
    HELD: "Held back for now; the reason says why.",
    HANDING_OVER: "Being handed to the mail server right now.",
    SENT: "The mail server took it.",
    FAILED: "Could not be sent. You can send it again.",
    UNKNOWN: "Handed over, but the answer was lost: it may have arrived.",
    SUPPRESSED: "Not sent, as this address does not want or take mail.",
    CANCELLED: "Called off before it went out.",
    MISSED: "Its time had passed before it could go out.",
    COLLAPSED: "Another message carried it; the reason names that one.",
}
STATES = tuple(MEANING)
