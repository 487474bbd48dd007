"""Why a text is not explained."""


class Refused(Exception):
    """`reason` is for the person who asked: what is wrong with the query, and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
