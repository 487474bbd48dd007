"""Web push: RFC 8030, encrypted for the browser alone (RFC 8291), under the site's key (RFC 8292)."""

import hashlib
import json
import os
from datetime import timedelta
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec

from reminder_app.config import Settings
from reminder_app.database import db, now
from reminder_app.database.sealing import KeyLost, NoKey
from reminder_app.delivery.channels.errors import ACCOUNT, CONTENT, RECIPIENT, SendError
from reminder_app.delivery.channels.request import Request
from reminder_app.delivery.channels.statuses import GONE, Response
from reminder_app.delivery.endpoints import push_keys, vapid
from reminder_app.delivery.endpoints.brief import files, when_of
from reminder_app.delivery.endpoints.endpoint_channel import EndpointChannel
from reminder_app.delivery.letters import Letter
from reminder_app.translations import N_, speaking
from reminder_app.translations import gettext as _

LONGEST_TTL = timedelta(hours=24)
TITLE, BODY = 120, 300
URGENCY = {"low": "low", "high": "high"}
SIGNED_OFF = N_(
    "This browser takes no pushes any more: it has signed off. Switch push on there again."
)
NOT_OURS = N_(
    "The push service does not accept our key for this browser: switch push off and on there. "
    "Its answer: %(answer)s"
)
TOO_BIG = N_("The push service says that the message is too big.")
NO_KEY = N_("The site's key for pushes cannot be read: whoever runs it has to look at DATA_KEY.")


class PushChannel(EndpointChannel):
    def __init__(self, account: str, settings: Settings) -> None:
        super().__init__(account, settings)
        try:
            self._key = push_keys.site_key()
        except (NoKey, KeyLost):
            raise SendError(ACCOUNT, False, NO_KEY) from None
        finally:
            db.session.rollback()

    def render(self, letter: Letter) -> bytes:
        """What the service worker reads (static/sw.js), before it is encrypted."""
        said = letter.payload
        act_path = said.get("act_path", "")
        found: dict[str, Any] = {
            "title": (said.get("title") or letter.subject)[:TITLE],
            "body": "\n".join(filter(None, (when_of(letter), files(letter))))[:BODY],
            "path": said.get("path") or "/",
            "act": act_path,
            "tag": tag_of(letter),
        }
        if act_path:
            with speaking(said.get("lang")):
                found |= buttons(found["title"], act_path)
        return json.dumps(found, ensure_ascii=False).encode()

    def request(self, letter: Letter, content: bytes) -> Request:
        address = self.known.address
        url, at = address["url"], now()
        window = (letter.deadline_at - at) if letter.deadline_at else LONGEST_TTL
        ttl = max(int(min(window, LONGEST_TTL).total_seconds()), 0)
        headers = {
            "TTL": str(ttl),
            "Urgency": URGENCY.get(letter.payload.get("priority", ""), "normal"),
            "Topic": tag_of(letter),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Authorization": vapid.authorization(
                self._key.private, self._key.public, url, self._subject(), at.timestamp()
            ),
        }
        return Request(url, self._encrypted(content), headers)

    def _subject(self) -> str:
        """Apple refuses what is no real address."""
        return f"mailto:{self.sender.address}"

    def _encrypted(self, content: bytes) -> bytes:
        """Another key and another salt at each try."""
        address = self.known.address
        try:
            found: bytes = http_ece.encrypt(
                content,
                salt=os.urandom(16),
                private_key=ec.generate_private_key(ec.SECP256R1()),
                dh=vapid.decoded(address["p256dh"]),
                auth_secret=vapid.decoded(address["auth"]),
                version="aes128gcm",
            )
        except (ValueError, http_ece.ECEException) as error:
            raise SendError(RECIPIENT, True, SIGNED_OFF) from error
        return found

    def judge(self, response: Response) -> str:
        if response.status in GONE:
            raise SendError(RECIPIENT, True, SIGNED_OFF)
        if response.status in (401, 403):
            words = NOT_OURS % {"answer": response.words}
            raise SendError(ACCOUNT, False, words, is_try=True)
        if response.status == 413:
            raise SendError(CONTENT, True, TOO_BIG)
        return super().judge(response)

    def is_over(self, trouble: SendError) -> bool:
        return trouble.words == SIGNED_OFF


def buttons(title: str, act_path: str) -> dict[str, Any]:
    """What they say, and what is said where one of them did nothing."""
    other = ("take", _("I take it")) if act_path.startswith("/e/") else ("60", _("In an hour"))
    return {
        "actions": [{"action": key, "title": text} for key, text in (("done", _("Done")), other)],
        "refused": {
            "title": _("That was not saved"),
            "body": _("%(title)s: open it and try again.", title=title),
        },
    }


def tag_of(letter: Letter) -> str:
    """What takes the place of what: of one occurrence, its last notice. 32 signs at most (RFC 8030)."""
    what = letter.payload.get("occurrence_id") or str(letter.id)
    return vapid.encoded(hashlib.sha256(what.encode()).digest())[:32]
