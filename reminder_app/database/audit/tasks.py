"""What runs by itself; the product's schedule calls these. Without a trail they do nothing."""

from datetime import datetime, timedelta

from reminder_app.database import clock
from reminder_app.database.audit import checking, retention, sealing
from reminder_app.database.audit.part import trail_of

LOOKED_AT = timedelta(days=40)  # each day; all of it by `flask audit verify`


def seal() -> None:
    if trail := trail_of():
        sealing.seal(trail)


def verify() -> None:
    if trail := trail_of():
        checking.check(trail, clock.now() - LOOKED_AT)


def leaving(before: datetime, many: int) -> None:
    """A month is about to be dropped."""
    if trail := trail_of():
        sealing.retire(trail, before, many, f"the months before {before:%Y-%m} were dropped")


def keep() -> None:
    if trail := trail_of():
        checking.purge()
        retention.forget(trail)
