"""Where files lie, and how much of them there may be."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from reminder_app.config import Settings
from reminder_app.errors import Unavailable, refuse
from reminder_app.files import names, store
from reminder_app.files.store import Stored
from reminder_app.translations import gettext as _
from reminder_app.translations.sizes import size_in_words

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Offered:
    """A file that may lie on the shelf: looked at, not written."""

    field: str
    name: str
    sha256: bytes
    size: int
    content: BinaryIO


@dataclass(frozen=True)
class Taken:
    """A file that lies on the shelf and belongs to nothing yet."""

    name: str
    sha256: bytes
    size: int


@dataclass(frozen=True)
class Shelf:
    folder: Path
    of_file: int  # bytes
    of_reminder: int
    of_workspace: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(
            settings.attachments_path,
            settings.attachment_size,
            settings.attachments_of_reminder,
            settings.attachments_of_workspace,
        )

    def look(self, field: str, name: str, content: BinaryIO) -> Offered:
        """Raises Invalid naming `field`."""
        name = names.safe(name)
        if names.is_refused(name):
            refuse(field, refused(name))
        content.seek(0)
        try:
            found = store.measure(content, self.of_file)
        except store.TooBig:
            refuse(field, self.too_big(name))
        if not found.size:
            refuse(field, _("“%(name)s” is empty: choose another file.", name=name))
        return Offered(field, name, found.sha256, found.size, content)

    def keep(self, one: Offered) -> Stored:
        """Raises Unavailable."""
        one.content.seek(0)
        try:
            return store.put(self.folder, one.content, self.of_file)
        except OSError as error:
            log.error("a file cannot be kept in %s: %s", self.folder, error.strerror)
            full = _(
                "There is no room for files on the server: tell who runs it, or try again later."
            )
            raise Unavailable(full, **{one.field: full}) from error

    def too_big(self, name: str) -> str:
        return _(
            "“%(name)s” is bigger than %(most)s: make it smaller, or give a link to it instead.",
            name=name,
            most=size_in_words(self.of_file),
        )


def refused(name: str) -> str:
    return _(
        "“%(name)s” cannot be sent: mail servers refuse files that end in .%(end)s. "
        "Give a link to it instead.",
        name=name,
        end=names.ending(name),
    )
