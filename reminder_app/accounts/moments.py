"""What one's own morning, noon, … is: where a line of plain words names them."""

import uuid
from collections.abc import Mapping
from datetime import time
from itertools import pairwise

from reminder_app.accounts import service
from reminder_app.accounts.hours import clock
from reminder_app.accounts.models import User
from reminder_app.database import transaction
from reminder_app.errors import refuse
from reminder_app.quick_add.meaning import MOMENTS
from reminder_app.translations import gettext as _


def shown(user: User) -> dict[str, time]:
    """All of them, those that are not one's own as they usually are."""
    own = {name: clock(at) for name, at in (user.moments or {}).items()}
    return {name: own.get(name) or usual for name, usual in MOMENTS.items()}


@transaction
def put(user_id: uuid.UUID, **given: time | None) -> User:
    """None: as usual. Raises Invalid."""
    user = service.get_user(user_id)
    own = {name: at for name, at in given.items() if at and at != MOMENTS[name]}
    check_order({**MOMENTS, **own})
    user.moments = {name: f"{at:%H:%M}" for name, at in own.items()} or None
    return user


def check_order(times: Mapping[str, time]) -> None:
    """An evening before noon would turn what was said around."""
    for before, after in pairwise(MOMENTS):
        if times[before] >= times[after]:
            refuse(after, _("Choose a time after the one before it."))
