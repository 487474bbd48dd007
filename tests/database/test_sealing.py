"""What is secret in a row: unreadable without the key, silent wherever it is shown."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select

from reminder_app.database import db
from reminder_app.database.engine import EXTENSION, settings_of
from reminder_app.database.sealing import KeyLost, NoKey, Sealed, Secret, rotation
from reminder_app.database.sealing.keys import Keys

OLD, NEW = "o" * 48, "n" * 48
METADATA = MetaData()
SAFES = Table(
    "safes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("label", String(20)),
    Column("combination", Sealed),
)


@pytest.fixture
def keys(app, monkeypatch):
    def use(*texts):
        settings = replace(settings_of(), data_keys=texts)
        monkeypatch.setitem(app.extensions, EXTENSION, settings)

    use(NEW)
    return use


@pytest.fixture
def safes(app):
    METADATA.create_all(db.engine)
    yield
    db.session.rollback()
    METADATA.drop_all(db.engine)


def put(*secrets):
    rows = [{"id": n, "label": f"no. {n}", "combination": one} for n, one in enumerate(secrets, 1)]
    db.session.execute(insert(SAFES), rows)
    db.session.commit()


def test_what_was_sealed_is_opened_again(keys):
    secret = Secret.of("pässword")
    assert secret.reveal() == "pässword"


def test_nothing_of_it_is_told_where_it_is_shown(keys):
    secret = Secret.of("hunter2")
    for shown in (repr(secret), str(secret), f"{secret}", "%s" % [secret]):
        assert "hunter2" not in shown
        assert secret.token not in shown
    with pytest.raises(TypeError):
        json.dumps(secret)


def test_the_same_twice_looks_different(keys):
    assert Secret.of("hunter2").token != Secret.of("hunter2").token


def test_in_the_database_it_is_not_to_be_read(keys, safes):
    put(Secret.of("hunter2"), None)
    raw = db.session.connection().exec_driver_sql("SELECT combination FROM safes ORDER BY id").all()
    assert "hunter2" not in raw[0][0]
    assert raw[1][0] is None
    found = db.session.scalars(select(SAFES.c.combination).order_by(SAFES.c.id)).all()
    assert found[0].reveal() == "hunter2"
    assert found[1] is None


def test_without_a_key_nothing_is_kept(keys):
    keys()
    with pytest.raises(NoKey, match="flask secrets new-key"):
        Secret.of("hunter2")


def test_with_another_key_it_says_what_to_do(keys):
    secret = Secret.of("hunter2")
    keys(OLD)
    assert not secret.is_readable
    with pytest.raises(KeyLost, match="DATA_KEY_FALLBACKS"):
        secret.reveal()


@pytest.mark.parametrize("place", [0, 9, 20, -1])
def test_a_damaged_one_is_not_opened(keys, place):
    token = list(Secret.of("hunter2").token)
    token[place] = "A" if token[place] != "A" else "B"
    with pytest.raises(KeyLost):
        Secret("".join(token)).reveal()


def test_a_former_key_opens_and_does_not_seal(keys):
    keys(OLD)
    secret = Secret.of("hunter2")
    keys(NEW, OLD)
    assert secret.reveal() == "hunter2"
    assert Secret.of("hunter2").token.startswith(Keys([NEW]).newest)


def test_all_are_sealed_anew_and_the_former_key_may_go(keys, safes, monkeypatch):
    monkeypatch.setattr(rotation, "AT_ONCE", 2)
    keys(OLD)
    old = [Secret.of(f"number {n}") for n in range(5)]
    keys("l" * 48)
    lost = Secret.of("nobody knows")
    keys(NEW, OLD)
    put(*old, lost, Secret.of("number 5"), None)

    assert list(rotation.rotate(METADATA)) == [("safes.combination", 5, 1)]

    keys(NEW)
    found = db.session.scalars(select(SAFES.c.combination).order_by(SAFES.c.id)).all()
    readable = [one.reveal() for one in found if one and one.is_readable]
    assert readable == [f"number {n}" for n in range(6)]
    assert rotation.counts(METADATA)["safes.combination"][Keys([NEW]).newest] == 6
    assert list(rotation.rotate(METADATA)) == [("safes.combination", 0, 1)]


def test_the_command_says_whether_a_former_key_is_needed(app, keys):
    status = app.test_cli_runner().invoke(args=["secrets", "status"])
    assert status.exit_code == 0
    keys()
    refused = app.test_cli_runner().invoke(args=["secrets", "rotate"])
    assert refused.exit_code == 1
    assert "DATA_KEY is not set" in refused.output


def test_a_new_key_is_long_enough_for_the_settings(app):
    made = app.test_cli_runner().invoke(args=["secrets", "new-key"]).output.strip()
    assert len(made) >= 32
