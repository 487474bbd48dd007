"""How sending fails: one word for whose fault it is, and whether trying again can help."""

from datetime import timedelta

from reminder_app.delivery.headers import one_line

# recipient | account | provider | content | unknown
ACCOUNT, CONTENT, PROVIDER, RECIPIENT, UNKNOWN = (
    "account",
    "content",
    "provider",
    "recipient",
    "unknown",
)


class SendError(Exception):
    """`reason` routes: account waits for the operator, unknown may have arrived.

    `stops`: the next message would fare no better, so none is tried for a while. Trouble of the
    account always stops, and costs no try, unless the server heard of the message before (`is_try`):
    that one gets out of the way of the others, or one alone could stop them for ever.
    `again_after`: how long the server wants to be left alone, where it said so.
    """

    def __init__(
        self,
        reason: str,
        permanent: bool,
        words: str = "",
        *,
        stops: bool = False,
        is_try: bool = False,
        again_after: timedelta | None = None,
    ) -> None:
        self.again_after = again_after
        self.reason, self.permanent = reason, permanent
        self.stops = stops or reason == ACCOUNT
        self.is_try = is_try or reason != ACCOUNT
        self.words = one_line(words)
        super().__init__(f"{reason}: {self.words}")


class OursAlone(SendError):
    """Trouble of this worker, not of the account: nothing goes out here, and others may go on."""

    def __init__(self, words: str) -> None:
        super().__init__(ACCOUNT, False, words)


class NotWanted(SendError):
    """It was called off, or is another worker's by now: it does not go, and nobody is to blame."""

    def __init__(self, words: str) -> None:
        super().__init__(PROVIDER, False, words)
        self.is_try = False


class NotHandedOver(Exception):
    """The connection was lost before the final dot: the server has nothing."""
