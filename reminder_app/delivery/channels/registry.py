"""Which channel an account's messages go out through. Features register their own; delivery knows none."""

from collections.abc import Callable

from reminder_app.config import Settings
from reminder_app.delivery.account_names import EMAIL, kind_of
from reminder_app.delivery.channels.channel import Channel
from reminder_app.delivery.channels.email import EmailChannel
from reminder_app.delivery.channels.errors import ACCOUNT, SendError
from reminder_app.translations import N_

Maker = Callable[[str, Settings], Channel]
NO_MAKER = N_("Nothing here knows how to send through it.")
_makers: dict[str, Maker] = {}


def register(kind: str, maker: Maker) -> None:
    """For the accounts named `kind` or `kind.…`; for `email`, those of workspaces.

    `maker` is called in a worker, in an application context and outside of any transaction; it may
    look rows up, and raises SendError(ACCOUNT) where the account is gone or cannot be used.
    """
    _makers[kind] = maker


def for_account(account: str, settings: Settings) -> Channel:
    if account == EMAIL:
        return EmailChannel(settings)
    maker = _makers.get(kind_of(account))
    if maker is None:
        raise SendError(ACCOUNT, False, NO_MAKER)
    return maker(account, settings)
