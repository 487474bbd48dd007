"""What is wrong with a mail server, in words that say how to mend it. No I/O."""

import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Sequence

from reminder_app.delivery.channels.connection import said
from reminder_app.delivery.channels.reach import PrivateHost
from reminder_app.delivery.headers import one_line
from reminder_app.delivery.senders.server import ENCRYPT, GREET, SIGN_IN, Server

LONGEST = 500
HIDDEN = "…"
# OpenSSL's numbers for what is wrong with a certificate.
OTHER_NAME, EXPIRED, NOT_YET, UNKNOWN_SIGNER = {62, 64}, {10}, {9}, {18, 19, 20, 21}
APP_HINT = (
    "Many providers (Gmail, Yahoo, iCloud, Zoho, Microsoft) want an app password here, made in the "
    "settings of the mailbox, and not the password you sign in with."
)
EXPECTS_TLS = "This port expects TLS from the first byte: choose TLS instead."
NO_ASCII = "User or password cannot be sent: they must be plain letters, digits and signs."
TOO_LONG = "It took too long to answer. Try again; if it stays so, ask the provider."


def explain(step: str, error: Exception, server: Server) -> str:
    """For whoever has filled in the form; the server's own words at the end, where it said any."""
    error = underneath(error)
    if isinstance(error, smtplib.SMTPResponseException):
        words = of_answer(step, error, server)
    elif isinstance(error, ssl.SSLError):
        words = of_encryption(error, server)
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        words = not_offered(step, server)
    elif isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        words = of_network(step, error, server)
    elif isinstance(error, smtplib.SMTPServerDisconnected):
        words = hung_up(step, server)
    elif isinstance(error, ValueError):
        words = NO_ASCII
    else:
        words = f"{server.host} did not answer as a mail server does."
    return one_line(without_secrets(words, server), LONGEST)


def underneath(error: Exception) -> Exception:
    """smtplib calls it a lost connection when an answer takes too long."""
    cause = error.__context__
    is_late = isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(cause, TimeoutError)
    return cause if is_late and isinstance(cause, TimeoutError) else error


def of_network(step: str, error: OSError, server: Server) -> str:
    where = f"{server.host} on port {server.port}"
    match error:
        case PrivateHost():
            return (
                f"{server.host} is in a private network, and mail may only go out through public "
                "servers here. Whoever runs this site can allow it (PRIVATE_HOSTS)."
            )
        case socket.gaierror():
            return f"There is no server called {server.host}: look for a typing error in the host."
        case ConnectionRefusedError():
            return f"Nothing listens at {where}. {usual_ports(server)}"
        case TimeoutError() if step == GREET:
            return f"{where} takes the connection and says nothing. {usual_ports(server)}"
        case TimeoutError() if step in (ENCRYPT, SIGN_IN):
            return TOO_LONG
        case TimeoutError():
            return (
                f"{where} does not answer. A firewall may be in between: many networks close port 25. "
                f"{usual_ports(server)}"
            )
    return f"{where} cannot be reached: {error.strerror or type(error).__name__}."


def usual_ports(server: Server) -> str:
    usual = {"starttls": "587 with STARTTLS", "tls": "465 with TLS"}
    own = usual.pop(server.security, "")
    listed = " or ".join(filter(None, [own, *usual.values()]))
    return f"The usual ports are {listed}."


def of_encryption(error: ssl.SSLError, server: Server) -> str:
    if not isinstance(error, ssl.SSLCertVerificationError):
        if server.security == "tls":
            return (
                f"Port {server.port} of {server.host} does not begin with TLS: choose STARTTLS, "
                "usually with port 587, or the port for TLS, usually 465."
            )
        return f"{server.host} and we found no way to encrypt that both know ({error.reason})."
    number = error.verify_code
    if number in OTHER_NAME:
        return other_name(server, ())
    if number in EXPIRED:
        return f"The certificate of {server.host} has expired: tell the provider."
    if number in NOT_YET:
        return f"The certificate of {server.host} is not valid yet: is a clock wrong?"
    if number in UNKNOWN_SIGNER:
        return (
            f"Nobody we know vouches for the certificate of {server.host}: it is signed by itself, or "
            "sent without the one above it. Ask the provider for the right host."
        )
    return f"The certificate of {server.host} is not right: {error.verify_message}."


def other_name(server: Server, names: Sequence[str]) -> str:
    whose = f"for {', '.join(names[:3])}" if names else "for another name"
    return (
        f"The certificate is {whose}, and not for {server.host}. Write the host as the provider names "
        "it: one of those in the certificate."
    )


def not_offered(step: str, server: Server) -> str:
    if step == ENCRYPT:
        return (
            f"{server.host} does not offer STARTTLS on port {server.port}: choose TLS, usually with "
            "port 465."
        )
    if server.security == "none":
        return (
            f"{server.host} lets nobody sign in without encryption: choose STARTTLS or TLS. Or leave "
            "the user empty, where it wants none."
        )
    return f"{server.host} offers no way to sign in that we know: leave the user empty if it wants none."


def hung_up(step: str, server: Server) -> str:
    if step == GREET:
        return f"{server.host} hung up before it said a word. {usual_ports(server)}"
    return f"{server.host} hung up. {TOO_LONG}"


def of_answer(step: str, error: smtplib.SMTPResponseException, server: Server) -> str:
    answer = f"It said: {said(error)}"
    wants_encryption = error.smtp_code == 538 or "starttls" in answer.lower()
    if wants_encryption and server.security == "none":
        return f"{server.host} wants encryption first: choose STARTTLS or TLS. {answer}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{server.host} did not accept user and password. {APP_HINT} {answer}"
    if step in (GREET, SIGN_IN) and error.smtp_code == 421:
        return f"{server.host} takes nobody at the moment: try again later. {answer}"
    if error.smtp_code in (530, 534, 535):
        return f"{server.host} wants to know who sends: fill in user and password. {answer}"
    return f"{server.host} turned us away. {answer}"


def of_sender(error: smtplib.SMTPResponseException, from_address: str, server: Server) -> str:
    """It let us in, and not send as `from_address`."""
    if error.smtp_code in (530, 534, 535):
        words = of_answer(SIGN_IN, error, server)
    else:
        words = (
            f"Signed in, but it does not let this user send as {from_address}: use the mailbox's own "
            f"address, or have the other one allowed there. It said: {said(error)}"
        )
    return one_line(without_secrets(words, server), LONGEST)


def without_secrets(words: str, server: Server) -> str:
    """A server may repeat what it was told, as it was told."""
    user, password = server.user.encode(), server.password.encode()
    forms = [password, b64encode(password), b64encode(b"\0" + user + b"\0" + password)]
    for form in forms if password else ():
        words = words.replace(form.decode(), HIDDEN)
    return words
