"""A workspace's own mail servers: kept, changed, switched off, removed; their passwords told to nobody."""

import pytest
from sqlalchemy import text

from reminder_app.database import db
from reminder_app.database.sealing import Secret, secret
from reminder_app.database.sealing.keys import Keys
from reminder_app.delivery import sending_accounts
from reminder_app.delivery.senders import configurations
from reminder_app.errors import Conflict, Invalid, NotFound
from tests.senders.conftest import PASSWORD, USER, fields


@pytest.fixture
def kept(alice, configuration):
    id = configuration.id

    def kept():
        db.session.rollback()
        return configurations.get(alice.workspace_id, id)

    return kept


def edit(alice, kept, **changes):
    return configurations.edit(alice.workspace_id, kept().id, "Alice", **changes)


def test_it_is_kept_sealed_and_has_an_account_of_its_own(alice, configuration):
    row = db.session.execute(text("SELECT smtp_password FROM email_configurations")).scalar()

    assert PASSWORD not in row
    assert configuration.smtp_password.reveal() == PASSWORD
    account = sending_accounts.find(configuration.account, alice.workspace_id)
    assert (account.title, account.is_paused) == ("Office", False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", " "), ("name", "x" * 81), ("smtp_host", ""), ("smtp_host", "https://smtp.example.org"),
        ("smtp_host", "a b"), ("smtp_host", "-x.org"), ("smtp_port", 0), ("smtp_port", 65536),
        ("smtp_security", "ssl"), ("smtp_user", "jürgen"), ("smtp_password", "pässword"),
        ("smtp_password", ""), ("smtp_password", "x\ny"), ("from_address", "office"),
        ("mails_per_minute", 0),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(alice, own, name, value):
    with pytest.raises(Invalid) as refused:
        configurations.create(alice.workspace_id, "Alice", **fields(own, **{name: value}))

    assert list(refused.value.fields) == [name]
    assert "pässword" not in str(vars(refused.value))


def test_two_of_one_name_are_refused(alice, own, configuration):
    with pytest.raises(Conflict) as refused:
        configurations.create(alice.workspace_id, "Alice", **fields(own))

    assert "name" in refused.value.fields


def test_a_host_in_its_own_script_is_kept_as_name_servers_have_it(alice, own):
    made = configurations.create(
        alice.workspace_id, "Alice", **fields(own, smtp_host=" SMTP.Bücher.example ")
    )
    assert made.smtp_host == "smtp.xn--bcher-kva.example"


def test_an_empty_password_keeps_the_one_there_is(alice, kept):
    edit(alice, kept, smtp_password="", from_address="info@example.org")

    assert kept().smtp_password.reveal() == PASSWORD
    assert kept().from_address == "info@example.org"


@pytest.mark.parametrize(
    "change", [{"smtp_host": "elsewhere.example"}, {"smtp_port": 25}, {"smtp_security": "none"}]
)
def test_a_password_goes_to_no_other_server_than_it_was_typed_in_for(alice, kept, change):
    """Else whoever may change the host reads it there."""
    with pytest.raises(Invalid) as refused:
        edit(alice, kept, **change)
    assert refused.value.fields == {"smtp_password": configurations.ANEW}

    edit(alice, kept, smtp_password="another", **change)
    assert kept().smtp_password.reveal() == "another"


def test_without_a_user_no_password_is_kept(alice, kept):
    edit(alice, kept, smtp_user="")
    assert kept().smtp_password is None

    with pytest.raises(Invalid):
        edit(alice, kept, smtp_user=USER)


def test_a_change_of_what_was_tested_forgets_the_test(alice, kept, trusting):
    configurations.try_out(alice.workspace_id, kept().id, trusting)
    edit(alice, kept, name="Shop")
    assert kept().test_passed is True

    edit(alice, kept, smtp_password="another")
    assert (kept().test_passed, kept().tested_at, kept().test_words) == (None, None, "")


def test_without_a_key_nothing_is_kept_and_it_says_whom_to_ask(alice, own, monkeypatch, app):
    with monkeypatch.context() as patch:
        patch.setattr(secret, "keys", lambda: Keys([]))
        with pytest.raises(Invalid) as refused:
            configurations.create(alice.workspace_id, "Alice", **fields(own))

    assert refused.value.fields == {"smtp_password": configurations.NO_KEY}


def test_a_password_of_a_key_that_is_gone_says_so(alice, kept, trusting):
    row = kept()
    row.smtp_password = Secret("00000000:gone")
    db.session.commit()

    tried = configurations.try_out(alice.workspace_id, row.id, trusting)

    assert (tried.test_passed, tried.test_words) == (False, configurations.KEY_LOST)


def test_strangers_find_nothing(charlie, configuration):
    for action in (
        lambda: configurations.get(charlie.workspace_id, configuration.id),
        lambda: configurations.edit(charlie.workspace_id, configuration.id, "C", name="Mine"),
        lambda: configurations.delete(charlie.workspace_id, configuration.id),
    ):
        with pytest.raises(NotFound):
            action()
