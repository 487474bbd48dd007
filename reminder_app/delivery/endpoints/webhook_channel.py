"""Signed webhooks: a message as JSON, to a server of its reader. What it says is in docs/channels.md."""

import json
import logging
from collections.abc import Callable
from typing import Any

from reminder_app.config import Settings
from reminder_app.database import db, now
from reminder_app.database.retry import AWAY, said
from reminder_app.delivery.channels import message
from reminder_app.delivery.channels.channel import Moments
from reminder_app.delivery.channels.errors import CONTENT, SendError
from reminder_app.delivery.channels.request import Request
from reminder_app.delivery.channels.statuses import Response
from reminder_app.delivery.endpoints import signing
from reminder_app.delivery.endpoints.endpoint_channel import MOVED, EndpointChannel
from reminder_app.delivery.letters import Letter, in_order
from reminder_app.translations import N_

log = logging.getLogger(__name__)
TYPES = {"reminder": "reminder.due", "escalation": "reminder.escalated"}
TYPES |= dict.fromkeys(("late", "quiet"), "reminders.together")
OTHER, TEST = "message", "channel.test"
SWITCHED_OFF = N_("It answered 410: it takes no messages any more.")
KEPT = (
    *("title", "text", "when", "lead", "is_late", "is_snoozed", "passed_over"),
    *("priority", "workspace", "creator", "repeats", "kind", "amount", "reference", "link"),
)
OF_ITEMS = ("title", "when", "passed_over")
# What acts on an answer: act(settings, act_path, {"action": …}). The features above set it.
acts: list[Callable[[Settings, str, dict[str, Any]], None]] = []


class WebhookChannel(EndpointChannel):
    def __init__(self, account: str, settings: Settings) -> None:
        super().__init__(account, settings)
        self._answer = b""
        self._to_act: list[tuple[str, dict[str, Any]]] = []

    def render(self, letter: Letter) -> bytes:
        said = message.words(letter, self.sender.public_url)
        found = {
            "id": str(letter.id),
            "type": TEST
            if letter.template == "channel_test"
            else TYPES.get(letter.template, OTHER),
            "due_at": letter.due_at.isoformat(),
            "subject": said.subject,
            "body": said.text,
            **self._details(letter),
        }
        return json.dumps(found, ensure_ascii=False).encode()

    def _details(self, letter: Letter) -> dict[str, Any]:
        told = letter.payload
        if "items" in told:
            return {"items": [self._item(one) for one in told["items"]]}
        if not told.get("reminder_id"):
            return {}
        return {
            "reminder": {"id": told["reminder_id"], "url": self._url(told.get("path", ""))}
            | {name: told[name] for name in KEPT if name in told},
            "occurrence": {"id": told["occurrence_id"], "due_at": told["occurrence_due_at"]},
            "act_url": self._url(told.get("act_path", "")),
            **self._files(letter),
        }

    def _files(self, letter: Letter) -> dict[str, Any]:
        if not letter.files:
            return {}
        names = ("name", "type", "size", "sha256")
        files = [{name: one[name] for name in names} for one in in_order(letter.files)]
        return {"files": files, "files_url": self._url(letter.payload.get("files_path", ""))}

    def _item(self, item: dict[str, Any]) -> dict[str, Any]:
        links = {
            "url": self._url(item.get("path", "")),
            "act_url": self._url(item.get("act_path", "")),
            "files_url": self._url(item.get("files_path", "")),
        }
        return {name: item[name] for name in OF_ITEMS if name in item} | links

    def _url(self, path: str) -> str:
        return self.sender.public_url.rstrip("/") + path if path else ""

    def request(self, letter: Letter, content: bytes) -> Request:
        signed = signing.headers(str(letter.id), int(now().timestamp()), content, self._secrets())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Reminder-App-Webhook/1",
            **signed,
        }
        return Request(self.known.address["url"], content, headers)

    def _secrets(self) -> tuple[str, ...]:
        until = self.known.former_until
        return self.known.secrets if until and now() < until else self.known.secrets[:1]

    def judge(self, response: Response) -> str:
        if 300 <= response.status < 400:
            raise SendError(CONTENT, True, MOVED % {"status": response.status})
        if response.status == 410:
            raise SendError(CONTENT, True, SWITCHED_OFF)
        self._answer = response.body
        return super().judge(response)

    def is_over(self, trouble: SendError) -> bool:
        return trouble.words == SWITCHED_OFF

    def send(self, letter: Letter, content: bytes, at: Moments, following: str = "") -> str:
        self._answer = b""
        answer = super().send(letter, content, at, following)
        asked = what_is_asked(self._answer, str(letter.id))
        if asked and (path := letter.payload.get("act_path")):
            self._to_act.append((path, asked))
        return answer

    def rest(self) -> None:
        super().rest()
        try:
            while self._to_act:
                for act in acts:
                    act(self.settings, *self._to_act[0])
                self._to_act.pop(0)
        except AWAY as error:
            log.info("%s: not acted yet: %s", self.account, said(error))
        except Exception:
            log.exception("%s: what an answer asks for cannot be done", self.account)
            self._to_act.clear()
        finally:
            db.session.rollback()


def what_is_asked(body: bytes, message_id: str) -> dict[str, Any] | None:
    """Of an answer that names the message which it answers: an echo or a scanner asks for nothing."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("id") != message_id:
        return None
    return found if isinstance(found.get("action"), str) else None
