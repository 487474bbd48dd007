"""What a courier needs of whatever messages go out through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from reminder_app.config.rates import Rate
from reminder_app.delivery.channels.wire import nothing
from reminder_app.delivery.letters import Letter


@dataclass(frozen=True)
class Moments:
    """What the sender has to do while a message is handed over. The last two must not raise."""

    before: Callable[[], None] = nothing  # its first byte: the last moment to raise
    meanwhile: Callable[[], None] = nothing  # the server works on it
    silence: Callable[[], None] = nothing  # the server takes long to answer, and still does


class Channel(Protocol):
    """Used by one thread at a time, but for stop(). It holds no connection to the database, and
    raises SendError alone: see errors.py for what its reasons do."""

    @property
    def domain(self) -> str:
        """Of the Message-ID that a message is given at its first try."""

    @property
    def rate(self) -> Rate | None:
        """How fast messages may go through this account, all workers together."""

    @property
    def domain_rates(self) -> Mapping[str, Rate]:
        """How fast to one domain of addresses; "*": to each that is not named."""

    def warm(self) -> None:
        """Do now what need not wait for the moment when a message is due. May be called often."""

    def render(self, letter: Letter) -> bytes:
        """What is handed over, the same bytes at every try: no clock and no chance in it. Trouble
        (CONTENT, RECIPIENT, permanent) is this letter's alone."""

    def open(self) -> object:
        """Before a batch, and alone to find out whether a broken account works again: raises
        SendError(ACCOUNT) where no message can go at all."""

    def send(self, letter: Letter, content: bytes, at: Moments, following: str = "") -> str:
        """Hand it over; gives the server's words. To the address `following` goes the next one.

        `at.before()` is called once and just before the first byte that could make the server take
        the message: what it raises goes through. Who fails before knows that it did not go
        (PROVIDER, ACCOUNT); who fails after, without an answer, says UNKNOWN. `at.silence()` is called
        every two seconds while an answer is waited for, or the lease runs out.
        """

    def rest(self) -> None:
        """Nothing is to be sent for now: leave what others would close."""

    def stop(self) -> None:
        """Cut what is on the wire, also from a signal handler or another thread."""

    def close(self) -> None:
        """The end. Never waits."""
