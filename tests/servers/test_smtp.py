import smtplib
import ssl
import time

import pytest

from tests.servers import SmtpSink

MAIL = "Subject: Rent\r\nMessage-ID: <{}@localhost>\r\n\r\n.dots stay\r\n"


@pytest.fixture
def sink():
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def client(sink):
    with smtplib.SMTP(sink.host, sink.port, timeout=5) as client:
        yield client


def send(client, name="one", to="bob@example.com"):
    return client.sendmail("alice@example.com", [to], MAIL.format(name))


def reconnect(client, sink):
    client.close()
    client.connect(sink.host, sink.port)


def test_it_keeps_what_it_accepts(sink, client):
    send(client)

    (mail,) = sink.messages()
    assert mail["Subject"] == "Rent"
    assert mail.get_content().strip() == ".dots stay"
    assert sink.accepted()[0]["to"] == ["bob@example.com"]
    assert sink.message_ids() == {"<one@localhost>": 1}


def test_it_refuses_one_address_as_often_as_told(sink, client):
    sink.refuse(550, address="bob", times=1)

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(client)
    send(client, to="charlie@example.com")
    send(client)

    assert sink.count == 2


def test_it_closes_the_connection_after_a_421(sink, client):
    sink.refuse(421, at="mail")

    with pytest.raises(smtplib.SMTPResponseException):
        send(client)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.noop()

    sink.behave()
    reconnect(client, sink)
    send(client)


def test_a_drop_after_the_mail_leaves_it_kept(sink, client):
    sink.drop(at="end", times=1)

    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(client)

    assert sink.count == 1


def test_a_drop_can_lose_the_mail(sink, client):
    sink.drop(at="end", keep=False)

    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(client)

    assert sink.count == 0


def test_a_late_answer_comes_after_the_mail_is_kept(sink, client):
    sink.delay(0.3)
    began = time.monotonic()

    send(client)

    assert sink.accepted()[0]["at"] <= time.time() - 0.25
    assert time.monotonic() - began >= 0.3


def test_its_rules_and_mails_outlive_a_kill(sink, client):
    send(client)
    sink.refuse(450, at="rcpt", times=1)

    sink.restart()
    reconnect(client, sink)

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(client, "two")
    assert sink.count == 1


def test_a_paused_sink_answers_when_it_is_resumed(sink, client):
    sink.pause()
    client.sock.settimeout(0.2)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(client)

    sink.resume()
    reconnect(client, sink)
    send(client, "two")

    assert sink.message_ids()["<two@localhost>"] == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_it_speaks_tls_and_asks_who_is_there(security):
    with SmtpSink(security=security, user="app", password="right") as sink:
        trust = ssl.create_default_context(cafile=str(sink.ca_file))
        if security == "tls":
            client = smtplib.SMTP_SSL(sink.host, sink.port, context=trust, timeout=5)
        else:
            client = smtplib.SMTP(sink.host, sink.port, timeout=5)
            client.starttls(context=trust)
        with client:
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("app", "wrong")
            client.login("app", "right")
            send(client)

        assert sink.count == 1


def test_it_takes_more_mails_a_second_than_anything_here_sends(sink, client):
    began = time.monotonic()

    for number in range(1000):
        send(client, number)

    assert sink.count == 1000
    assert time.monotonic() - began < 3
