"""One workspace has very many due in a second. How late are the few of another?"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.figures import Fault, wait_until
from bench.lateness import Figures, ahead_of, spread_of, stay_quiet
from bench.product import Product
from bench.reminders import Reminders
from terminal import Progress

AT_LEAST = 60  # seconds of others, however soon the crowd is gone
SLOWEST = 100  # mails a second: so long a crowd, so many of the others
ALLOWED_MS = 1000
WHERE = "WHERE workspace_id {} X'{}'"


@dataclass
class Crowd:
    """`others`: one due in the crowd's second, and one in each second after it."""

    ours: Product
    others: Reminders
    count: int
    each: list[int] = field(default_factory=list)

    @classmethod
    def seeded(cls, ours: Product, count: int) -> "Crowd":
        with ours.app.app_context():
            others = Reminders.seeded(ours.database, lasting(count), person="bob")
        return cls(ours, others, count)

    def run(self, progress: Progress) -> Figures:
        self.ours.reminders.forget_past()
        had, due_at = self.ours.sink.count, ahead_of(self.ours, self.count)
        self.ours.reminders.make_due(self.count, due_at)
        self.ours.reminders.release()
        self.others.make_due(lasting(self.count), due_at, each_second=1)
        self.others.release()
        stay_quiet(self.ours, had, due_at)
        self._wait_for_crowd(had, due_at, progress)
        wait_until(lambda: time.time() > due_at.timestamp() + AT_LEAST, AT_LEAST, "a minute")
        self._end(had)
        return self._figures(due_at)

    def _wait_for_crowd(self, had: int, due_at: datetime, progress: Progress) -> None:
        def is_over() -> bool:
            sent = self.ours.sink.count - had
            progress.passing(f"{sent:,} sent, {time.time() - due_at.timestamp():.0f} s")
            self.ours.is_stuck()
            # That many are out, and some are of others: then the ledger is worth a question.
            return sent >= self.count and self._waiting() == 0

        wait_until(is_over, lasting(self.count), f"{self.count} mails of a crowd", every=0.25)

    def _waiting(self) -> int:
        """Of the crowd, planned or not."""
        ((sent,),) = self.ours.database.ask(
            f"SELECT COUNT(*) FROM app.deliveries {self._whose('<>')} AND state = 'sent'"  # noqa: S608
        )
        return self.count - int(sent)

    def _end(self, had: int) -> None:
        """No more others; what is planned goes out, and the books are held against the sink."""
        self.others.put_off()
        time.sleep(1)  # a planner may have had them in hand
        ours = self.ours
        wait_until(lambda: set(ours.states()) == {"sent"}, 30, "the last of the others")
        sent = ours.sent()
        ours.check(sent)
        if ours.sink.count - had != sent:
            raise Fault(f"The sink counted {ours.sink.count - had} mails, the ledger {sent}.")

    def _figures(self, due_at: datetime) -> Figures:
        others, crowd = self._whose("="), self._whose("<>")
        ((took, count),) = self.ours.database.ask(
            "SELECT TIMESTAMPDIFF(MICROSECOND, MIN(due_at), MAX(sent_at)) / 1000000, COUNT(*) "  # noqa: S608
            f"FROM app.deliveries {crowd}"
        )
        until = due_at + timedelta(seconds=max(float(took), AT_LEAST))
        found = spread_of(self.ours, f"{others} AND due_at <= '{until:%Y-%m-%d %H:%M:%S}'")
        found |= {"crowd": float(count), "crowd seconds": float(took)}
        self.each = self._each(until)
        return found | {"crowd rate": float(count) / float(took)}

    def _each(self, until: datetime) -> list[int]:
        """Milliseconds of lateness of the others, second by second."""
        rows = self.ours.database.ask(
            "SELECT ROUND(TIMESTAMPDIFF(MICROSECOND, due_at, sent_at) / 1000) FROM app.deliveries "  # noqa: S608
            f"{self._whose('=')} AND due_at <= '{until:%Y-%m-%d %H:%M:%S}' ORDER BY due_at"
        )
        return [int(late) for (late,) in rows]

    def _whose(self, sign: str) -> str:
        return WHERE.format(sign, self.others.workspace_id.hex)


def lasting(count: int) -> int:
    """Seconds that a crowd takes at the most."""
    return AT_LEAST + count // SLOWEST


def told(figures: Figures) -> str:
    kept = "kept" if figures["sent max"] <= ALLOWED_MS else "NOT kept"
    return (
        f"The crowd of {figures['crowd']:,.0f} took {figures['crowd seconds']:.1f} s "
        f"({figures['crowd rate']:,.0f} mails/s). "
        f"No more than {ALLOWED_MS:,} ms for each of {figures['count']:.0f} others: {kept}."
    )
