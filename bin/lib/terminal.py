"""How the commands speak to a person: one line at a time, and a refusal that says what to do."""

import contextlib
from typing import TextIO


class Refused(Exception):
    """Start is not possible; the text says why and what to do, usually in one line."""


class Progress:
    """Steps of a longer wait: on a terminal one line that changes, elsewhere one line a step."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.is_live = out.isatty()

    def say(self, text: str = "") -> None:
        clear = "\r\033[K" if self.is_live else ""
        self.write(f"{clear}{text}\n")

    def passing(self, text: str) -> None:
        if self.is_live:
            self.write(f"\r\033[K{text[:100]}")

    def write(self, text: str) -> None:
        # A closed terminal or pipe must not keep us from stopping what we started.
        with contextlib.suppress(OSError, ValueError):
            self.out.write(text)
            self.out.flush()
