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
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

LONGEST = 500
HIDDEN = "…"
# OpenSSL's numbers for what is wrong with a certificate.
OTHER_NAME, EXPIRED, NOT_YET, UNKNOWN_SIGNER = {62, 64}, {10}, {9}, {18, 19, 20, 21}
APP_HINT = lazy_gettext(
    "Many providers (Gmail, Yahoo, iCloud, Zoho, Microsoft) want an app password here, "
    "made in the settings of the mailbox, and not the password you sign in with."
)
EXPECTS_TLS = lazy_gettext("This port expects TLS from the first byte: choose TLS instead.")
NO_ASCII = lazy_gettext(
    "User or password cannot be sent: they must be plain letters, digits and signs."
)
TOO_LONG = lazy_gettext("It took too long to answer. Try again; if it stays so, ask the provider.")


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
        words = _("%(host)s did not answer as a mail server does.", host=server.host)
    return one_line(without_secrets(str(words), server), LONGEST)


def underneath(error: Exception) -> Exception:
    """smtplib calls it a lost connection when an answer takes too long."""
    cause = error.__context__
    is_late = isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(cause, TimeoutError)
    return cause if is_late and isinstance(cause, TimeoutError) else error


def of_network(step: str, error: OSError, server: Server) -> str:
    where = _("%(host)s on port %(port)s", host=server.host, port=server.port)
    match error:
        case PrivateHost():
            return _(
                "%(host)s is in a private network, and mail may only go out through public servers "
                "here. Whoever runs this site can allow it (PRIVATE_HOSTS).",
                host=server.host,
            )
        case socket.gaierror():
            return _(
                "There is no server called %(host)s: look for a typing error in the host.",
                host=server.host,
            )
        case ConnectionRefusedError():
            return _(
                "Nothing listens at %(where)s. %(ports)s", where=where, ports=usual_ports(server)
            )
        case TimeoutError() if step == GREET:
            return _(
                "%(where)s takes the connection and says nothing. %(ports)s",
                where=where,
                ports=usual_ports(server),
            )
        case TimeoutError() if step in (ENCRYPT, SIGN_IN):
            return TOO_LONG
        case TimeoutError():
            return _(
                "%(where)s does not answer. A firewall may be in between: many networks close port "
                "25. %(ports)s",
                where=where,
                ports=usual_ports(server),
            )
    return _(
        "%(where)s cannot be reached: %(why)s.",
        where=where,
        why=error.strerror or type(error).__name__,
    )


def usual_ports(server: Server) -> str:
    usual = {"starttls": _("587 with STARTTLS"), "tls": _("465 with TLS")}
    own = usual.pop(server.security, "")
    listed = (
        _("%(one)s or %(other)s", one=own, other=next(iter(usual.values())))
        if own
        else _("%(one)s or %(other)s", one=usual["starttls"], other=usual["tls"])
    )
    return _("The usual ports are %(listed)s.", listed=listed)


def of_encryption(error: ssl.SSLError, server: Server) -> str:
    if not isinstance(error, ssl.SSLCertVerificationError):
        if server.security == "tls":
            return _(
                "Port %(port)s of %(host)s does not begin with TLS: choose STARTTLS, usually with "
                "port 587, or the port for TLS, usually 465.",
                port=server.port,
                host=server.host,
            )
        return _(
            "%(host)s and we found no way to encrypt that both know (%(reason)s).",
            host=server.host,
            reason=error.reason,
        )
    number = error.verify_code
    if number in OTHER_NAME:
        return other_name(server, ())
    if number in EXPIRED:
        return _("The certificate of %(host)s has expired: tell the provider.", host=server.host)
    if number in NOT_YET:
        return _(
            "The certificate of %(host)s is not valid yet: is a clock wrong?", host=server.host
        )
    if number in UNKNOWN_SIGNER:
        return _(
            "Nobody we know vouches for the certificate of %(host)s: it is signed by itself, or "
            "sent without the one above it. Ask the provider for the right host.",
            host=server.host,
        )
    return _(
        "The certificate of %(host)s is not right: %(why)s.",
        host=server.host,
        why=error.verify_message,
    )


def other_name(server: Server, names: Sequence[str]) -> str:
    if names:
        return _(
            "The certificate is for %(names)s, and not for %(host)s. Write the host as the "
            "provider names it: one of those in the certificate.",
            names=", ".join(names[:3]),
            host=server.host,
        )
    return _(
        "The certificate is for another name, and not for %(host)s. Write the host as the "
        "provider names it: one of those in the certificate.",
        host=server.host,
    )


def not_offered(step: str, server: Server) -> str:
    if step == ENCRYPT:
        return _(
            "%(host)s does not offer STARTTLS on port %(port)s: choose TLS, usually with port 465.",
            host=server.host,
            port=server.port,
        )
    if server.security == "none":
        return _(
            "%(host)s lets nobody sign in without encryption: choose STARTTLS or TLS. Or leave "
            "the user empty, where it wants none.",
            host=server.host,
        )
    return _(
        "%(host)s offers no way to sign in that we know: leave the user empty if it wants none.",
        host=server.host,
    )


def hung_up(step: str, server: Server) -> str:
    if step == GREET:
        return _(
            "%(host)s hung up before it said a word. %(ports)s",
            host=server.host,
            ports=usual_ports(server),
        )
    return _("%(host)s hung up. %(why)s", host=server.host, why=TOO_LONG)


def of_answer(step: str, error: smtplib.SMTPResponseException, server: Server) -> str:
    answer = _("It said: %(error)s", error=said(error))
    wants_encryption = error.smtp_code == 538 or "starttls" in answer.lower()
    if wants_encryption and server.security == "none":
        return _(
            "%(host)s wants encryption first: choose STARTTLS or TLS. %(answer)s",
            host=server.host,
            answer=answer,
        )
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _(
            "%(host)s did not accept user and password. %(hint)s %(answer)s",
            host=server.host,
            hint=APP_HINT,
            answer=answer,
        )
    if step in (GREET, SIGN_IN) and error.smtp_code == 421:
        return _(
            "%(host)s takes nobody at the moment: try again later. %(answer)s",
            host=server.host,
            answer=answer,
        )
    if error.smtp_code in (530, 534, 535):
        return _(
            "%(host)s wants to know who sends: fill in user and password. %(answer)s",
            host=server.host,
            answer=answer,
        )
    return _("%(host)s turned us away. %(answer)s", host=server.host, answer=answer)


def of_sender(error: smtplib.SMTPResponseException, from_address: str, server: Server) -> str:
    """It let us in, and not send as `from_address`."""
    if error.smtp_code in (530, 534, 535):
        words = of_answer(SIGN_IN, error, server)
    else:
        words = _(
            "Signed in, but it does not let this user send as %(from_address)s: use the "
            "mailbox's own address, or have the other one allowed there. It said: %(error)s",
            from_address=from_address,
            error=said(error),
        )
    return one_line(without_secrets(str(words), server), LONGEST)


def without_secrets(words: str, server: Server) -> str:
    """A server may repeat what it was told, as it was told."""
    user, password = server.user.encode(), server.password.encode()
    forms = [password, b64encode(password), b64encode(b"\0" + user + b"\0" + password)]
    for form in forms if password else ():
        words = words.replace(form.decode(), HIDDEN)
    return words
