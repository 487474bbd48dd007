"""What an SMTP server's answer means: whose trouble it is, and whether the others should go on.

RFC 5321 has the codes, RFC 3463 and 5248 the enhanced ones, and the large providers words of their
own, which say more: most of them answer 5.7.1 to everything.
"""

import re
from dataclasses import dataclass

from reminder_app.delivery.channels.errors import (
    ACCOUNT,
    CONTENT,
    PROVIDER,
    RECIPIENT,
    UNKNOWN,
    SendError,
)

SERVICE_CLOSING = 421
TOO_BIG, TOO_BIG_BY_NUMBER = 552, {"2.3", "3.4"}
SIGN_IN_WANTED = {530, 534, 535, 538}
ENHANCED = re.compile(r"^[245]\.(\d{1,3}\.\d{1,3})\b")
# Of a mailbox, or of a server that sees an address for the first time: not of us.
OF_THE_RECIPIENT = re.compile(
    r"gr[ea]y-?\s?list|not yet authori[sz]ed|the user you are trying|mailbox|recipient.{0,40}quota"
    r"|account that you tried"
)
# Of all that we send: the next message would hear the same.
TOO_FAST = re.compile(
    r"rate.{0,3}limit|rate exceeded|sending rate|unusual rate|throttl|too fast|too many (concurrent|conn"
    r"|mail|messages|requests|login)|too much mail|concurrent connections|sender thread limit"
    r"|(daily|hourly|sending|submission|relay).{0,20}(limit|quota)|message quota|server busy"
)
ABOUT_US = re.compile(
    r"sender (address |verify )?(rejected|not |failed|denied)|not (owned|allowed to send|permitted to send)"
    r"|send as (this|the) sender|relay(ing)? (access )?(denied|not)|unable to relay"
    r"|authentication (is )?(required|failed)|must issue a? ?starttls|client (host|was|not) "
    r"|helo command rejected|blocked using|spamhaus|black-?list|block-?list|banned send|poor reputation"
    r"|(account|user|sender) (is |has been |was )?(suspended|disabled|locked|blocked|restricted)"
    r"|address is not verified|unauthenticated|dmarc policy|spf.{0,20}(fail|check)|dkim.{0,20}fail"
    r"|your (ip|network|domain)|reverse dns|ptr record"
)
# Of our address, our proof that it is ours, our machine, our account; before it counts to whom.
ABOUT_US_BY_NUMBER = re.compile(
    r"1\.[78]|7\.(8|9|1[0-9]|2[0-7]|57|60|50[0-9]|60[6-9]|6[1-4][0-9]|70[58])"
)
NO_ROOM_AT_ALL = {"3.1", "3.2", "4.5"}
WHOSE = {"1": RECIPIENT, "2": RECIPIENT, "4": PROVIDER, "5": PROVIDER, "6": CONTENT}


@dataclass(frozen=True)
class Said:
    """One answer. `at` is mail, rcpt, data or end: what it was given to."""

    at: str
    code: int
    text: str

    @property
    def number(self) -> str:
        """4.7.0 without its class: 7.0; empty where there is none."""
        found = ENHANCED.match(self.text)
        return found[1] if found else ""

    @property
    def subject(self) -> str:
        return self.number.partition(".")[0]

    @property
    def is_too_fast(self) -> bool:
        return bool(TOO_FAST.search(self.words)) and not self.is_of_recipient

    @property
    def is_of_recipient(self) -> bool:
        return bool(OF_THE_RECIPIENT.search(self.words)) and "relay limit" not in self.words

    @property
    def is_about_us(self) -> bool:
        if self.is_of_recipient:
            return False
        by_number = self.code >= 500 and ABOUT_US_BY_NUMBER.fullmatch(self.number)
        return bool(by_number or self.code in SIGN_IN_WANTED or ABOUT_US.search(self.words))

    @property
    def words(self) -> str:
        return " ".join(self.text.lower().split())


def refusal(at: str, code: int, words: bytes) -> SendError:
    """`at` is mail, rcpt, data or end: what the server answered with `code`."""
    said = Said(at, code, words.decode("utf-8", "replace"))
    told = f"{code} {said.text}"
    if code < 400:
        # No answer to what was asked; after the dot it may mean anything.
        return SendError(UNKNOWN if at == "end" else PROVIDER, False, told)
    if at == "mail" and (code >= 500 or code == SERVICE_CLOSING):
        return of_sender(said, told)
    if said.is_too_fast:
        return SendError(ACCOUNT if code >= 500 else PROVIDER, False, told, stops=True, is_try=True)
    if said.is_about_us:
        return SendError(ACCOUNT, False, told, is_try=True)
    if code < 500:
        return SendError(for_now(said), False, told, stops=stops_all(said))
    return SendError(for_good(said), True, told)


def of_sender(said: Said, told: str) -> SendError:
    """It is ours to mend: no message is given up for it, and none pays a try."""
    is_big = said.code == TOO_BIG or said.number in TOO_BIG_BY_NUMBER
    return SendError(CONTENT, True, told) if is_big else SendError(ACCOUNT, False, told)


def for_now(said: Said) -> str:
    if said.is_of_recipient:
        return RECIPIENT
    if said.at == "rcpt" and said.code != SERVICE_CLOSING:
        return PROVIDER if said.subject in {"3", "4", "5"} else RECIPIENT
    return PROVIDER if said.at == "mail" else WHOSE.get(said.subject, PROVIDER)


def stops_all(said: Said) -> bool:
    """It has no room or no time for anybody, or says so before it knows to whom."""
    closes = said.code == SERVICE_CLOSING and said.subject == "7"
    return closes or said.at == "mail" or said.number in NO_ROOM_AT_ALL


def for_good(said: Said) -> str:
    if said.number in TOO_BIG_BY_NUMBER:
        return CONTENT
    if said.at == "rcpt":
        return RECIPIENT
    if said.is_of_recipient:
        return RECIPIENT
    return WHOSE.get(said.subject, CONTENT)
