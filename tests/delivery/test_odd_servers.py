"""A whole batch against a server that misbehaves at every other step, in an order nobody thought of."""

import dataclasses
import random
from collections import Counter

import pytest

from reminder_app.database import db
from reminder_app.delivery import books
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.sending import Courier
from tests.servers.smtp_script import ScriptedSmtp, hangs_up, resets, says_and_hangs_up

COUNT = 12
BEFORE = {
    "mail": [b"451 busy\r\n", b"552 too big\r\n"],
    "rcpt": [b"450 later\r\n", b"550 5.1.1 nobody\r\n"],
    "data": [b"451 busy\r\n", b"554 5.7.1 no\r\n"],
}
ANYWHERE = [
    hangs_up,
    resets,
    b"what?\r\n",
    says_and_hangs_up(b"421 bye\r\n"),
    says_and_hangs_up(b"2"),
]
AFTER = [b"451 busy\r\n", b"554 5.7.1 spam\r\n", hangs_up, resets, lambda _: b"what?\r\n"]


@pytest.fixture
def odd():
    with ScriptedSmtp() as odd:
        yield odd


@pytest.fixture
def courier(app, mail_settings, odd):
    settings = dataclasses.replace(mail_settings, smtp_port=odd.port)
    courier = Courier(settings)
    yield courier
    courier.close()


def misbehaving(server: ScriptedSmtp, dice: random.Random) -> None:
    """Half of what it is asked it answers well."""
    server.offers = dice.choice([("PIPELINING",), ("8BITMIME",)])
    server.pace = dice.choice(["at once", "byte by byte"])
    for at, refusals in BEFORE.items():
        server.answers[at] = [
            dice.choice(refusals + ANYWHERE) if dice.random() < 0.15 else b"250 ok\r\n"
            for _ in range(2 * COUNT)
        ]
    good = b"354 go ahead\r\n"
    server.answers["data"] = [
        good if one == b"250 ok\r\n" else one for one in server.answers["data"]
    ]
    server.answers["content"] = [
        dice.randrange(1, 600) if dice.random() < 0.1 else None for _ in range(COUNT)
    ]
    server.answers["end"] = [
        dice.choice(AFTER) if dice.random() < 0.3 else b"250 kept\r\n" for _ in range(COUNT)
    ]


@pytest.mark.parametrize("seed", range(16))
def test_what_the_ledger_says_is_what_the_server_has(courier, odd, plan, seed, later):
    dice = random.Random(seed)
    plan(COUNT, sent_again=False)
    misbehaving(odd, dice)

    for _ in range(COUNT):
        courier.send_due(0)
        later(seconds=61)  # an account that broke is tried again, and so is what was refused

    heads = (mail.content.partition(b"Message-ID: ")[2] for mail in odd.mails)
    accepted = Counter(head.partition(b"\r\n")[0].decode() for head in heads)
    db.session.rollback()
    for row in db.session.query(Delivery):
        times = accepted.pop(row.message_id, 0)
        allowed = {"sent": {1}, "unknown": {0, 1}, "failed": {0}, "pending": {0}}
        assert times in allowed[row.state], (row.state, row.reason, times)
        assert row.attempts == len(row.history)
    assert not accepted
    assert all(mail.content.endswith(b"--\r\n") for mail in odd.mails)
    assert all(account.is_balanced for account in books.balance())
