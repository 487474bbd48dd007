"""What passes between us and a mail server, whatever its manners (RFC 5321, RFC 2920)."""

import dataclasses
import random
import socket
import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_app.delivery import breaker
from reminder_app.delivery.channels import SendError, email, wire
from reminder_app.delivery.channels.email import EmailChannel, Moments
from reminder_app.delivery.sending import Courier
from tests.delivery.test_message import letter
from tests.servers.certificates import make_certificate
from tests.servers.smtp_script import (
    ScriptedSmtp,
    hangs_up,
    resets,
    says_and_hangs_up,
)

CONTENT = b"Subject: Rent\r\n\r\n" + b"Pay the rent.\r\n" * 200
GROUP = ["MAIL", "RCPT", "DATA"]
WITHOUT = ("8BITMIME",)


def settings_for(settings, server):
    return dataclasses.replace(
        settings,
        smtp_host="localhost",
        smtp_port=server.port,
        smtp_security=server.security,
        mail_from="Reminder App <reminders@example.net>",
    )


@pytest.fixture
def server():
    with ScriptedSmtp() as server:
        yield server


@pytest.fixture
def channel(settings, server):
    channel = EmailChannel(settings_for(settings, server))
    yield channel
    channel.close()


@pytest.fixture
def courier(app, settings, server):
    courier = Courier(settings_for(settings, server))
    yield courier
    courier.close()


def send(channel, name="alice", following="", content=CONTENT, at=None):
    to = f"{following}@example.org" if following else ""
    return channel.send(letter(address=f"{name}@example.org"), content, at or Moments(), to)


def refused(channel, *args, **kwargs) -> SendError:
    with pytest.raises(SendError) as caught:
        send(channel, *args, **kwargs)
    return caught.value


def recipients(server):
    return [mail.recipients for mail in server.mails]


def is_whole(server):
    return all(mail.content == CONTENT for mail in server.mails)


@pytest.mark.parametrize("offers", [WITHOUT, ("PIPELINING",)], ids=["without", "with"])
@pytest.mark.parametrize("pace", ["at once", "slowly", "byte by byte"])
def test_at_any_pace_each_mail_arrives_once_and_whole(server, channel, offers, pace):
    server.offers, server.pace = offers, pace

    told = [send(channel, "alice", "bob"), send(channel, "bob", "carol"), send(channel, "carol")]

    assert told == ["250 2.0.0 kept"] * 3
    assert recipients(server) == [[f"{name}@example.org"] for name in ("alice", "bob", "carol")]
    assert {mail.sender for mail in server.mails} == {"reminders@example.net"}
    assert is_whole(server)
    assert (server.connections, server.verbs()) == (1, GROUP * 3)


def test_answers_may_come_in_one_packet(server, channel):
    server.pace = "one packet"

    send(channel, "alice", "bob")
    send(channel, "bob")

    assert recipients(server) == [["alice@example.org"], ["bob@example.org"]]


def test_without_pipelining_no_command_leaves_before_the_answer_to_the_last(server, channel):
    server.offers = WITHOUT
    heard = []

    def ok(dialogue):
        heard.append(bytes(dialogue._unread))
        return b"250 ok\r\n"

    server.answers["mail"] = server.answers["rcpt"] = server.answers["end"] = [ok] * 4

    send(channel, "alice", "bob")

    assert heard == [b""] * 3


@pytest.mark.parametrize(
    ("at", "words", "reason"),
    [
        ("mail", b"451 4.3.0 busy\r\n", "provider"),
        ("mail", b"552 too big\r\n", "content"),
        ("rcpt", b"450 4.2.1 mailbox busy\r\n", "recipient"),
        ("rcpt", b"550 5.1.1 no such user\r\n", "recipient"),
        ("data", b"451 4.3.0 busy\r\n", "provider"),
        ("data", b"554 5.7.1 no\r\n", "content"),
        ("end", b"451 4.3.0 busy\r\n", "provider"),
        ("end", b"554 5.7.1 spam\r\n", "content"),
    ],
)
@pytest.mark.parametrize("offers", [WITHOUT, ("PIPELINING",)], ids=["without", "with"])
def test_a_refusal_is_told_and_the_next_goes_over_the_same_connection(
    server, channel, offers, at, words, reason
):
    server.offers = offers
    server.answers[at] = [words]

    trouble = refused(channel, "alice", "bob")
    send(channel, "bob")

    assert (trouble.reason, trouble.words) == (reason, words.decode().strip())
    assert recipients(server) == [["bob@example.org"]]
    assert server.connections == 1
    assert is_whole(server)


@pytest.mark.parametrize("at", ["mail", "rcpt"])
def test_a_server_that_wants_the_content_of_what_it_refused_gets_none(server, channel, at):
    """RFC 2920 3.1: DATA was on its way, 354 is the answer to it, and a lone dot ends it."""
    server.answers[at] = [b"554 5.1.1 nobody\r\n"]

    trouble = refused(channel, "alice")
    send(channel, "bob")

    assert trouble.words == "554 5.1.1 nobody"
    assert recipients(server) == [["bob@example.org"]]
    assert server.connections == 1
    assert server.halves == []


def test_an_announced_mail_that_is_refused_does_not_spoil_the_one_before(server, channel):
    server.answers["rcpt"] = [b"250 ok\r\n", b"550 5.1.1 nobody\r\n"]

    assert send(channel, "alice", "bob") == "250 2.0.0 kept"
    assert refused(channel, "bob", "carol").words == "550 5.1.1 nobody"
    send(channel, "carol")

    assert recipients(server) == [["alice@example.org"], ["carol@example.org"]]


@pytest.mark.parametrize("at", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("offers", [WITHOUT, ("PIPELINING",)], ids=["without", "with"])
def test_a_server_that_closes_in_the_middle_of_a_group_has_no_mail(server, channel, offers, at):
    server.offers = offers
    server.answers[at] = [says_and_hangs_up(b"421 4.3.2 shutting down\r\n")]

    trouble = refused(channel, "alice", "bob")
    send(channel, "bob")

    assert trouble.words == "421 4.3.2 shutting down"
    assert (trouble.permanent, trouble.reason == "unknown") == (False, False)
    assert recipients(server) == [["bob@example.org"]]
    assert server.connections == 2


@pytest.mark.parametrize("offers", [WITHOUT, ("PIPELINING",)], ids=["without", "with"])
@pytest.mark.parametrize("following", ["", "bob"], ids=["idle", "announced"])
def test_a_server_that_has_enough_of_one_connection_gets_another(
    server, channel, offers, following
):
    """Idle for too long, or so many mails: neither a try of the message nor trouble of the account."""
    server.offers = offers
    bye = says_and_hangs_up(b"421 4.4.2 closing this connection\r\n")

    server.answers["mail"] = [b"250 ok\r\n", bye]

    send(channel, "alice", following)
    assert send(channel, "bob") == "250 2.0.0 kept"

    assert recipients(server) == [["alice@example.org"], ["bob@example.org"]]
    assert server.connections == 2
    assert is_whole(server)


@pytest.mark.parametrize("offers", [WITHOUT, ("PIPELINING",)], ids=["without", "with"])
def test_a_server_that_takes_no_mail_on_any_connection_is_about_the_account(
    server, channel, offers
):
    server.offers = offers
    send(channel, "alice")
    server.answers["mail"] = [says_and_hangs_up(b"421 4.3.2 not now\r\n")] * 2

    trouble = refused(channel, "bob")

    assert (trouble.reason, trouble.words) == ("account", "421 4.3.2 not now")


@pytest.mark.parametrize("end", [hangs_up, resets])
@pytest.mark.parametrize("at", ["connect", "mail", "rcpt", "data"])
def test_a_connection_lost_before_the_content_is_opened_anew_once(server, channel, at, end):
    server.answers[at] = [end]
    if at == "connect":
        assert refused(channel).reason == "account"
    assert send(channel) == "250 2.0.0 kept"

    server.answers[at] = [end, end]
    channel.close()
    trouble = refused(channel)

    assert trouble.reason in ("provider", "account")
    assert not trouble.permanent
    assert recipients(server) == [["alice@example.org"]]


def test_lost_after_354_it_is_sent_anew_and_counts_once(server, channel):
    server.answers["data"] = [says_and_hangs_up(b"354 go ahead\r\n")]
    content = CONTENT * 2000  # more than the kernel takes from us before it hears of the end

    assert send(channel, content=content) == "250 2.0.0 kept"

    assert [mail.content == content for mail in server.mails] == [True]


@pytest.mark.parametrize("seed", range(12))
def test_cut_at_any_byte_of_the_content_no_mail_is_lost_or_doubled(server, channel, seed):
    """What fitted into the kernel may have arrived: then it is a doubt, and not sent again here."""
    cut = random.Random(seed).randrange(1, len(CONTENT))
    server.answers["content"] = [cut]

    try:
        told = send(channel, "alice", "bob")
    except SendError as trouble:
        told = trouble.reason

    assert (told, recipients(server)) in [
        ("unknown", []),
        ("250 2.0.0 kept", [["alice@example.org"]]),
    ]
    send(channel, "bob")

    assert recipients(server)[-1] == ["bob@example.org"]
    assert is_whole(server)


@pytest.mark.parametrize("end", [hangs_up, resets])
def test_cut_after_the_dot_it_is_a_doubt_and_the_next_is_right(server, channel, end):
    server.answers["end"] = [end]

    assert refused(channel, "alice", "bob").reason == "unknown"
    send(channel, "bob")

    assert recipients(server) == [["alice@example.org"], ["bob@example.org"]]
    assert is_whole(server)


def test_an_announced_mail_that_is_not_sent_leaves_nothing(server, channel):
    """Called off, or the batch was over: the connection ends instead of giving it a content."""
    send(channel, "alice", "bob")
    send(channel, "carol")

    assert recipients(server) == [["alice@example.org"], ["carol@example.org"]]
    assert server.connections == 2
    assert is_whole(server)
    assert server.halves in ([], [b""])


def test_an_announced_mail_that_is_stopped_at_the_last_look_leaves_nothing(server, channel):
    def stop():
        raise SendError("provider", False, "called off")

    send(channel, "alice", "bob")
    assert refused(channel, "bob", "carol", at=Moments(before=stop)).words == "called off"
    send(channel, "carol")

    assert recipients(server) == [["alice@example.org"], ["carol@example.org"]]
    assert is_whole(server)
    assert not any(server.halves)  # no command was taken for a content


def test_a_channel_that_is_closed_with_a_mail_announced_ends_none(server, channel):
    send(channel, "alice", "bob")
    channel.close()
    send(channel, "alice")

    assert len(server.mails) == 2
    assert is_whole(server)
    assert not any(server.halves)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (b"250-2.0.0 kept\r\n250-by us\r\n250 for you\r\n", "250 2.0.0 kept by us for you"),
        (b"250\r\n", "250"),
        (b"250 \r\n", "250"),
        (b"250 gr\xfc\xdfe \x00\x1b[31m\t\x85\r\n", None),
        (b"250 ok\n", "250 ok"),
        (b"250 " + b"x" * 9000 + b"\r\n", None),
        (b"250-" + b"x" * 9000 + b"\r\n250 ok\r\n", None),
        (b"250-line\r\n" * 500 + b"250 ok\r\n", None),
    ],
    ids=["many lines", "bare", "space", "odd bytes", "LF", "long", "long and more", "500 lines"],
)
def test_answers_of_any_shape_are_read(server, channel, words, told):
    server.answers["end"] = [words]

    answer = send(channel, "alice", "bob")
    send(channel, "bob")

    assert answer == told or told is None
    assert answer.startswith("250")
    assert answer.isprintable()
    assert len(answer) <= 255
    assert recipients(server) == [["alice@example.org"], ["bob@example.org"]]


@pytest.mark.parametrize("at", ["mail", "rcpt", "data"])
def test_many_lines_belong_to_one_answer_in_a_group_too(server, channel, at):
    code = b"354" if at == "data" else b"250"
    server.answers[at] = [code + b"-well\r\n" + code + b"-then\r\n" + code + b" ok\r\n"]
    server.pace = "byte by byte"

    send(channel, "alice", "bob")
    send(channel, "bob")

    assert recipients(server) == [["alice@example.org"], ["bob@example.org"]]


@pytest.mark.parametrize("words", [b"what?\r\n", b"\r\n", b"2x0 ok\r\n", b"\xff\xfe\r\n"])
def test_what_is_no_answer_after_the_dot_is_a_doubt(server, channel, words):
    """It may have arrived; and what else this server would say cannot be trusted."""
    server.answers["end"] = [lambda dialogue: words]

    assert refused(channel, "alice", "bob").reason == "unknown"
    send(channel, "bob")

    assert recipients(server)[-1] == ["bob@example.org"]
    assert server.connections == 2


@pytest.mark.parametrize("at", ["mail", "rcpt", "data"])
def test_what_is_no_answer_before_the_content_costs_a_try_and_no_more(server, channel, at):
    server.answers[at] = [b"what?\r\n"]

    trouble = refused(channel, "alice")
    send(channel, "bob")

    assert (trouble.reason, trouble.permanent) == ("provider", False)
    assert recipients(server) == [["bob@example.org"]]


def test_an_answer_without_an_end_is_not_read_for_ever(server, channel):
    server.answers["end"] = [b"250-" + b"x" * (1 << 20) + b"\r\n250 ok\r\n"]

    assert refused(channel).reason == "unknown"


TEXT = st.lists(
    st.sampled_from([b".", b"..", b"\r\n", b"\n", b"\r", b".\r\n", b"\r\n.\r\n", b"QUIT", b"a b"]),
    max_size=40,
).map(b"".join)


def test_stuffed_and_unstuffed_the_bytes_are_the_same(server, channel):
    @given(TEXT)
    def property_holds(text):
        content = b"Subject: Rent\r\n\r\n" + text + b"\r\n"
        server.mails.clear()

        send(channel, content=content)

        (mail,) = server.mails
        lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
        assert mail.content == lines

    property_holds()
    assert set(server.verbs()) == set(GROUP)


@pytest.fixture(scope="module")
def trusted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    make_certificate(folder / "server.pem", folder / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context, folder / "ca.pem"


@pytest.mark.parametrize("pace", ["at once", "byte by byte", "one packet"])
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_groups_pass_through_encryption(settings, trusted, monkeypatch, security, pace):
    context, ca_file = trusted
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    with ScriptedSmtp(security, context) as server:
        channel = EmailChannel(settings_for(settings, server))
        channel.open()
        server.pace = pace
        server.answers["rcpt"] = [b"250 ok\r\n", b"550 no\r\n"]

        send(channel, "alice", "bob")
        assert refused(channel, "bob", "carol").words == "550 no"
        send(channel, "carol", content=CONTENT * 100)
        channel.close()

    assert recipients(server) == [["alice@example.org"], ["carol@example.org"]]
    assert server.mails[1].content == CONTENT * 100
    assert server.connections == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_cut_under_encryption_is_a_doubt_as_soon_as_the_dot_may_have_left(
    settings, trusted, monkeypatch, security
):
    context, ca_file = trusted
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    with ScriptedSmtp(security, context) as server:
        channel = EmailChannel(settings_for(settings, server))
        server.answers["end"] = [hangs_up]

        assert refused(channel, "alice").reason == "unknown"
        send(channel, "bob")
        channel.close()

    assert recipients(server) == [["alice@example.org"], ["bob@example.org"]]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_cut_in_the_middle_under_encryption_is_a_doubt_and_is_not_sent_anew(
    settings, trusted, monkeypatch, security
):
    """What was encrypted may have left, whatever the kernel says of the rest."""
    context, ca_file = trusted
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    with ScriptedSmtp(security, context) as server:
        channel = EmailChannel(settings_for(settings, server))
        server.answers["content"] = [1000]

        trouble = refused(channel, content=CONTENT * 4000)
        channel.close()

    assert trouble.reason == "unknown"
    assert server.mails == []


def test_what_is_said_before_the_encryption_counts_for_nothing_after_it(
    settings, trusted, monkeypatch
):
    """Answers slipped in by somebody on the way would be taken for the server's (CVE-2021-38371)."""
    context, ca_file = trusted
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    with ScriptedSmtp("starttls", context) as server:
        slipped_in = b"250 ok\r\n250 ok\r\n354 go ahead\r\n250 kept\r\n" * 9
        server.answers["starttls"] = [b"220 go ahead\r\n" + slipped_in]
        channel = EmailChannel(settings_for(settings, server))
        channel.open()
        server.answers["rcpt"] = [b"550 5.1.1 nobody\r\n"]

        assert refused(channel, "alice").words == "550 5.1.1 nobody"
        channel.close()


def test_each_wait_ends_when_it_should(channel, monkeypatch):
    """RFC 5321 4.5.3.2: 600 s after the dot, as a shorter one makes duplicates."""
    connect, waits = socket.create_connection, []

    def noted(address, timeout=None, *args, **kwargs):
        waits.append(timeout)
        return connect(address, timeout, *args, **kwargs)

    monkeypatch.setattr("socket.create_connection", noted)
    smtp = channel.open()

    assert waits == [10]
    assert (email.DOT_SECONDS, wire.VERB_SECONDS) == (600, 30)
    assert smtp.sock is not None
    assert smtp.sock.gettimeout() == 30


def test_a_stop_that_cuts_the_wire_tells_no_other_worker_that_the_account_is_broken(
    courier, plan, server, fresh, caplog, monkeypatch
):
    (delivery,) = plan()
    told = []
    monkeypatch.setattr(breaker.Breaker, "broke", lambda self, words: told.append(words))

    def stopped(dialogue):
        courier.stop(cut=True)

    server.answers["rcpt"] = [stopped]
    courier.send_due(0)

    assert fresh(delivery).state == "pending"
    assert told == []
    assert server.mails == []
