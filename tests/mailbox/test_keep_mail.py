"""The sink as a process: what a sender was told, and what is in the folder."""

import smtplib
import sys
from contextlib import ExitStack
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from reminder_app.mailbox import service
from tests.servers.process import Server

pytestmark = pytest.mark.sqlite_only


class Sink(Server):
    name = "mailbox"

    def __init__(self, *options: str) -> None:
        super().__init__()
        self.options = options

    def command(self) -> list[str]:
        run = [sys.executable, "-m", "reminder_app.mailbox.sink", "--port", str(self.port)]
        return [*run, "--folder", str(self.kept), *self.options]

    @property
    def kept(self) -> Path:
        return self.folder / "mailbox"

    def files(self) -> list[Path]:
        return sorted(self.kept.iterdir())

    def smtp(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.port, timeout=10)


@pytest.fixture
def start_sink():
    with ExitStack() as sinks:
        yield lambda *options: sinks.enter_context(Sink(*options))


def mail(subject: str = "Pay the rent") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "reminders@example.org"
    message["To"] = "alice@example.org"
    message["Subject"] = subject
    message.set_content("It is due.\n.\nA dot alone is text too.\n")
    return message


def test_a_message_is_one_file_as_it_was_sent(start_sink):
    sink = start_sink()
    with sink.smtp() as smtp:
        smtp.sendmail("bounces@example.org", ["alice@example.org"], mail().as_bytes(policy=SMTP))

    (file,) = sink.files()
    envelope, rest = file.read_bytes().split(b"From: reminders", 1)
    assert envelope.splitlines() == [
        b"Return-Path: <bounces@example.org>",
        b"Delivered-To: alice@example.org",
    ]
    assert b"It is due.\r\n.\r\nA dot alone" in rest


def test_many_over_one_connection_are_listed_newest_first(start_sink):
    sink = start_sink()
    with sink.smtp() as smtp:
        for number in range(20):
            smtp.send_message(mail(f"Number {number}"))

    subjects = [kept.subject for kept in service.latest(sink.kept, limit=3)]
    assert subjects == ["Number 19", "Number 18", "Number 17"]
    assert len(sink.files()) == 20


def test_addresses_and_headers_beyond_ascii_are_taken(start_sink):
    sink = start_sink()
    with sink.smtp() as smtp:
        message = mail("Zahnärztin")
        smtp.send_message(message, to_addrs=["zoë@example.org"], mail_options=["SMTPUTF8"])

    (kept,) = service.latest(sink.kept, limit=1)
    assert kept.subject == "Zahnärztin"
    assert ("Delivered-To", "zoë@example.org") in kept.headers


def test_what_was_acknowledged_outlives_a_kill_and_half_a_message_leaves_no_trace(start_sink):
    sink = start_sink()
    smtp = sink.smtp()
    smtp.send_message(mail("Acknowledged"))
    smtp.mail("reminders@example.org")
    smtp.rcpt("alice@example.org")
    smtp.docmd("DATA")
    smtp.send(b"Subject: half\r\n\r\nwith no end")
    sink.kill()
    smtp.close()
    (sink.kept / "20261121T090000.000000Z-00000000.eml.part").write_bytes(b"Subject: ha")

    sink.start()
    with sink.smtp() as again:
        again.send_message(mail("After the kill"))

    assert [kept.subject for kept in service.latest(sink.kept, limit=9)] == [
        "After the kill",
        "Acknowledged",
    ]
    assert len(sink.files()) == 2


def test_an_address_is_refused_only_when_that_was_asked_for(start_sink):
    sink = start_sink("--refuse", "gone@example.org")
    with sink.smtp() as smtp, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        smtp.send_message(mail(), to_addrs=["Gone@example.org"])

    assert refused.value.recipients["Gone@example.org"][0] == 550
    assert sink.files() == []
