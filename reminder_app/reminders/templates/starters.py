"""Templates to begin with, by what a workspace is for; in the language of whoever looks at them."""

from collections.abc import Mapping
from typing import Any

from reminder_app.translations import lazy_gettext as _

HOUR, DAY = 60, 1440  # minutes
ME = [{"kind": "me"}]
STARTERS: Mapping[str, Mapping[str, Any]] = {
    "rent": {
        "title": _("Pay the rent"),
        "kind": "payment",
        "rule": "FREQ=MONTHLY;BYMONTHDAY=1",
        "advance_notices": [2 * DAY],
        "recipients": ME,
    },
    "medicine": {
        "title": _("Take the medicine"),
        "time": "08:00",
        "rule": "FREQ=DAILY",
        "zone_mode": "floating",
        "priority": "high",
        "nag": {"every": 15, "most": 4, "start": None, "end": None},
        "recipients": ME,
    },
    "birthday": {
        "title": _("Birthday"),
        "rule": "FREQ=YEARLY",
        "advance_notices": [7 * DAY],
        "recipients": ME,
    },
    "invoice": {
        "title": _("Invoice is due"),
        "kind": "payment",
        "advance_notices": [3 * DAY],
    },
    "tax": {
        "title": _("Tax return is due"),
        "kind": "deadline",
        "rule": "FREQ=YEARLY",
        "advance_notices": [14 * DAY, 2 * DAY],
        "priority": "high",
        "recipients": ME,
    },
    "appointment": {
        "title": _("Appointment"),
        "kind": "notice",
        "advance_notices": [DAY, 2 * HOUR],
    },
    "insurance": {
        "title": _("Insurance: pay, or cancel in time"),
        "kind": "deadline",
        "rule": "FREQ=YEARLY",
        "advance_notices": [42 * DAY, 7 * DAY],
        "recipients": ME,
    },
}
AT_HOME = ("rent", "medicine", "birthday", "insurance", "appointment", "tax")
AT_WORK = ("invoice", "appointment", "tax", "insurance", "rent")


def offered(kind: str) -> dict[str, dict[str, Any]]:
    """By key, for a workspace of this kind."""
    return {key: starter(key) for key in (AT_WORK if kind == "business" else AT_HOME)}


def starter(key: str) -> dict[str, Any]:
    """The fields of one. Raises KeyError."""
    found = STARTERS[key]
    return {**found, "title": str(found["title"])}
