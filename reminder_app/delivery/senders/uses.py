"""Who sends in the name of identities. Features that do register here; delivery knows none of them."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reminder_app.translations import gettext as _


@dataclass(frozen=True)
class Use:
    what: str  # reminders
    many: Callable[[uuid.UUID, uuid.UUID], int]  # of a workspace, by an identity
    some: Callable[[uuid.UUID, uuid.UUID], Sequence[str]]  # a few of their titles
    move: Callable[[uuid.UUID, uuid.UUID, uuid.UUID | None], None]  # to another, or to the default


uses: list[Use] = []


@dataclass(frozen=True)
class Found:
    what: str
    many: int
    some: Sequence[str]

    def __str__(self) -> str:
        titles = ", ".join(self.some)
        if more := max(0, self.many - len(self.some)):
            titles = _("%(names)s and %(count)s more", names=titles, count=more)
        return _("%(count)s %(what)s (%(titles)s)", count=self.many, what=self.what, titles=titles)


def found(workspace_id: uuid.UUID, identity_id: uuid.UUID) -> list[Found]:
    counts = [(use, use.many(workspace_id, identity_id)) for use in uses]
    return [
        Found(use.what, many, use.some(workspace_id, identity_id)) for use, many in counts if many
    ]


def move(workspace_id: uuid.UUID, identity_id: uuid.UUID, to: uuid.UUID | None) -> None:
    for use in uses:
        use.move(workspace_id, identity_id, to)
