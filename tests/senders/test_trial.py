"""The test button: what is wrong with a mail server, said so that a person can mend it."""

import socket
import threading
from contextlib import suppress

import pytest

from reminder_app.delivery.senders import trial
from reminder_app.delivery.senders.server import Server
from tests.delivery.hanging import Hanging
from tests.senders.conftest import PASSWORD, USER, well
from tests.servers import SmtpSink
from tests.servers.smtp_script import ScriptedSmtp, hangs_up

FROM, ME = "office@example.org", "alice@example.org"


def server_at(at, **changes) -> Server:
    given = {
        "host": at.host,
        "port": at.port,
        "security": at.security,
        "user": getattr(at, "user", ""),
        "password": getattr(at, "password", ""),
        "may_be_private": True,
    }
    return Server(**given | changes)


def words_of(at, to="", **changes) -> str:
    result = trial.try_out(server_at(at, **changes), FROM, to, "Office")
    assert not result.passed
    assert PASSWORD not in result.words
    return result.words


@pytest.fixture(scope="module")
def starttls_server():
    with SmtpSink(security="starttls", user=USER, password=PASSWORD) as sink:
        yield sink


@pytest.fixture
def starttls(starttls_server, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(starttls_server.ca_file))
    return well(starttls_server)


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    """Where a test waits for a server to say nothing."""
    monkeypatch.setattr(trial, "ANSWER_SECONDS", 3.0)


def test_what_works_says_how_and_sends_nothing(own):
    result = trial.try_out(server_at(own), FROM)

    assert result.passed
    assert result.words == (
        "It works: localhost was reached over TLS, signed in, and would take mail from "
        "office@example.org."
    )
    assert own.count == 0


def test_a_mail_to_oneself(own):
    result = trial.try_out(server_at(own), FROM, ME, "Office")

    assert result.passed
    (mail,) = own.accepted()
    assert (mail["from"], mail["to"]) == (FROM, [ME])
    (said,) = own.messages()
    assert (said["Subject"], said["From"]) == ("A test of Office", FROM)


def test_starttls_works(starttls):
    assert trial.try_out(server_at(starttls), FROM).passed


def test_no_such_host(own):
    assert "There is no server called nowhere.invalid" in words_of(own, host="nowhere.invalid")


def test_nothing_listens(own):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        words = words_of(own, port=port)

    assert f"Nothing listens at localhost on port {port}. The usual ports are 465 with TLS" in words


def test_a_private_one_is_not_reached(own):
    before = own.connections

    words = words_of(own, may_be_private=False)

    assert "private network" in words
    assert "PRIVATE_HOSTS" in words
    assert own.connections == before


def test_tls_where_starttls_is_wanted(starttls):
    assert "choose STARTTLS" in words_of(starttls, security="tls")


@pytest.mark.parametrize("security", ["starttls", "none"])
def test_starttls_or_nothing_where_tls_is_wanted(own, security):
    assert (
        words_of(own, security=security)
        == "This port expects TLS from the first byte: choose TLS instead."
    )


def test_starttls_where_there_is_none(site):
    assert "does not offer STARTTLS" in words_of(site, security="starttls")


def test_a_server_that_says_nothing():
    with Hanging() as silent:
        server = Server("localhost", silent.port, "none", "", "", may_be_private=True)

        result = trial.try_out(server, FROM)

    assert "takes the connection and says nothing" in result.words


def test_a_server_that_hangs_up():
    with ScriptedSmtp(answers={"connect": [hangs_up] * 3, "content": []}) as at:
        words = words_of(at)

    assert "hung up before it said a word" in words


def test_a_certificate_of_another_name_tells_which(own):
    found = words_of(own, host="127.1")

    assert "The certificate is for localhost, and not for 127.1" in found


def test_a_certificate_of_another_name_over_starttls(starttls):
    assert "for localhost, and not for 127.1" in words_of(starttls, host="127.1")


def test_a_certificate_that_nobody_vouches_for(own, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")

    assert "Nobody we know vouches for the certificate" in words_of(own)


def test_a_wrong_password_hints_at_app_passwords(own):
    words = words_of(own, password="wrong-one")

    assert "did not accept user and password" in words
    assert "app password" in words
    assert "535" in words
    assert "wrong-one" not in words


def test_nobody_signs_in_where_somebody_must(own):
    assert "fill in user and password" in words_of(own, user="", password="")


def test_a_user_where_none_is_wanted(site):
    assert "lets nobody sign in" in words_of(site, user=USER, password=PASSWORD)


def test_encryption_wanted_first(site):
    site.refuse(530, at="mail", text="5.7.0 Must issue a STARTTLS command first")

    assert "wants encryption first: choose STARTTLS or TLS" in words_of(site)


def test_a_refused_sender(own):
    own.refuse(553, at="mail", text="5.7.1 Sender address rejected: not owned by user office")

    words = words_of(own)

    assert "does not let this user send as office@example.org" in words
    assert "not owned by user" in words


def test_a_refused_mail_to_oneself(own):
    own.refuse(550, at="rcpt", text="5.1.1 who is that")
    assert "but no mail to alice@example.org" in words_of(own, to=ME)

    own.behave()
    own.refuse(552, at="end", text="5.3.4 too big")
    assert "but not the mail" in words_of(own, to=ME)


def test_a_server_that_repeats_the_password_is_not_repeated(own):
    own.refuse(550, at="mail", text=f"no {PASSWORD} here")

    assert "no … here" in words_of(own)


@pytest.mark.parametrize(
    ("security", "begins"), [("none", b"220"), ("tls", b"\x16\x03\x03\x40\x00")]
)
def test_a_server_that_never_comes_to_an_end(monkeypatch, security, begins):
    """A byte now and then keeps each wait short."""
    monkeypatch.setattr(trial, "ALL_SECONDS", 2.0)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        given = (listening, begins, over)
        dribbling = threading.Thread(target=dribble, args=given)
        dribbling.start()
        port = listening.getsockname()[1]
        server = Server("localhost", port, security, "", "", may_be_private=True)

        result = trial.try_out(server, FROM)
        over.set()
        dribbling.join()

    assert not result.passed


def dribble(listening, begins, over):
    taken, _ = listening.accept()
    with taken, suppress(OSError):
        taken.sendall(begins)
        while not over.wait(0.2):
            taken.sendall(b"2")
