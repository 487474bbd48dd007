"""SMS and WhatsApp to the clients of a workspace, through a gateway of its own."""

import json

from reminder_app.database import db
from reminder_app.database.sealing import KeyLost
from reminder_app.delivery.channels.errors import ACCOUNT, PROVIDER, RECIPIENT, SendError
from reminder_app.delivery.endpoints import brief, gateways, kinds, repository
from reminder_app.delivery.endpoints.apprise_channel import MEND, AppriseChannel
from reminder_app.delivery.endpoints.endpoint_channel import KEY_LOST, Known, Result
from reminder_app.delivery.letters import Letter
from reminder_app.translations import N_

NO_NUMBER = N_("There is no number that a message could go to.")
NOT_LET_IN = N_(
    "The gateway does not accept the token or password: make a new one there and save the gateway "
    "with it. Its answer: %(answer)s"
)


class GatewayChannel(AppriseChannel):
    said_no = PROVIDER  # it may be about one number: the others go on
    mend = MEND | {401: NOT_LET_IN}

    @property
    def to_anybody(self) -> str:
        return gateways.to(self.url, gateways.SAMPLE)

    def look(self) -> Known:
        gateway_id = kinds.endpoint_of(self.account)
        try:
            found = repository.gateway_by_id(gateway_id) if gateway_id else None
            if found is not None:
                return Known(found.id, found.title, gateways.values(found), (), None)
        except KeyLost:
            raise SendError(ACCOUNT, False, KEY_LOST) from None
        finally:
            db.session.rollback()  # no connection is held while messages are sent
        gateways.call_off(self.account)
        raise SendError(ACCOUNT, False, gateways.REMOVED)

    def note(self, result: Result) -> None:
        gateways.note(self.known.id, result.state, result.words, result.at)

    def receiver(self, letter: Letter) -> object:
        if not gateways.E164.fullmatch(letter.address):
            raise SendError(RECIPIENT, True, NO_NUMBER)
        return self.target_at(gateways.to(self.url, letter.address))

    def render(self, letter: Letter) -> bytes:
        """One text: an SMS has no title."""
        body = brief.to_client(letter, self.sender.public_url, self._target.longest)
        return json.dumps({"title": "", "body": body}, ensure_ascii=False).encode()
