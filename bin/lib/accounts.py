"""The account that a first start makes, so that there is somebody to sign in as."""

import secrets
from dataclasses import dataclass

EMAIL = "you@example.org"  # a reserved domain: its mail reaches no stranger, whatever SMTP server comes later
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


@dataclass(frozen=True)
class Account:
    email: str
    password: str = ""  # told once, when it is made


def new_account() -> Account:
    groups = ("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    return Account(EMAIL, "-".join(groups))
