"""Mail through a workspace's own server."""

import logging
import smtplib
import time
from dataclasses import dataclass, replace
from email.utils import formataddr

from reminder_app.config import Settings
from reminder_app.config.rates import Rate
from reminder_app.database import database_now, db, transaction
from reminder_app.database.retry import AWAY, said
from reminder_app.database.sealing import KeyLost
from reminder_app.delivery.channels.email import EmailChannel
from reminder_app.delivery.channels.errors import ACCOUNT, SendError
from reminder_app.delivery.channels.message import Sender
from reminder_app.delivery.senders import configurations, repository, trouble
from reminder_app.delivery.senders.account import configuration_of
from reminder_app.delivery.senders.models import EmailConfiguration
from reminder_app.delivery.senders.server import Server, Way
from reminder_app.translations import N_

log = logging.getLogger(__name__)
LOOK_EVERY = 2.0  # seconds: so soon a changed password is used
GONE = N_("The mail server it was to go out through was removed.")


@dataclass(frozen=True)
class Own:
    """What of a configuration a channel works by."""

    server: Server
    from_address: str
    mails_per_minute: int | None

    def in_place_of(self, settings: Settings) -> Settings:
        """The site's settings, with what is theirs; limits of the site are not."""
        many = self.mails_per_minute
        return replace(
            settings,
            mail_from=formataddr(("", self.from_address)),
            mail_rate=Rate.of(f"{many}/m") if many else None,
            mail_domain_rates={},
        )


def read(account: str, settings: Settings) -> Own:
    """As it is now. Raises SendError, in words for those whose server it is."""
    configuration_id = configuration_of(account)
    try:
        found = repository.settings_of(configuration_id) if configuration_id else None
        if found is not None:
            return usable(found, settings)
    finally:
        db.session.rollback()  # no connection is held while mail is sent
    call_off(account)
    raise SendError(ACCOUNT, False, GONE)


def usable(found: EmailConfiguration, settings: Settings) -> Own:
    if not found.is_active:
        raise SendError(ACCOUNT, False, configurations.off(found.name))
    try:
        server = configurations.server_of(found, settings)
    except KeyLost:
        raise SendError(ACCOUNT, False, configurations.KEY_LOST) from None
    return Own(server, found.from_address, found.mails_per_minute)


@transaction
def call_off(account: str) -> None:
    """What was planned while it was being removed: nobody else would ever look at it."""
    repository.cancel_waiting(account, GONE, database_now())


class OwnChannel(EmailChannel):
    """Looks every few seconds whether its configuration is still the same."""

    def __init__(self, account: str, settings: Settings) -> None:
        self._account, self._site = account, settings
        self._own = read(account, settings)
        self._looked_at = time.monotonic()
        super().__init__(self._own.in_place_of(settings))

    def open(self) -> smtplib.SMTP:
        if time.monotonic() - self._looked_at >= LOOK_EVERY:
            self._look()
        return super().open()

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        try:
            own = read(self._account, self._site)
        except AWAY as error:  # what is known still holds
            log.info("%s: not looked at: %s", self._account, said(error))
            return
        if own != self._own:
            self.close()
            self._own, self.settings = own, own.in_place_of(self._site)
            self.sender = Sender.of(self.settings)

    def _connect(self) -> smtplib.SMTP:
        server = self._own.server
        way = Way(server, self.sender.domain)
        try:
            return way.go()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            words = trouble.explain(way.step, error, server)
        # Outside of it: what failed may hold the password, and this is logged.
        raise SendError(ACCOUNT, False, words)
