"""What the sink has kept, as a person reads it. It is the mail of the whole machine: development only.

`reader` is the address of somebody who sees only what went there; None sees all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import getaddresses
from heapq import nlargest
from itertools import islice
from pathlib import Path

from reminder_app.errors import NotFound
from reminder_app.mailbox.message import Opened
from reminder_app.translations import gettext as _

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}\.eml")
BIGGEST_HEAD = 64_000  # bytes; what is read of a message for the list
MOST_SEARCHED = 2_000  # of everybody's mails, for one's own among them


@dataclass(frozen=True)
class Mail:
    """Of a mail in a list, `text`, `html` and `attachments` may be cut short."""

    name: str
    arrived: datetime
    sender: str
    recipient: str
    subject: str
    date: str
    text: str
    html: str
    attachments: list[str]
    headers: list[tuple[str, str]]


def latest(folder: Path, limit: int, reader: str | None = None) -> list[Mail]:
    """Newest first. Costs a look at each name, and a read of the head of each mail passed over."""
    searched = newest_names(folder, limit if reader is None else MOST_SEARCHED)
    listed = (opened(folder / name, BIGGEST_HEAD) for name in searched)
    return list(islice((mail for mail in listed if mail and is_for(reader, mail)), limit))


def is_for(reader: str | None, mail: Mail) -> bool:
    to = [value for name, value in mail.headers if name.lower() in ("delivered-to", "to")]
    return reader is None or reader in (address.lower() for _, address in getaddresses(to))


def newest_names(folder: Path, limit: int) -> list[str]:
    """The sink names them by time of arrival."""
    return nlargest(limit, names(folder))


def names(folder: Path) -> Iterator[str]:
    if folder.is_dir():
        yield from (path.name for path in folder.iterdir() if NAME.fullmatch(path.name))


def read(folder: Path, name: str, reader: str | None = None) -> Mail:
    """Raises NotFound, also for a name that would lead out of the folder."""
    mail = opened(folder / name) if NAME.fullmatch(name) else None
    if mail is None or not is_for(reader, mail):
        raise NotFound(_("There is no such mail in the mailbox: it may have been deleted."))
    return mail


def opened(path: Path, limit: int = -1) -> Mail | None:
    """None when somebody empties the folder while we read it."""
    try:
        with path.open("rb") as file:
            content = file.read(limit)
        arrived = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
    message = Opened(content)
    return Mail(
        name=path.name,
        arrived=arrived,
        sender=message.header("from") or message.header("return-path"),
        recipient=message.header("to") or message.header("delivered-to"),
        subject=message.header("subject"),
        date=message.header("date"),
        text=message.text,
        html=message.html,
        attachments=message.attachments,
        headers=message.headers,
    )
