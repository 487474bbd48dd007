import dataclasses
import traceback

import pytest

from reminder_app.delivery.channels import SendError
from reminder_app.delivery.channels.email import EmailChannel
from reminder_app.delivery.channels.wire import VERB_SECONDS, stuffed
from tests.servers import SmtpSink


def channel_to(sink, settings, **fields):
    return EmailChannel(
        dataclasses.replace(
            settings,
            smtp_host=sink.host,
            smtp_port=sink.port,
            smtp_security=sink.security,
            smtp_user=sink.user,
            smtp_password=fields.pop("password", sink.password),
            mail_from="reminders@example.net",
        )
    )


@pytest.fixture(scope="module", params=["starttls", "tls"])
def secure(request):
    with SmtpSink(security=request.param, user="app", password="right horse") as sink:
        yield sink


def test_it_verifies_the_server_and_signs_in(secure, settings, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(secure.ca_file))
    channel = channel_to(secure, settings)

    smtp = channel.open()

    assert smtp.sock.cipher()
    assert smtp.noop()[0] == 250
    channel.close()


def test_a_certificate_nobody_vouches_for_is_refused(secure, settings):
    with pytest.raises(SendError) as caught:
        channel_to(secure, settings).open()

    assert (caught.value.reason, caught.value.permanent) == ("account", False)
    assert "certificate" in caught.value.words


def test_a_wrong_password_is_about_the_account_and_is_never_told(secure, settings, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(secure.ca_file))
    with pytest.raises(SendError) as caught:
        channel_to(secure, settings, password="open sesame").open()

    assert caught.value.reason == "account"
    assert "535 5.7.8 wrong name or password" in caught.value.words
    assert "sesame" not in repr(caught.value.args)


@pytest.mark.parametrize("account", [{"smtp_password": "öpen"}, {"smtp_user": "öpen"}])
def test_what_cannot_be_sent_to_sign_in_is_about_the_account_and_is_never_told(
    secure, settings, monkeypatch, account
):
    monkeypatch.setenv("SSL_CERT_FILE", str(secure.ca_file))
    channel = channel_to(secure, settings)
    channel.settings = dataclasses.replace(channel.settings, **account)

    with pytest.raises(SendError) as caught:
        channel.open()

    assert (caught.value.reason, caught.value.permanent) == ("account", False)
    assert "SMTP_PASSWORD" in caught.value.words
    told = "".join(traceback.format_exception(caught.value))
    assert "öpen" not in told
    assert "\\xf6pen" not in told


def test_an_unknown_host_is_told_in_words(settings):
    away = dataclasses.replace(
        settings, smtp_host="no-such-host.invalid", mail_from="a@example.net"
    )

    with pytest.raises(SendError, match=r"SMTP_HOST"):
        EmailChannel(away).open()


def test_starttls_that_is_not_offered_is_refused(sink, settings):
    plain = dataclasses.replace(
        settings, smtp_host=sink.host, smtp_port=sink.port, smtp_security="starttls"
    )

    with pytest.raises(SendError) as caught:
        EmailChannel(plain).open()
    assert caught.value.reason == "account"


def test_an_idle_connection_is_left(sink, mail_settings, monkeypatch):
    channel = EmailChannel(mail_settings)
    first = channel.open()
    assert channel.open() is first

    monkeypatch.setattr("reminder_app.delivery.channels.email.IDLE_SECONDS", -1)

    assert channel.open() is not first
    channel.close()


def test_the_dot_leaves_at_once_and_every_wait_ends(sink, mail_settings):
    channel = EmailChannel(mail_settings)
    sock = channel.open().sock

    assert sock.gettimeout() == VERB_SECONDS
    assert sock.getsockopt(6, 1) == 1  # TCP_NODELAY
    channel.close()


@pytest.mark.parametrize(
    ("content", "wire"),
    [
        (b"a\r\nb\r\n", b"a\r\nb\r\n"),
        (b"a\nb\rc\r\n", b"a\r\nb\r\nc\r\n"),
        (b".\r\n..x\r\n", b"..\r\n...x\r\n"),
        (b"a\n.\nQUIT\r\n", b"a\r\n..\r\nQUIT\r\n"),
    ],
)
def test_nobody_smuggles_a_second_mail(content, wire):
    assert stuffed(content) == wire
