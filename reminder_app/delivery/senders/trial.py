"""Trying a mail server out, up to a mail to oneself; nothing of the database is held meanwhile."""

import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from ssl import SSLSocket

from cryptography import x509
from cryptography.x509 import ExtensionNotFound

from reminder_app.database import now
from reminder_app.delivery.channels.connection import leave, socket_of
from reminder_app.delivery.senders import trouble
from reminder_app.delivery.senders.server import ENCRYPT, GREET, Server, Way
from reminder_app.translations import gettext as _

ANSWER_SECONDS, ALL_SECONDS = 8.0, 25.0
PROBE_SECONDS = 5.0
BROKEN = (OSError, smtplib.SMTPException, ValueError)


@dataclass(frozen=True)
class Result:
    passed: bool
    words: str


def try_out(server: Server, from_address: str, to: str = "", title: str = "") -> Result:
    """Never raises. `to`: whom a mail is sent to; empty: none is."""
    our_name = from_address.rpartition("@")[2]
    way = Way(server, our_name, ANSWER_SECONDS)
    with way.no_longer_than(ALL_SECONDS):
        try:
            connection = way.go()
        except BROKEN as error:
            return Result(False, looked_into(way, error))
        try:
            return handed_in(connection, server, from_address, to, title)
        finally:
            leave(connection)


def handed_in(
    connection: smtplib.SMTP, server: Server, from_address: str, to: str, title: str
) -> Result:
    try:
        if not to:
            code, words = connection.mail(from_address)
            if code != 250:
                raise smtplib.SMTPSenderRefused(code, words, from_address)
            connection.rset()
            return Result(
                True, well(server, _("would take mail from %(address)s", address=from_address))
            )
        connection.sendmail(from_address, [to], message(from_address, to, title).as_bytes())
    except smtplib.SMTPSenderRefused as error:
        return Result(False, trouble.of_sender(error, from_address, server))
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        refused = smtplib.SMTPDataError(code, words)
        return Result(
            False,
            _(
                "It took the sender, but no mail to %(to)s. %(why)s",
                to=to,
                why=told(refused, server),
            ),
        )
    except smtplib.SMTPDataError as error:
        return Result(
            False, _("It took the address, but not the mail. %(why)s", why=told(error, server))
        )
    except BROKEN as error:
        return Result(False, trouble.explain("send", error, server))
    return Result(
        True, well(server, _("took a mail to %(address)s: look for it there", address=to))
    )


def told(error: smtplib.SMTPResponseException, server: Server) -> str:
    return trouble.explain("send", error, server)


def well(server: Server, what: str) -> str:
    how = {
        "tls": _("over TLS"),
        "starttls": _("over STARTTLS"),
        "none": _("without encryption"),
    }[server.security]
    places = {"host": server.host, "how": how, "what": what}
    if server.user:
        return _("It works: %(host)s was reached %(how)s, signed in, and %(what)s.", **places)
    return _("It works: %(host)s was reached %(how)s, and %(what)s.", **places)


def message(from_address: str, to: str, title: str) -> EmailMessage:
    found = EmailMessage()
    found["From"], found["To"] = from_address, to
    found["Subject"] = _("A test of %(title)s", title=title)
    found["Date"] = format_datetime(now())
    found["Message-ID"] = make_msgid(domain=from_address.rpartition("@")[2])
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(
        _(
            "Somebody, probably you, pressed the test button of this mail server in Reminder "
            "App.\nThat you read this means that it works.\n"
        )
    )
    return found


def looked_into(way: Way, error: Exception) -> str:
    """Where a second look tells more, it is taken; nobody signs in at it."""
    server = way.server
    is_other_name = isinstance(error, ssl.SSLCertVerificationError) and (
        error.verify_code in trouble.OTHER_NAME
    )
    if is_other_name:
        return trouble.other_name(server, names(server, way.our_name))
    is_silent = isinstance(error, TimeoutError | smtplib.SMTPServerDisconnected)
    if way.step == GREET and server.security != "tls" and is_silent and begins_with_tls(server):
        return trouble.EXPECTS_TLS
    if way.step == ENCRYPT and server.security == "tls" and isinstance(error, ConnectionError):
        return trouble.of_encryption(ssl.SSLError(), server)
    return trouble.explain(way.step, error, server)


def begins_with_tls(server: Server) -> bool:
    way = unverified(server, "localhost")
    with way.no_longer_than(PROBE_SECONDS), closing(way), suppress(*BROKEN):
        way.sealed(way.reached())
        return True
    return False


def names(server: Server, our_name: str) -> list[str]:
    """Those in its certificate."""
    way = unverified(server, our_name)
    with way.no_longer_than(PROBE_SECONDS), closing(way), suppress(*BROKEN, ExtensionNotFound):
        sock = socket_of(way.encrypted())
        return names_in(sock.getpeercert(binary_form=True) if isinstance(sock, SSLSocket) else None)
    return []


def names_in(certificate: bytes | None) -> list[str]:
    found = x509.load_der_x509_certificate(certificate or b"")
    others = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(one) for one in others.get_values_for_type(x509.DNSName)]


def unverified(server: Server, our_name: str) -> Way:
    way = Way(server, our_name, PROBE_SECONDS)
    way.context.check_hostname = False
    way.context.verify_mode = ssl.CERT_NONE
    return way
