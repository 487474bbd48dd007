"""Which files a message takes along, and which it links: as many as a mail carries, in their order."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from reminder_app.accounts.site import Site
from reminder_app.delivery.letters import ATTACHED, LINKED
from reminder_app.reminders import act_link

Files = dict[str, Any] | None


@dataclass(frozen=True)
class Along:
    by_mail: Files = None  # for Delivery.files
    otherwise: Files = None
    signed: Callable[[uuid.UUID], str] | None = None

    def said_to(self, person_id: uuid.UUID) -> dict[str, str]:
        """Of its payload: where this one, and nobody else, finds them."""
        return {"files_path": f"/f/{self.signed(person_id)}"} if self.signed else {}


NOTHING = Along()


def along(reminder: Any, site: Site, at: datetime) -> Along:
    """The same files for all who get a message; nothing is asked for where there is none."""
    if not reminder.file_count:
        return NOTHING
    by_mail = shared_out(reminder.files, site.most_attached)
    signed = partial(act_link.sign_files, site, at, reminder.id)
    return Along(by_mail, shared_out(reminder.files, 0), signed)


def shared_out(files: Iterable[Any], most_attached: int) -> Files:
    found, left = {}, most_attached
    for one in files:
        fits = one.size <= left
        left -= one.size if fits else 0
        found[one.id.hex] = {
            "name": one.name,
            "type": one.media_type,
            "size": one.size,
            "sha256": one.sha256.hex(),
            "sent": ATTACHED if fits else LINKED,
        }
    return found or None
