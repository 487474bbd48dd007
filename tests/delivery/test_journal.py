"""The file that outlives kill -9: what it says after any death, and when it cannot be written."""

import json
import os
import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_app import workers
from reminder_app.database import db
from reminder_app.delivery import claims, journal, recovery
from reminder_app.delivery.journal import Journal, Left, left_behind
from reminder_app.delivery.sending import Courier

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
FIRST, SECOND = UUID(int=1), UUID(int=2)
SENT = {"kind": "sent", "reason": "", "answer": "250 ok", "at": AT.isoformat()}
TEN_MINUTES = timedelta(minutes=10)
HASH = b"\1" * 32


@pytest.fixture(autouse=True)
def settled_is_gone() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as here:
        here.setattr(journal, "LATE_COMMIT", -1)
        yield


@contextmanager
def full_disk(path: Path, room: int = 0) -> Iterator[None]:
    """From here on the kernel takes `room` more bytes of this file, and of none that is longer."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + room, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def killed(mine: Journal) -> Path:
    """Its process is gone, and the lock with it; what it wrote is there."""
    os.close(mine._file)
    return mine.path


def written(folder: Path) -> Journal:
    """One message has its answer, one was on the wire."""
    mine = Journal(folder)
    mine.begin(FIRST, 3, HASH, AT)
    mine.end(FIRST, 3, SENT)
    mine.begin(SECOND, 1, HASH, AT)
    return mine


def taken(folder: Path) -> list[Left]:
    return list(left_behind(folder))


@pytest.fixture
def left(courier, sink):
    """left(rows): the courier claims them and is gone with what was written about them."""

    def left(*begun: UUID, ended: tuple[UUID, ...] = ()) -> None:
        _, letters = claims.claim(courier.worker, "example.net", 50)
        for letter in letters:
            if letter.id in begun + ended:
                courier.journal.begin(letter.id, letter.fence, HASH, AT)
            if letter.id in ended:
                courier.journal.end(letter.id, letter.fence, SENT)
        killed(courier.journal)
        courier.journal = Journal(courier.journal.path.parent)  # one more, closed in the end

    return left


@pytest.fixture
def journals(courier) -> Path:
    return courier.journal.path.parent


def test_it_says_what_was_answered_and_what_was_on_the_wire(tmp_path):
    mine = written(tmp_path)
    killed(mine)

    (found,) = taken(tmp_path)

    assert (found.worker, found.is_complete) == (mine.worker, True)
    assert list(found.entries) == [(FIRST, 3), (SECOND, 1)]
    first, second = found.entries.values()
    assert (first.content_hash, first.started_at, first.ending) == (HASH, AT, SENT)
    assert second.ending == {}
    assert list(tmp_path.iterdir()) == []


def test_torn_at_any_byte_it_says_what_was_whole(tmp_path):
    mine = written(tmp_path)
    whole = killed(mine).read_bytes()
    lines = whole.splitlines(keepends=True)

    for length in range(len(lines[0]), len(whole) + 1):
        found = Left.read(mine.path, whole[:length])
        ends = [len(b"".join(lines[:n])) <= length for n in (2, 3, 4)]
        expected = {(FIRST, 3): SENT if ends[1] else {}, (SECOND, 1): {}}
        begun = list(expected)[: ends[0] + ends[2]]
        assert found.worker == mine.worker
        assert {key: entry.ending for key, entry in found.entries.items()} == {
            key: expected[key] for key in begun
        }


def test_without_its_head_it_proves_nothing_and_is_still_found_by_its_name(tmp_path):
    """A machine that went down may leave the name and none of the content."""
    mine = written(tmp_path)
    head = killed(mine).read_bytes().splitlines(keepends=True)[0]

    for length in range(len(head)):
        found = Left.read(mine.path, head[:length])
        assert (found.worker, found.is_complete, found.entries) == (mine.worker, False, {})


WORDS = st.sampled_from([FIRST.hex, HASH.hex(), AT.isoformat(), "zz", ""])
NUMBERS = st.integers(-1, 3) | st.booleans()
VALUES = st.one_of(
    st.tuples(WORDS, NUMBERS, WORDS, WORDS),
    st.tuples(WORDS, NUMBERS, st.just(SENT) | st.just({})),
    st.lists(WORDS | NUMBERS | st.none(), max_size=5),
    st.integers() | st.text(max_size=5),
)
LINES = st.binary(max_size=80) | VALUES.map(lambda values: json.dumps(values).encode())


@given(st.lists(LINES, max_size=5), st.booleans())
def test_whatever_a_broken_disk_left_is_read_to_its_end(lines, has_head):
    """Who stumbled over one journal would never come to the next, nor to any doubt."""
    head = [journal.line(["host:1:ab", journal.boot_id()])[:-1]] if has_head else []
    entry = journal.line([SECOND.hex, 1, HASH.hex(), AT.isoformat()])

    found = Left.read(Path("host:1:ab.journal"), b"\n".join([*head, *lines, entry]))

    assert found.worker
    if has_head:
        assert (SECOND, 1) in found.entries


@pytest.mark.parametrize("room", [0, 1, 60, 100])
def test_on_a_full_disk_a_beginning_is_refused_and_leaves_no_trace(tmp_path, room):
    mine = Journal(tmp_path)
    mine.begin(FIRST, 3, HASH, AT)
    before = mine.path.read_bytes()

    with full_disk(mine.path, room), pytest.raises(OSError, match="No space|too large"):
        mine.begin(SECOND, 1, HASH, AT)

    assert mine.path.read_bytes() == before
    mine.begin(SECOND, 1, HASH, AT)
    killed(mine)
    (found,) = taken(tmp_path)
    assert list(found.entries) == [(FIRST, 3), (SECOND, 1)]


@pytest.mark.parametrize("room", [0, 1, 60, 100])
def test_on_a_full_disk_an_ending_is_not_said_and_what_follows_is(tmp_path, room):
    mine = Journal(tmp_path)
    mine.begin(FIRST, 3, HASH, AT)

    with full_disk(mine.path, room):
        mine.end(FIRST, 3, SENT)

    mine.begin(SECOND, 1, HASH, AT)
    killed(mine)
    (found,) = taken(tmp_path)
    assert [entry.ending for entry in found.entries.values()] == [{}, {}]


def with_full_disk(courier: Courier, what: str) -> None:
    """The disk is full whenever the courier writes this into its journal."""
    write = getattr(courier.journal, what)

    def cramped(*args):
        with full_disk(courier.journal.path, room=10):
            write(*args)

    setattr(courier.journal, what, cramped)


def test_with_a_full_disk_nothing_leaves_and_no_try_is_spent(courier, plan, sink, fresh):
    rows = plan(3)
    with_full_disk(courier, "begin")

    courier.send_due(0)

    assert sink.count == 0
    for row in map(fresh, rows):
        assert (row.state, row.attempts, row.history) == ("pending", 0, [])
        assert "The journal under INSTANCE_PATH cannot be written" in row.reason


def test_a_disk_that_fills_up_stops_at_the_message_it_cannot_note(courier, plan, sink, fresh):
    """Its envelope left with the content before it: the server gets no half of it. Others go on."""
    rows = plan(3)
    begin, begun = courier.journal.begin, []

    def fills_up(*args):
        begun.append(args)
        with full_disk(courier.journal.path, room=4096 if len(begun) == 1 else 10):
            begin(*args)

    courier.journal.begin = fills_up
    courier.send_due(0)

    assert sorted(fresh(row).state for row in rows) == ["pending", "pending", "sent"]
    assert sink.count == 1

    other = Courier(courier.channel.settings)
    other.send_due(0)
    other.close()

    assert {fresh(row).state for row in rows} == {"sent"}
    assert list(sink.message_ids().values()) == [1, 1, 1]


def test_an_answer_that_found_no_room_is_still_written_to_the_ledger(courier, plan, sink, fresh):
    (delivery,) = plan()
    with_full_disk(courier, "end")

    courier.send_due(0)

    assert (fresh(delivery).state, sink.count) == ("sent", 1)


def test_an_answer_that_found_no_room_is_a_doubt_when_its_worker_dies(
    courier, plan, sink, fresh, journals, monkeypatch
):
    """Not lost, and not sent twice behind anybody's back."""
    (delivery,) = plan()
    with_full_disk(courier, "end")

    with monkeypatch.context() as dying:
        dying.setattr(courier, "_settle", lambda: None)  # killed before it wrote anything down
        courier.send_due(0)
    killed(courier.journal)
    courier.journal = Journal(journals)

    assert recovery.recover(TEN_MINUTES, journals) == 1
    assert (fresh(delivery).state, sink.count) == ("unknown", 1)


def test_another_boots_journal_proves_its_answers_and_nothing_by_what_it_lacks(
    plan, left, fresh, journals, monkeypatch
):
    answered, begun, untouched = plan(3)
    left(begun, ended=(answered,))
    monkeypatch.setattr(journal, "boot_id", lambda: "another")

    assert recovery.recover(TEN_MINUTES, journals) == 2

    assert [fresh(row).state for row in (answered, begun, untouched)] == [
        "sent",
        "unknown",
        "unknown",
    ]
    assert fresh(answered).history[0].answer == "250 ok"


def test_a_machine_that_tells_no_boots_apart_proves_nothing_by_what_is_lacking(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(journal, "BOOT_ID", tmp_path / "nowhere")
    killed(written(tmp_path))

    (found,) = taken(tmp_path)

    assert not found.is_complete


def test_a_held_journal_is_never_taken(tmp_path):
    mine = written(tmp_path)

    child = os.fork()
    if child == 0:
        os._exit(len(taken(tmp_path)))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert taken(tmp_path) == []

    killed(mine)
    assert len(taken(tmp_path)) == 1


def test_recoveries_at_once_take_each_journal_once(tmp_path):
    workers = {(mine := written(tmp_path)).worker: killed(mine) for _ in range(40)}

    with ThreadPoolExecutor(4) as pool:
        rounds = [pool.submit(taken, tmp_path) for _ in range(4)]
        found = [left.worker for one in rounds for left in one.result()]

    assert sorted(found) == sorted(workers)


def test_one_that_was_settled_between_opening_and_locking_it_is_not_taken_again(
    tmp_path, monkeypatch
):
    killed(written(tmp_path))
    lock, others = journal.fcntl.flock, []

    def late(*args):
        monkeypatch.undo()
        others.extend(taken(tmp_path))
        lock(*args)

    monkeypatch.setattr(journal.fcntl, "flock", late)

    assert taken(tmp_path) == []
    assert len(others) == 1


def test_a_claim_that_is_committed_after_its_worker_died_goes_back_in_line(
    courier, plan, fresh, journals, monkeypatch
):
    """The server works through what a dead client has sent, also when its journal was looked at before."""
    monkeypatch.setattr(journal, "LATE_COMMIT", 15)
    (delivery,) = plan()
    killed(courier.journal)
    assert recovery.recover(TEN_MINUTES, journals) == 0

    claims.claim(courier.worker, "example.net", 50)
    courier.journal = Journal(journals)
    assert recovery.recover(TEN_MINUTES, journals) == 0

    assert fresh(delivery).state == "pending"


@pytest.mark.parametrize("ending", [{"kind": "odd"}, {"at": "2026-11-30T09:00:00"}, {"at": "?"}])
def test_an_ending_that_makes_no_sense_is_none(tmp_path, ending):
    mine = written(tmp_path)
    mine.end(SECOND, 1, SENT | ending)
    killed(mine)

    (left,) = taken(tmp_path)

    assert left.entries[SECOND, 1].ending == {}
    assert left.entries[FIRST, 3].ending == SENT


def test_while_one_settles_a_journal_nobody_else_takes_it(tmp_path):
    killed(written(tmp_path))
    first = left_behind(tmp_path)
    next(first)

    assert taken(tmp_path) == []

    first.close()  # it could not settle it: whoever comes next does
    assert len(taken(tmp_path)) == 1


def test_a_journal_that_is_settled_twice_changes_nothing_the_second_time(
    plan, left, fresh, journals
):
    """Whoever has opened it before it was removed reads it too."""
    answered, begun, untouched = plan(3)
    left(begun, ended=(answered,))
    (path,) = [one for one in journals.glob("*.journal") if one.stat().st_size > 300]
    found = Left.read(path, path.read_bytes())

    assert recovery.recover(TEN_MINUTES, journals) == 1
    states = ["sent", "unknown", "pending"]
    assert [fresh(row).state for row in (answered, begun, untouched)] == states
    before = [(fresh(row).updated_at, fresh(row).attempts) for row in (answered, begun, untouched)]
    recovery.settle_left(found)

    assert [fresh(row).state for row in (answered, begun, untouched)] == states
    after = [(fresh(row).updated_at, fresh(row).attempts) for row in (answered, begun, untouched)]
    assert [len(fresh(row).history) for row in (answered, begun)] == [1, 1]
    assert after == before


def test_an_entry_of_an_older_fence_does_not_count(courier, plan, fresh, journals, later):
    """What came of an earlier claim says nothing about this one: it never left."""
    (delivery,) = plan()
    courier.journal.begin(delivery, 0, HASH, AT)
    courier.journal.end(delivery, 0, SENT)
    _, (letter,) = claims.claim(courier.worker, "example.net", 50)
    assert letter.fence == 1
    killed(courier.journal)
    courier.journal = Journal(journals)

    assert recovery.recover(TEN_MINUTES, journals) == 0

    assert fresh(delivery).state == "pending"


def test_a_process_that_died_before_its_journal_had_a_name_does_no_harm(tmp_path):
    unnamed = tmp_path / "host:1:ab.new"
    unnamed.write_bytes(b"half a hea")

    assert taken(tmp_path) == []
    mine = written(tmp_path)
    killed(mine)

    assert [found.worker for found in taken(tmp_path)] == [mine.worker]


def test_what_died_before_it_had_a_name_is_cleaned_up_in_time(tmp_path):
    old, young = tmp_path / "host:1:ab.new", tmp_path / "host:2:ab.new"
    for unnamed in (old, young):
        unnamed.touch()
    os.utime(old, (0, 0))

    assert taken(tmp_path) == []

    assert list(tmp_path.iterdir()) == [young]


def test_a_journal_with_nothing_in_it_goes_with_its_process(tmp_path):
    mine = written(tmp_path)
    mine.clear()
    mine.close()

    assert list(tmp_path.iterdir()) == []


def test_a_journal_with_something_in_it_stays_when_its_process_goes(tmp_path):
    mine = written(tmp_path)
    mine.close()

    assert len(taken(tmp_path)[0].entries) == 2


@pytest.mark.parametrize("lies_at", ["instance", "instance/journal"])
def test_a_folder_that_cannot_be_written_is_told_with_what_to_do(tmp_path, lies_at):
    place = tmp_path / lies_at
    place.parent.mkdir(exist_ok=True)
    place.write_text("a file where a folder should be")

    with pytest.raises(OSError, match="INSTANCE_PATH") as caught:
        Journal(tmp_path / "instance" / "journal")

    assert str(tmp_path) in str(caught.value)


def test_a_worker_without_a_journal_says_so_in_one_line_a_tick(tmp_path, caplog):
    (tmp_path / "journal").touch()

    workers.tried_again_next_time(lambda: Journal(tmp_path / "journal"))()

    (line,) = caplog.messages
    assert f"no journal can be written to {tmp_path}/journal (File exists)" in line


def test_no_folder_at_all_holds_no_journal(tmp_path):
    assert taken(tmp_path / "nowhere") == []


def test_what_is_settled_and_cleared_is_not_found_again(courier, plan, sink, fresh, journals):
    rows = plan(2)
    courier.send_due(0)
    killed(courier.journal)
    courier.journal = Journal(journals)

    assert recovery.recover(TEN_MINUTES, journals) == 0

    db.session.rollback()
    assert {fresh(row).state for row in rows} == {"sent"}
