"""Whether an address has an account cannot be told by the clock either. Hashes at full work."""

import statistics
import time
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from reminder_app.accounts import credentials, sign_in
from tests.accounts.test_sign_in import enter
from tests.conftest import make_person

SIGN_UP = {"password": "quiet rivers bend twice", "name": ""}


@pytest.fixture
def alice(app, monkeypatch):
    hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
    monkeypatch.setattr(credentials, "HASHER", hasher)
    monkeypatch.setattr(credentials, "NOBODY", hasher.hash("nobody"))
    monkeypatch.setattr(sign_in, "FREE_FAILURES", 1000)
    return make_person(app, "alice")


ROUNDS = 4


def is_alike(
    action: Callable[[str], object],
    known: str,
    unknown: str,
    tries: int,
    alike: Callable[[float, float], bool],
) -> bool:
    """In one of some rounds: a busy machine spoils a round, and a difference shows in all of them."""
    return any(alike(*medians(action, known, unknown, tries)) for _ in range(ROUNDS))


def medians(action: Callable[[str], object], known: str, unknown: str, tries: int):
    """Taken in turns, so that a busy machine is busy for both."""
    times: dict[str, list[float]] = {known: [], unknown: []}
    for _ in range(tries):
        for email in times:
            begun = time.perf_counter()
            action(email.replace("#", str(time.monotonic_ns())))
            times[email].append(time.perf_counter() - begun)
    return [statistics.median(times[email]) for email in (known, unknown)]


def test_signing_in_takes_as_long_for_an_unknown_address(app, alice):
    def attempt(email):
        return enter(app.test_client(), email, "wrong password")

    # Without the hash for nobody the ratio is about 30.
    assert is_alike(
        attempt, alice.email, "nobody@example.org", 30, lambda one, other: 0.5 < one / other < 2
    )


def test_signing_up_takes_as_long_for_a_known_address(app, alice):
    def attempt(email):
        return app.test_client().post("/sign-up", data=SIGN_UP | {"email": email})

    assert is_alike(
        attempt, alice.email, "new#@example.org", 15, lambda one, other: 0.7 < one / other < 1.4
    )


def test_asking_for_a_reset_takes_about_as_long_for_an_unknown_address(app, alice):
    def attempt(email):
        return app.test_client().post("/reset", data={"email": email})

    # A letter is a few rows more; one hash or one word with a mail server is many times all of it.
    assert is_alike(
        attempt, alice.email, "nobody@example.org", 30, lambda one, other: one / other < 3
    )
