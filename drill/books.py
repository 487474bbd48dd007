"""Whether it adds up: what was planned, what the mail server took, and what the ledger says of both."""

import json
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from drill.events import Happened, Scene
from drill.traffic import LATER, REMINDER

ROWS = "SELECT id, `key`, source_kind, source_id, state, sent_again, message_id FROM deliveries"
TRIES = (
    "SELECT delivery_id, outcome, worker, started_at, finished_at, answer FROM delivery_attempts"
)
IN_DOUBT = "unknown"
# A mail may start so long after the answer to whoever called it off.
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - as the ledger's instants, in UTC without saying so
GRACE_SECONDS = 1.0
STORIES = 50
NEAR = 6  # so many events may have something to do with one doubt
AN_HOUR = 3600
IN_SIGHT = (
    "pending",
    "held",
    "handing_over",
    "failed",
    "unknown",
    "suppressed",
    "cancelled",
    "missed",
)


@dataclass(frozen=True)
class Try:
    outcome: str
    worker: str
    started_at: float
    finished_at: float
    answer: str


@dataclass
class Row:
    id: uuid.UUID
    key: str
    kind: str
    source_id: uuid.UUID | None
    state: str
    sent_again: bool
    message_id: str
    accepted: list[dict[str, Any]] = field(default_factory=list)
    tries: list[Try] = field(default_factory=list)
    seen_in_doubt: float | None = None

    @property
    def doubts(self) -> int:
        """How often; of a doubt that a late answer resolved, only the watcher knows."""
        return self.doubts_told or int(self.seen_in_doubt is not None)

    @property
    def doubts_told(self) -> int:
        return sum(one.outcome == IN_DOUBT for one in self.tries)

    @property
    def doubtful_at(self) -> float:
        """When the first try that ended so began: by the watcher's clock where it is far from the ledger's."""
        told = [one.started_at for one in self.tries if one.outcome == IN_DOUBT]
        seen = self.seen_in_doubt
        return seen if seen and not (told and abs(told[0] - seen) < AN_HOUR / 2) else told[0]

    def story(self) -> dict[str, Any]:
        """What there is to know of a row that does not add up."""
        copies = [(entry["begun"], entry["at"]) for entry in self.accepted]
        tries = [vars(one) for one in sorted(self.tries, key=lambda one: one.started_at)]
        about = {"key": self.key, "state": self.state, "id": str(self.id)}
        return {**about, "seen_in_doubt": self.seen_in_doubt, "accepted": copies, "tries": tries}

    @property
    def is_at_most_once(self) -> bool:
        return not self.sent_again


@dataclass
class Verdict:
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    in_doubt: int = 0
    resent: int = 0  # second copies of what may double, each after a doubt
    states: dict[str, int] = field(default_factory=dict)
    stories: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.doubled or self.unexpected)


class Books:
    def __init__(self, scene: Scene) -> None:
        world, watcher = scene.world, scene.watcher
        self.world, self.traffic, self.explained = world, scene.traffic, scene.explained
        self.accepted = world.mail.accepted()
        self.rows = {row.id: row for row in map(read, world.ask(ROWS))}
        self.by_key: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows.values():
            self.by_key[row.key].append(row)
        for found, outcome, by, started_at, finished_at, answer in world.ask(TRIES):
            one = Try(outcome, by, epoch(started_at), epoch(finished_at), answer)
            self.rows[uuid.UUID(bytes=found)].tries.append(one)
        for seen, at in watcher.lasting().items():
            self.rows[seen].seen_in_doubt = at
            if not self.rows[seen].doubts_told and is_within(at, scene.passing):
                self.explained.add(seen)

    def verdict(self) -> Verdict:
        verdict = Verdict(states=self.world.states())
        self._match(verdict)
        for key in self.traffic.planned:
            self._check_planned(key, self.by_key.get(key, []), verdict)
        self._check_reminders(verdict)
        for row in self.rows.values():
            self._check_row(row, verdict)
        self._check_called_off(verdict)
        self._check_balance(verdict)
        doubtful = {row.id for row in self.rows.values() if row.doubts}
        verdict.in_doubt = len(doubtful - self.explained)
        return verdict

    def _match(self, verdict: Verdict) -> None:
        for entry in self.accepted:
            row = self.rows.get(uuid.UUID(entry["delivery"])) if entry["delivery"] else None
            if row is None or row.key != entry["key"]:
                verdict.unexpected.append(f"accepted, but not in the ledger: {entry['key']}")
            else:
                row.accepted.append(entry)

    def _check_planned(self, key: str, rows: list[Row], verdict: Verdict) -> None:
        accepted = sum(len(row.accepted) for row in rows)
        if not accepted and not any(row.state in IN_SIGHT for row in rows):
            verdict.lost.append(f"{key}: {[row.state for row in rows]}, never accepted")
        if len(rows) > 1:
            verdict.unexpected.append(f"{key} is in the ledger {len(rows)} times")
            if accepted > 1:
                verdict.doubled.append(f"{key}: accepted {accepted} times in {len(rows)} rows")

    def _check_reminders(self, verdict: Verdict) -> None:
        of = Counter(row.source_id for row in self.rows.values() if row.kind == REMINDER)
        for one in self.traffic.reminders:
            if not of[one]:
                verdict.lost.append(f"reminder {one} was never planned")
            elif of[one] > 1:
                verdict.doubled.append(f"reminder {one} has {of[one]} deliveries")

    def _check_row(self, row: Row, verdict: Verdict) -> None:
        copies = len(row.accepted)
        told = f"{row.key}: {row.state}, accepted {copies} times, {row.doubts} doubts"
        if copies > 1:
            self._check_copies(row, told, verdict)
        if row.kind == LATER and (copies or row.state != "pending"):
            verdict.unexpected.append(f"early: {told}")
        elif not copies and row.state == "sent":
            verdict.unexpected.append(f"never accepted: {told}")
        elif copies and row.state not in ("sent", "unknown"):
            # A doubt that was sent again may end in any way.
            if row.is_at_most_once or not row.doubts:
                verdict.unexpected.append(f"accepted, and not said so: {told}")
        elif row.state in ("handing_over", "pending") and row.kind != LATER:
            verdict.unexpected.append(f"stuck: {told}")

    def _check_copies(self, row: Row, told: str, verdict: Verdict) -> None:
        """What may double has a second copy only after a doubt, and it is the same mail."""
        copies = len(row.accepted)
        same = {entry["message_id"] for entry in row.accepted} == {row.message_id}
        if row.is_at_most_once or not same or copies > 1 + row.doubts:
            verdict.doubled.append(told)
        else:
            verdict.resent += copies - 1

    def _check_called_off(self, verdict: Verdict) -> None:
        for one in self.traffic.called_off:
            for key in one.keys:
                late = [
                    entry["begun"] - one.answered_at
                    for row in self.by_key.get(key, [])
                    for entry in row.accepted
                    if entry["begun"] > one.answered_at + GRACE_SECONDS * self.world.patience
                ]
                if late:
                    words = f"{key} began {max(late):.1f} s after it was called off"
                    verdict.unexpected.append(words)

    def _check_balance(self, verdict: Verdict) -> None:
        done = self.world.app.test_cli_runner().invoke(args=["delivery", "balance", "--json"])
        books = json.loads(done.output)
        if done.exit_code or not books["balanced"]:
            verdict.unexpected.append(f"the books do not balance: {done.output}")

    def share_out(self, happened: list[Happened]) -> None:
        """To each event its doubts: it was going on when the try began, or was the next to come.

        One that hits no connection can leave none, unless it was the only one.
        """
        for row in self.rows.values():
            if row.doubts and row.id not in self.explained:
                near = [one for one in happened if one.ended >= row.doubtful_at][:NEAR] or happened[
                    -1:
                ]
                hits = [one for one in near if one.connections > one.doubts]
                (hits or near)[0].doubts += 1

    def doubts(self) -> list[dict[str, Any]]:
        """Each, with the words that were written down."""
        rows = [row for row in self.rows.values() if row.doubts and row.id not in self.explained]
        return [row.story() for row in sorted(rows, key=lambda row: row.doubtful_at)]

    def stories(self, verdict: Verdict) -> list[dict[str, Any]]:
        """Of the rows that something is the matter with."""
        said = " ".join([*verdict.lost, *verdict.doubled, *verdict.unexpected])
        return [row.story() for row in self.rows.values() if f"{row.key}:" in said][:STORIES]


def read(row: tuple[Any, ...]) -> Row:
    found, key, kind, source, state, sent_again, message_id = row
    source_id = uuid.UUID(bytes=source) if source else None
    return Row(uuid.UUID(bytes=found), key, kind, source_id, state, bool(sent_again), message_id)


def is_within(at: float, times: list[tuple[float, float]]) -> bool:
    return any(began <= at <= ended for began, ended in times)


def epoch(at: Any) -> float:
    return float((at - EPOCH).total_seconds())
