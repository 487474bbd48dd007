"""Which files a message takes along, and which it links: as many as a mail carries, in their order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reminder_app.accounts.site import Site
from reminder_app.delivery.letters import ATTACHED, LINKED
from reminder_app.reminders import act_link

Files = dict[str, Any] | None


@dataclass(frozen=True)
class Along:
    by_mail: Files = None  # for Delivery.files
    otherwise: Files = None
    said: dict[str, str] = field(default_factory=dict)  # of its payload


NOTHING = Along()


def along(reminder: Any, site: Site, at: datetime) -> Along:
    """The same for all who get a message; nothing is asked for where there is none."""
    if not reminder.file_count:
        return NOTHING
    path = f"/f/{act_link.sign_files(site, reminder.workspace_id, reminder.id, at)}"
    by_mail = shared_out(reminder.files, site.most_attached)
    return Along(by_mail, shared_out(reminder.files, 0), {"files_path": path})


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
