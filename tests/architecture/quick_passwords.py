"""A pytest plugin: argon2 with little work. Its 70 ms a hash would be half the time of all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from reminder_app.accounts import credentials

# What says how much work a password is in production.
REAL_WORK = {"test_passwords.py"}
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
NOBODY = QUICK.hash("nobody")


@pytest.fixture(autouse=True)
def quick_passwords(request: pytest.FixtureRequest) -> Iterator[None]:
    if Path(request.node.path).name in REAL_WORK:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "HASHER", QUICK)
        patch.setattr(credentials, "NOBODY", NOBODY)
        yield
