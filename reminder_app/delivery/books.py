"""The books: for every source, what was asked for is the sum of what became of it."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from reminder_app.database import now
from reminder_app.delivery import account_repository, repository
from reminder_app.delivery.account_names import EMAIL
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.states import STATES


@dataclass(frozen=True)
class Account:
    source_kind: str
    audience: int
    states: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def is_balanced(self) -> bool:
        return self.audience == self.total

    def as_dict(self) -> dict[str, Any]:
        line = {"source_kind": self.source_kind, "audience": self.audience, **self.states}
        return line | {"total": self.total, "balanced": self.is_balanced}


def balance(workspace_id: uuid.UUID | None = None) -> list[Account]:
    """Of one workspace, or of all; counts the whole ledger."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for kind, what, many in repository.counts(workspace_id):
        counts[kind][what] = many
    return [
        Account(kind, of.get("audience", 0), {state: of.get(state, 0) for state in STATES})
        for kind, of in sorted(counts.items())
    ]


def summary(accounts: Sequence[Account]) -> dict[str, Any]:
    return {
        "balanced": all(account.is_balanced for account in accounts),
        "audience": sum(account.audience for account in accounts),
        "total": sum(account.total for account in accounts),
        "sources": [account.as_dict() for account in accounts],
    }


def overdue(by: timedelta) -> Delivery | None:
    """The one of the site's mail that has waited longest past its time, when that is longer than `by`;
    one query. What waits for an account of a workspace or a person is no matter of all the others.

    With its reason: what keeps mail from going out at all is told to the messages.
    """
    return account_repository.oldest_waiting(EMAIL, now() - by)


def in_state(state: str, limit: int) -> Sequence[Delivery]:
    return repository.in_state(state, limit)
