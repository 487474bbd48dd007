"""A message through one of the services that Apprise knows: what it asks of a server goes our way, with
our guard, our limit of time and our notes of what is in doubt."""

import dataclasses
import json
import logging
import re
import time
from functools import partial
from typing import Any
from urllib.parse import unquote

from reminder_app.config import Settings
from reminder_app.delivery.channels import message
from reminder_app.delivery.channels.channel import Moments
from reminder_app.delivery.channels.errors import ACCOUNT, CONTENT, UNKNOWN, SendError
from reminder_app.delivery.channels.request import Request
from reminder_app.delivery.channels.statuses import Response, judged
from reminder_app.delivery.channels.wire import nothing
from reminder_app.delivery.endpoints import addresses, apprise_services, brief
from reminder_app.delivery.endpoints.endpoint_channel import MOVED, EndpointChannel
from reminder_app.delivery.letters import Letter
from reminder_app.errors import Invalid
from reminder_app.translations import N_

log = logging.getLogger(__name__)
NOT_ALLOWED = N_("Whoever runs this site does not let messages go through %(scheme)s:// any more.")
ASKED_NOBODY = N_(
    "Its address names nobody whom it could go to: remove the channel and add it again."
)
NOT_UNDERSTOOD = N_("Its answer cannot be understood: %(answer)s")
SAID_NO = N_("The service takes no message from here: %(answer)s")
MEND = {
    400: N_("The service does not understand it: check to whom it goes. Its answer: %(answer)s"),
    401: N_(
        "The service does not accept the token or password: make a new one there and add the "
        "channel again. Its answer: %(answer)s"
    ),
    403: N_(
        "The service does not let us: give the bot or token the right to write there. "
        "Its answer: %(answer)s"
    ),
    404: N_(
        "The service does not know this address: check token, room, topic or number. "
        "Its answer: %(answer)s"
    ),
}
LONGEST_ANSWER = 1_000_000
SHORTEST_SECRET = 5
PARTS = re.compile(r"[/:@?&=#]+")


class AppriseChannel(EndpointChannel):
    most_read = LONGEST_ANSWER  # a plugin may have to understand the whole of it

    said_no = ACCOUNT  # whose trouble it is where a service takes no message, whatever its status
    mend = MEND

    def __init__(self, account: str, settings: Settings) -> None:
        super().__init__(account, settings)
        self._target: Any = None
        self._target_url = ""
        self._look_at_target()

    def open(self) -> object:
        super().open()
        self._look_at_target()
        return None

    def _look_at_target(self) -> None:
        if self._target_url != self.to_anybody:
            self._target = self.target_at(self.to_anybody)
            self._target_url = self.to_anybody

    @property
    def url(self) -> str:
        return self.known.address["url"]

    @property
    def to_anybody(self) -> str:
        return self.url

    def target_at(self, url: str) -> Any:
        """Raises SendError."""
        from reminder_app.delivery.endpoints import apprise_library  # noqa: PLC0415 - 0.2 s and 25 MB

        scheme = apprise_services.scheme_of(url)
        if scheme not in apprise_services.allowed(self.settings.apprise_schemes):
            raise SendError(ACCOUNT, False, NOT_ALLOWED % {"scheme": scheme})
        try:
            return apprise_library.target(url, self.settings.public_url)
        except apprise_library.Unfit as error:
            raise SendError(ACCOUNT, False, str(error)) from None

    def receiver(self, letter: Letter) -> Any:
        return self._target

    def render(self, letter: Letter) -> bytes:
        title, has_title = message.plain(letter.subject)[: brief.TITLE], self._target.has_title
        longest = self._target.longest - (len(title) if has_title else 0)
        body = brief.body(letter, self.sender.public_url, longest, "" if has_title else title)
        return json.dumps({"title": title, "body": body or title}, ensure_ascii=False).encode()

    def request(self, letter: Letter, content: bytes) -> Request:
        raise AssertionError("the plugin says what is asked")

    def send(self, letter: Letter, content: bytes, at: Moments, following: str = "") -> str:
        return self.noted(partial(self._said, letter, json.loads(content), at))

    def _said(self, letter: Letter, said: dict[str, str], at: Moments) -> str:
        talk = Talk(self, at, time.monotonic() + self.timeout)
        target, is_taken = self.receiver(letter), None
        try:
            is_taken = target.say(said["title"], said["body"], talk.exchange)
        except Exception as error:  # a plugin's, or ours, which the talk knows
            log.info("%s: its plugin broke off: %s", self.account, type(error).__name__)
        return talk.outcome(is_taken)

    def _hidden(self, words: str) -> str:
        """Without what of its address is a secret: a service may repeat it."""
        for part in PARTS.split(self.url.partition("://")[2]):
            for one in {part, unquote(part)}:
                words = words.replace(one, "****") if len(one) >= SHORTEST_SECRET else words
        return words

    def judge(self, response: Response) -> str:
        if 300 <= response.status < 400:
            raise SendError(CONTENT, True, MOVED % {"status": response.status})
        body = self._hidden(response.body.decode("utf-8", "replace")).encode()
        hidden = dataclasses.replace(response, body=body)
        return judged(hidden, self.is_one_server, self.mend)


class Talk:
    """What is said with a service about one message: often a single request."""

    def __init__(self, channel: AppriseChannel, at: Moments, until: float) -> None:
        self._channel, self._at, self._until = channel, at, until
        self._trouble: SendError | None = None
        self.last: Response | None = None

    def exchange(self, request: Request) -> Response:
        if self._trouble:
            raise self._trouble
        may_be_private = self._channel.settings.private_hosts
        try:
            addresses.checked(request.url, "url", may_be_private=may_be_private)
            at = self._at if self.last is None else dataclasses.replace(self._at, before=nothing)
            self.last = self._channel.exchange(request, at, self._until)
            return self.last
        except Invalid as error:
            self._trouble = SendError(CONTENT, True, error.fields["url"])
        except SendError as error:
            self._trouble = error
        raise self._trouble

    def outcome(self, is_taken: bool | None) -> str:
        """The service's words where it took the message; None: nobody knows. Raises SendError."""
        if self._trouble:
            raise self._trouble
        if self.last is None:
            raise SendError(CONTENT, True, ASKED_NOBODY)
        words = self._channel.judge(self.last)
        if is_taken:
            return words
        if is_taken is None or not self.last.is_whole:
            raise SendError(UNKNOWN, False, NOT_UNDERSTOOD % {"answer": words})
        words = SAID_NO % {"answer": words}
        raise SendError(self._channel.said_no, False, words, is_try=True)
