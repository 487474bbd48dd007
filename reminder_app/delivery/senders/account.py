"""What the account of a workspace's own mail server is called."""

import uuid

from reminder_app.delivery.account_names import EMAIL

PREFIX = f"{EMAIL}."


def account_of(configuration_id: uuid.UUID) -> str:
    return PREFIX + configuration_id.hex


def configuration_of(account: str) -> uuid.UUID | None:
    """None: it is nobody's."""
    try:
        return uuid.UUID(hex=account.removeprefix(PREFIX))
    except ValueError:
        return None
