"""When one wants to be written to: quiet hours, days off, and the list of a day."""

import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

from reminder_app import recurrence
from reminder_app.accounts import service
from reminder_app.accounts.models import User
from reminder_app.database import now, transaction
from reminder_app.errors import refuse
from reminder_app.recurrence import Schedule, quiet
from reminder_app.recurrence.rrule import WEEKDAYS
from reminder_app.translations import gettext as _

# Who holds messages back for quiet hours. The application fills it in, as it lies above: (address).
listeners: list[Callable[[str], object]] = []
LISTS = ("all", "active")
SOME_DAY = date(2000, 1, 1)


def shown(user: User) -> dict[str, Any]:
    """As set_hours() takes them."""
    kept, digest = user.quiet or {}, user.digest or {}
    return {
        "quiet_from": clock(kept.get("from")),
        "quiet_until": clock(kept.get("until")),
        "days_off": kept.get("days_off", []),
        "lets_through": kept.get("lets_through", "urgent"),
        "digest_at": clock(digest.get("at")),
        "digest_of": digest.get("of", "all"),
    }


@transaction
def set_hours(
    user_id: uuid.UUID,
    *,
    quiet_from: time | None,
    quiet_until: time | None,
    days_off: Sequence[str],
    lets_through: str,
    digest_at: time | None,
    digest_of: str,
) -> User:
    """What is held back already is looked at anew. Raises Invalid."""
    if digest_of not in LISTS:
        refuse("digest_of", _("Choose one of: %(names)s.", names=", ".join(LISTS)))
    if not set(days_off) <= set(WEEKDAYS):
        refuse("days_off", _("Choose days of the week: %(days)s.", days=", ".join(WEEKDAYS)))
    days = frozenset(WEEKDAYS.index(day) for day in days_off)
    user = service.get_user(user_id)
    user.quiet = quiet.checked(quiet_from, quiet_until, days, lets_through)
    user.digest = {"at": f"{digest_at:%H:%M}", "of": digest_of} if digest_at else None
    wind(user)
    return user


def wind(user: User) -> None:
    """After any change of hours or zone."""
    user.digest_next = next_digest(user, now())
    for listen in listeners:
        listen(user.email)


def next_digest(user: User, after: datetime) -> datetime | None:
    """The next time of day after `after` at which the list is wanted."""
    at = clock((user.digest or {}).get("at"))
    if at is None:
        return None
    daily = Schedule(datetime.combine(SOME_DAY, at), user.time_zone, "FREQ=DAILY")
    return recurrence.after(daily, after)


def clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
