"""What runs by itself; the product's schedule calls it."""

import logging

from reminder_app.database.partitions import rolling
from reminder_app.database.partitions.ddl import Busy
from reminder_app.database.partitions.part import the_partitions

log = logging.getLogger(__name__)


def roll() -> None:
    """Months to come are made first: without them all rows go into the rest."""
    try:
        rolling.roll(the_partitions())
        rolling.expire(the_partitions())
    except Busy as error:
        log.warning("partitions: %s", error)  # in an hour is early enough: months are made ahead
