"""What a start tells a person: how to sign in, where mail lands, where the logs are."""

from collections.abc import Iterator
from pathlib import Path

from accounts import Account
from reminder_app.config import Settings

Row = tuple[str, str]
COMMAND = "bin/flask accounts set-password"


def rows(
    settings: Settings, account: Account | None, demo: list[str], folder: Path
) -> Iterator[Row]:
    url = settings.public_url
    yield from sign_in(settings, account)
    for number, line in enumerate(demo):
        yield ("" if number else "Demo"), line
    if settings.sign_up_open:
        yield "Own account", f"{url}/sign-up"
    if not settings.smtp_host:
        yield "Mail", f"{url}/mailbox   (stays on this machine)"
    yield "Logs", str(folder / "log")


def sign_in(settings: Settings, account: Account | None) -> Iterator[Row]:
    if account is None:
        yield "First account", "bin/flask accounts create-user EMAIL"
    elif account.password:
        yield "Sign in as", account.email
        yield "Password", f"{account.password}   (shown only now)"
    elif settings.is_development:  # elsewhere it is nobody else's business who is there
        yield "Sign in as", account.email
        yield (
            "Password",
            f"as shown once, when the account was made; not seen, or lost: {COMMAND} {account.email}",
        )
