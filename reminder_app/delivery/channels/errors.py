"""How sending fails: one word for whose fault it is, and whether trying again can help."""

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
    """`reason` routes: account costs no try and waits for the operator, unknown may have arrived."""

    def __init__(self, reason: str, permanent: bool, words: str = "") -> None:
        self.reason, self.permanent = reason, permanent
        self.words = one_line(words)
        super().__init__(f"{reason}: {self.words}")


class OursAlone(SendError):
    """Trouble of this worker, not of the account: nothing goes out here, and others may go on."""

    def __init__(self, words: str) -> None:
        super().__init__(ACCOUNT, False, words)


class NotHandedOver(Exception):
    """The connection was lost before the final dot: the server has nothing."""
