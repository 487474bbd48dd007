"""What mail servers answer in the world, and what is made of it."""

import pytest

from reminder_app.delivery.channels.answers import refusal

# at, the answer, whose trouble it is, for good, and whether the others should wait too.
ANSWERS = [
    # the address, or its mailbox
    ("rcpt", "550 5.1.1 <x@example.org>: Recipient address rejected: User unknown", "recipient", True, False),
    ("rcpt", "550-5.1.1 The email account that you tried to reach does not exist.", "recipient", True, False),
    ("rcpt", "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", "recipient", True, False),
    ("rcpt", "550 No such user here", "recipient", True, False),
    ("rcpt", "553 5.1.3 Invalid address", "recipient", True, False),
    ("rcpt", "554 5.7.1 Recipient not authorized, your message was not delivered", "recipient", True, False),
    ("rcpt", "550 5.2.1 The email account that you tried to reach is disabled", "recipient", True, False),
    ("end", "550 5.1.1 unknown user", "recipient", True, False),
    ("end", "552 5.2.2 The email account that you tried to reach is over quota", "recipient", True, False),
    ("rcpt", "452 4.2.2 The recipient's inbox is out of storage space", "recipient", False, False),
    ("rcpt", "452 4.2.2 Mailbox full", "recipient", False, False),
    ("end", "452 4.2.2 The email account that you tried to reach is over quota", "recipient", False, False),
    ("rcpt", "450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered", "recipient", False, False),
    ("end", "450 4.2.1 The user you are trying to contact is receiving mail too quickly", "recipient", False, False),
    ("rcpt", "450 4.2.0 <x@example.org>: Recipient address rejected: Greylisted", "recipient", False, False),
    ("rcpt", "451 4.7.1 Greylisting in action, please come back later", "recipient", False, False),
    ("rcpt", "451-192.0.2.1 is not yet authorized to deliver mail from <a> to <b>. Please try later.", "recipient", False, False),
    ("rcpt", "450 4.1.2 <x@nowhere.example>: Recipient address rejected: Domain not found", "recipient", False, False),
    # too fast: the next one would hear the same
    ("end", "421-4.7.0 Our system has detected an unusual rate of\n4.7.0 unsolicited mail originating from your IP address, it has been temporarily\n4.7.0 rate limited.", "provider", False, True),
    ("rcpt", "421 4.7.28 Gmail has detected an unusual rate of unsolicited mail", "provider", False, True),
    ("rcpt", "421 4.7.0 Try again later, closing connection.", "provider", False, True),
    ("rcpt", "450 4.2.1 Peak SMTP relay limit exceeded for this customer", "provider", False, True),
    ("end", "454 Throttling failure: Maximum sending rate exceeded.", "provider", False, True),
    ("end", "454 Throttling failure: Daily message quota exceeded.", "provider", False, True),
    ("rcpt", "450 4.7.1 Error: too much mail from 192.0.2.1", "provider", False, True),
    ("end", "451 4.7.500 Server busy. Please try again later from [192.0.2.1]. (S77719)", "provider", False, True),
    ("end", "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", "provider", False, True),
    ("mail", "452 4.3.2 Connection rate limit exceeded.", "provider", False, True),
    ("end", "550 5.4.5 Daily user sending limit exceeded.", "account", False, True),
    ("rcpt", "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients", "account", False, True),
    ("end", "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; the sender's submission quota was exceeded", "account", False, True),
    # no room for anybody
    ("mail", "452 4.3.1 Insufficient system storage", "provider", False, True),
    ("end", "452 4.3.1 Out of memory", "provider", False, True),
    ("rcpt", "451 4.3.2 Please try again later", "provider", False, True),
    ("mail", "451 busy", "provider", False, True),
    # us: our address, our machine, our account
    ("mail", "550 sender not allowed", "account", False, True),
    ("mail", "530 5.7.0 Must issue a STARTTLS command first.", "account", False, True),
    ("mail", "530 5.7.57 Client not authenticated to send mail", "account", False, True),
    ("mail", "553 5.1.8 Sender address rejected: Domain not found", "account", False, True),
    ("mail", "421 4.7.0 service closing", "account", False, True),
    ("rcpt", "553 5.7.1 <a@example.net>: Sender address rejected: not owned by user b", "account", False, True),
    ("rcpt", "554 5.7.1 <x@example.org>: Relay access denied", "account", False, True),
    ("rcpt", "550 5.7.1 Unable to relay", "account", False, True),
    ("rcpt", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", "account", False, True),
    ("rcpt", "535 5.7.8 Authentication credentials invalid", "account", False, True),
    ("rcpt", "450 4.7.25 Client host rejected: cannot find your hostname", "account", False, True),
    ("end", "550-5.7.26 Unauthenticated email from example.net is not accepted due to domain's DMARC policy.", "account", False, True),
    ("end", "550 5.7.25 The IP address sending this message does not have a PTR record setup", "account", False, True),
    ("end", "550 5.7.60 SMTP; Client does not have permissions to send as this sender", "account", False, True),
    ("rcpt", "550 5.7.606 Access denied, banned sending IP [192.0.2.1]", "account", False, True),
    ("end", "554 Message rejected: Email address is not verified.", "account", False, True),
    # the message
    ("end", "554 5.7.1 Message rejected as spam by Content Filtering.", "content", True, False),
    ("end", "550-5.7.1 [192.0.2.1 12] Our system has detected that this message is likely unsolicited mail.", "content", True, False),
    ("end", "552 5.7.0 This message was blocked because its content presents a potential security issue.", "content", True, False),
    ("end", "552 5.3.4 Message size exceeds fixed limit", "content", True, False),
    ("mail", "552 5.3.4 Message size exceeds fixed limit", "content", True, False),
    ("end", "552 5.2.3 Message size exceeds maximum permitted", "content", True, False),
    ("end", "554 5.6.0 Message contents not acceptable", "content", True, False),
    ("end", "554 Transaction failed", "content", True, False),
    ("end", "451 4.6.0 cannot scan this", "content", False, False),
    # the server
    ("end", "451 4.3.0 Mail server temporarily rejected message.", "provider", False, False),
    ("end", "451 Requested action aborted: local error in processing", "provider", False, False),
    ("rcpt", "451 4.3.0 Temporary lookup failure", "provider", False, False),
    ("rcpt", "421 4.4.2 mx.example Error: timeout exceeded", "provider", False, False),
    ("rcpt", "421 closing", "provider", False, False),
    ("end", "554 5.5.1 Error: no valid recipients", "provider", True, False),
    # nothing that is an answer to a message
    ("end", "199 well", "unknown", False, False),
    ("data", "250 ok", "provider", False, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "answer", "reason", "permanent", "stops"),
    ANSWERS,
    ids=[f"{a[0]} {a[1][:40]}" for a in ANSWERS],
)
def test_an_answer_says_whose_trouble_it_is(at, answer, reason, permanent, stops):
    trouble = refusal(at, int(answer[:3]), answer[4:].encode())

    assert (trouble.reason, trouble.permanent, trouble.stops) == (reason, permanent, stops)
    assert trouble.words.startswith(answer[:3])


def test_only_what_the_server_said_before_it_knew_of_the_message_costs_no_try():
    free = {
        at
        for at, answer, *_ in ANSWERS
        if not refusal(at, int(answer[:3]), answer[4:].encode()).is_try
    }

    assert free == {"mail"}


def test_too_fast_costs_one_message_a_try_and_the_others_wait(courier, plan, sink, fresh, later):
    rows = plan(40)
    sink.refuse(421, at="end", text="4.7.0 Too many messages from your IP, slow down", times=1)

    courier.send_due(0)

    assert sorted(fresh(row).tries for row in rows) == [0] * 39 + [1]
    told = {fresh(row).reason for row in rows[1:]}
    assert told == {"Waits, as those before it failed: It answers 421 4.7.0."}
    later(seconds=3)
    for _ in range(10):  # a batch is a second's work, of a slow machine less of it
        courier.send_due(0)
    # The one may have had its next turn by now.
    assert [fresh(row).state for row in rows if not fresh(row).tries] == ["sent"] * 39
    assert sink.count == sum(fresh(row).state == "sent" for row in rows)


def test_one_message_that_seems_to_be_about_us_does_not_stop_the_others_for_ever(
    courier, plan, sink, fresh, later
):
    (bad,) = plan(address="bad@example.org")
    good = plan(20)
    sink.refuse(554, address="bad@", text="5.7.1 Relay access denied")

    for _ in range(3):
        courier.send_due(0)
        later(seconds=61)

    assert {fresh(row).state for row in good} == {"sent"}
    assert (fresh(bad).state, fresh(bad).tries >= 1) == ("pending", True)


@pytest.mark.parametrize("times", [None, 2])
def test_a_server_that_fails_one_after_the_other_is_left_alone(courier, plan, sink, fresh, times):
    rows = plan(20)
    sink.refuse(451, at="end", text="4.3.0 local error", times=times)

    courier.send_due(0)

    assert sum(fresh(row).tries for row in rows) == (times or 3)
    assert sink.count == (18 if times else 0)


def test_a_server_that_breaks_off_after_each_message_leaves_few_in_doubt(
    courier, plan, sink, fresh
):
    rows = plan(20)
    sink.drop(at="end")

    courier.send_due(0)

    assert [fresh(row).state for row in rows].count("unknown") == 3
