import threading
import time

import pytest
from argon2 import PasswordHasher

from reminder_app.accounts import credentials, service, sign_in
from reminder_app.accounts.common_passwords import COMMON
from reminder_app.database import db
from tests.conftest import PASSWORD


def test_it_is_argon2id_with_the_asked_work():
    hashed = credentials.hash_password("four words in a row")

    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert credentials.is_password("four words in a row", hashed)
    assert not credentials.is_password("four words in a raw", hashed)
    assert not credentials.is_password("four words in a row", None)


def test_at_most_two_are_hashed_at_a_time(monkeypatch):
    running, most = [], []

    class Slow:
        def hash(self, _password):
            running.append(1)
            most.append(len(running))
            time.sleep(0.05)
            running.pop()
            return "-"

    monkeypatch.setattr(credentials, "HASHER", Slow())
    threads = [
        threading.Thread(target=credentials.hash_password, args=("password",)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(most) == 8
    assert max(most) == 2


@pytest.mark.parametrize("password", ["", "1234567", "ä" * 513, "half \ud800 of a character"])
def test_what_can_be_no_password_is_refused(password):
    assert credentials.refusal(password)


@pytest.mark.parametrize("password", ["12345678", "ä" * 512, " " * 8, "日本語のパスワード"])
def test_length_is_the_only_hard_rule(password):
    assert not credentials.refusal(password)


@pytest.mark.parametrize(
    "password",
    ["password", "Password1!", "QWERTYUIOP", "11111111", "aaaaaaaaaaaa", "iloveyou2", "summer2026",
     "alice.baker", "Alice.Baker@Example.org"],
)  # fmt: skip
def test_what_guessers_try_first_is_refused(password):
    assert credentials.weakness(password, "alice.baker@example.org")


@pytest.mark.parametrize("password", ["correct horse battery", "xkqzwvjy", "Kaffee um 16:30"])
def test_no_kinds_of_letters_are_asked_for(password):
    assert not credentials.weakness(password, "alice@example.org")


def test_the_list_holds_only_what_is_long_enough():
    assert len(COMMON) > 200
    assert [word for word in COMMON if len(word) < 8 or word != word.lower()] == []


def test_a_token_carries_its_own_check():
    token = credentials.new_token()

    assert token.startswith("rk_live_")
    assert credentials.is_token(token)
    assert not credentials.is_token(token[:-1] + ("0" if token[-1] != "0" else "1"))
    assert not credentials.is_token("")


def test_two_secrets_are_never_alike():
    assert len({credentials.new_secret() for _ in range(1000)}) == 1000


def test_an_older_hash_is_renewed_at_sign_in(app, alice):
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    service.get_user(alice.id).password_hash = weak
    db.session.commit()

    sign_in.sign_in(alice.email, PASSWORD)

    renewed = service.get_user(alice.id).password_hash
    assert credentials.is_outdated(weak)
    assert not credentials.is_outdated(renewed)
    assert credentials.is_password(PASSWORD, renewed)
