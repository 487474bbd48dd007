from dataclasses import dataclass


@dataclass(frozen=True)
class Remark:
    """What the look before a migration found; without --anyway nothing is begun where one is a reason to wait."""

    is_reason_to_wait: bool
    words: str
