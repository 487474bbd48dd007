"""The accounts that messages are sent through: what a person pauses, and what breaks by itself.

All workers share what is known, in the database. A broken account is left alone until `retry_at`;
then one of them, in turn, tries it with a few messages, and a success lets all of them go on.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reminder_app.database import database_now, db, now, transaction
from reminder_app.delivery import account_repository as repository
from reminder_app.delivery import backoff
from reminder_app.delivery.account_names import EMAIL, is_of_site, kind_of
from reminder_app.delivery.headers import LONGEST_WORDS, one_line, without_addresses
from reminder_app.delivery.models import SendingAccount
from reminder_app.errors import NotFound
from reminder_app.translations import N_, lazy_gettext

NO_SUCH = lazy_gettext("There is no such account.")
LONGEST_TITLE, MOST_SHOWN = 80, 100
# How long nobody else tries while one does: longer than a mail server is waited for.
A_TRY = timedelta(seconds=35)
# What workspaces are told of it; names and words are the operator's.
OPERATOR = N_("The operator")
CODE = re.compile(r"(?:^|: )([2-5]\d\d(?:[ -][245]\.\d{1,3}\.\d{1,3})?)(?![\w.])")


@dataclass(frozen=True, kw_only=True)
class Status:
    name: str
    title: str = ""
    owner_id: uuid.UUID | None = None  # a workspace; None: the site's
    paused_at: datetime | None = None
    paused_by: str = ""
    broken_since: datetime | None = None
    broken_words: str = ""
    retry_at: datetime | None = None
    failures: int = 0

    @property
    def label(self) -> str:
        return self.title or self.name.capitalize()

    @property
    def channel(self) -> str:
        return kind_of(self.name)

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def is_broken(self) -> bool:
        return self.broken_since is not None

    def for_all(self) -> "Status":
        """As it is told to people of any workspace; their own is told as it is."""
        if self.owner_id:
            return self
        by, words = self.paused_by and OPERATOR, self.broken_words and in_short(self.broken_words)
        return replace(self, paused_by=by, broken_words=words)


def in_short(words: str) -> str:
    """A mail server's words may be about one message: of its answer, only the number is told."""
    code = CODE.search(words)
    return (
        N_("It answers %(code)s.") % {"code": code[1]}
        if code
        else N_("Nothing can be handed to it.")
    )


def status(workspace_id: uuid.UUID | None = None) -> list[Status]:
    """Of the site's accounts, also where nothing was ever noted about it, and of those of a workspace."""
    return told(repository.accounts(workspace_id))


def status_for_all(workspace_id: uuid.UUID | None = None) -> list[Status]:
    return [account.for_all() for account in status(workspace_id)]


def status_for_operator() -> list[Status]:
    """Of the site's, and of those of workspaces that are paused or broken: MOST_SHOWN in all."""
    return told(repository.in_view(MOST_SHOWN))


def told(rows: Sequence[SendingAccount]) -> list[Status]:
    found = [status_of(row) for row in rows if row.owner_id or is_of_site(row.name)]
    has_email = any(one.name == EMAIL for one in found)
    return found if has_email else [Status(name=EMAIL), *found]


def find(name: str, workspace_id: uuid.UUID | None) -> Status:
    """`workspace_id`: whose it must be; None: the operator's look at any. Raises NotFound."""
    row = repository.find(name)
    if row is None and name == EMAIL and workspace_id is None:
        return Status(name=EMAIL)
    if row is None or (workspace_id and row.owner_id != workspace_id):
        raise NotFound(NO_SUCH)
    return status_of(row)


def status_of(row: SendingAccount) -> Status:
    return Status(
        name=row.name,
        title=row.title,
        owner_id=row.owner_id,
        paused_at=row.paused_at,
        paused_by=row.paused_by,
        broken_since=row.broken_since,
        broken_words=row.broken_words,
        retry_at=row.retry_at,
        failures=row.failures,
    )


@transaction
def first() -> str:
    """From the first day each has its row; in words what there is."""
    repository.know(EMAIL, database_now())
    return f"sending accounts: {EMAIL}"


@transaction
def add(name: str, workspace_id: uuid.UUID | None = None, title: str = "") -> None:
    """There is one more, or it is called something else now."""
    repository.know(name, database_now())
    repository.change_if(name, owner_id=workspace_id, title=one_line(title, LONGEST_TITLE))


@transaction
def remove(name: str) -> None:
    """What still waits for it is for the caller to call off."""
    repository.forget(name)


@transaction
def pause(name: str, by: str) -> None:
    """Nothing goes out through it from within a second on; who paused it first is remembered."""
    at = database_now()
    repository.know(name, at)
    is_not_yet = SendingAccount.paused_at.is_(None)
    repository.change_if(name, is_not_yet, paused_at=at, paused_by=by[:120])


@transaction
def resume(name: str) -> None:
    """Also what is broken is tried again at once: who asks for it may just have mended it."""
    repository.change_if(name, paused_at=None, paused_by="")
    try_again(name)


@transaction
def try_again(name: str) -> None:
    """What is broken may be mended now: nobody waits for its next turn."""
    is_broken = SendingAccount.broken_since.is_not(None)
    repository.change_if(name, is_broken, retry_at=database_now())


@dataclass(frozen=True)
class Leave:
    """What a worker was told when it asked whether it may send."""

    is_given: bool
    is_trial: bool = False  # it is broken: find out whether that is still so
    failures: int = 0


FREE, CLOSED = Leave(True), Leave(False)


def ask(name: str) -> Leave:
    """One look at one row while all is well."""
    try:
        state = repository.state_of(name)
        at = database_now() if state and state.retry_at else now()
    finally:
        db.session.rollback()  # no connection is held while mail is sent
    if state is None or (state.paused_at is None and state.retry_at is None):
        return FREE
    if state.paused_at or state.retry_at > at or not begin_trial(name, state.retry_at, at):
        return CLOSED
    return Leave(True, is_trial=True, failures=state.failures)


@transaction
def begin_trial(name: str, retry_at: datetime, at: datetime) -> bool:
    """Whether it is our turn."""
    return repository.change_if(name, SendingAccount.retry_at == retry_at, retry_at=at + A_TRY)


@transaction
def broke(name: str, words: str, leave: Leave, wait: timedelta | None = None) -> bool:
    """True where it worked so far. Of several who found out together, one counts. `wait`: as long as
    the server said.

    Whom the words are about is not kept: what stops all may have been said of one message.
    """
    at = database_now()
    repository.know(name, at)
    values = {
        "broken_words": without_addresses(words)[:LONGEST_WORDS],
        "retry_at": at + (wait or backoff.wait_for_account(leave.failures + 1)),
        "failures": leave.failures + 1,
    }
    if leave.is_trial:
        repository.change_if(name, SendingAccount.failures == leave.failures, **values)
        return False
    return repository.change_if(
        name, SendingAccount.broken_since.is_(None), broken_since=at, **values
    )


@transaction
def works(name: str) -> bool:
    """True where it was broken so far."""
    return repository.change_if(name, SendingAccount.broken_since.is_not(None), **repository.WORKS)
