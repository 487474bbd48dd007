"""One connection to the mail server: opened, encrypted and signed in, or not at all."""

import smtplib
import socket
import ssl
from contextlib import suppress

from reminder_app.config import Settings
from reminder_app.delivery.channels.errors import ACCOUNT, SendError
from reminder_app.delivery.channels.wire import VERB_SECONDS
from reminder_app.translations import N_

CONNECT_SECONDS = 10
UNFIT = N_("SMTP_HOST, SMTP_USER or SMTP_PASSWORD cannot be sent: they must be plain ASCII.")


def prompt(connection: socket.socket) -> socket.socket:
    """The final dot is a packet of its own: Nagle would hold it back for the last one's answer."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.settimeout(VERB_SECONDS)
    return connection


class Plain(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return prompt(super()._get_socket(host, port, timeout))  # type: ignore[misc]


class Encrypted(smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return prompt(super()._get_socket(host, port, timeout))  # type: ignore[misc]


def connect(settings: Settings, our_name: str) -> smtplib.SMTP:
    """Raises SendError("account")."""
    if not settings.smtp_host:
        raise SendError(ACCOUNT, False, N_("SMTP_HOST is not set: mail has nowhere to go."))
    try:
        return signed_in(reached(settings, our_name), settings)
    except (OSError, smtplib.SMTPException) as error:
        raise SendError(ACCOUNT, False, told(error)) from error
    except ValueError:  # smtplib's holds user and password, so it goes into no log
        raise SendError(ACCOUNT, False, UNFIT) from None


def reached(settings: Settings, our_name: str) -> smtplib.SMTP:
    where = settings.smtp_host, settings.smtp_port, our_name
    if settings.smtp_security == "tls":
        context = ssl.create_default_context()
        return Encrypted(*where, timeout=CONNECT_SECONDS, context=context)
    return Plain(*where, timeout=CONNECT_SECONDS)


def signed_in(connection: smtplib.SMTP, settings: Settings) -> smtplib.SMTP:
    try:
        connection.ehlo_or_helo_if_needed()
        if settings.smtp_security == "starttls":
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
        if settings.smtp_user:
            connection.login(settings.smtp_user, settings.smtp_password)
    except BaseException:
        connection.close()
        raise
    return connection


def socket_of(connection: smtplib.SMTP) -> socket.socket:
    if connection.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    return connection.sock


def told(error: Exception) -> str:
    """For the person who runs this; the server's words where it said any, never the password."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return N_("The mail server did not accept SMTP_USER and SMTP_PASSWORD: %(error)s") % {
                "error": said(error)
            }
        case smtplib.SMTPResponseException():
            return N_("The mail server turned us away: %(error)s") % {"error": said(error)}
        case ssl.SSLError():
            return N_("The mail server's certificate or encryption is not right: %(reason)s") % {
                "reason": error.reason
            }
        case socket.gaierror():
            return N_("The mail server's name (SMTP_HOST) is not known.")
        case OSError() if not isinstance(error, smtplib.SMTPException):
            return N_("The mail server cannot be reached: %(error)s") % {
                "error": error.strerror or error
            }
    return N_("The mail server broke off: %(error)s") % {"error": error}


def said(error: smtplib.SMTPResponseException) -> str:
    words = error.smtp_error
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return f"{error.smtp_code} {text}"


def leave(connection: smtplib.SMTP) -> None:
    """Say goodbye without waiting for the answer."""
    with suppress(OSError, smtplib.SMTPException):
        connection.putcmd("quit")
    connection.close()
