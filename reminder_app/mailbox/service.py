"""What the sink has kept, as a person reads it. It is the mail of the whole machine: development only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import nlargest
from pathlib import Path

from reminder_app.errors import NotFound
from reminder_app.mailbox.message import Opened

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}\.eml")
BIGGEST_HEAD = 64_000  # bytes; what is read of a message for the list


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


def latest(folder: Path, limit: int) -> list[Mail]:
    """Newest first. Costs a look at each name and a read of the first `limit` messages' heads."""
    listed = (opened(folder / name, BIGGEST_HEAD) for name in newest_names(folder, limit))
    return [mail for mail in listed if mail]


def newest_names(folder: Path, limit: int) -> list[str]:
    """The sink names them by time of arrival."""
    return nlargest(limit, names(folder))


def names(folder: Path) -> Iterator[str]:
    if folder.is_dir():
        yield from (path.name for path in folder.iterdir() if NAME.fullmatch(path.name))


def read(folder: Path, name: str) -> Mail:
    """Raises NotFound, also for a name that would lead out of the folder."""
    mail = opened(folder / name) if NAME.fullmatch(name) else None
    if mail is None:
        raise NotFound("There is no such mail in the mailbox: it may have been deleted.")
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
