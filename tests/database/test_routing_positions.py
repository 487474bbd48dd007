"""GTIDs as sets: what a replica has, and what it lacks."""

import pytest

from reminder_app.database.routing import gtid

A, B = "3e11fa47-71ca-11e1-9e33-c80aa9429562", "4f22fb58-71ca-11e1-9e33-c80aa9429562"
HAS = [
    ("0-1-10", "0-1-10"),
    ("0-2-11", "0-1-10"),  # after a failover another server counts on
    ("0-1-10,1-1-5", "1-1-5"),
    (f"{A}:1-10", f"{A}:1-9"),
    (f"{A}:1-10:12-20,\n{B}:1-3", f"{A}:13,{B}:2-3"),
    (f"{A}:tag:1-5", f"{A}:tag:2"),
    ("0-1-1", ""),
]
LACKS = [
    ("0-1-9", "0-1-10"),
    ("0-1-10", "1-1-1"),
    (f"{A}:1-10", f"{B}:1"),
    (f"{A}:1-10:12-20", f"{A}:9-12"),  # with a hole in it
    # A transaction of a replica's own makes it longer, not complete.
    (f"{A}:1-9,{B}:1-50", f"{A}:1-10"),
    (f"{A}:1-50", f"{A}:tag:1"),
    ("", "0-1-1"),
]


@pytest.mark.parametrize(("have", "wanted"), HAS)
def test_a_server_that_has_it_is_known_to(have, wanted):
    assert gtid.contains(gtid.read(have), gtid.read(wanted))


@pytest.mark.parametrize(("have", "wanted"), LACKS)
def test_a_server_that_lacks_a_part_of_it_is_known_to(have, wanted):
    assert not gtid.contains(gtid.read(have), gtid.read(wanted))


@pytest.mark.parametrize(
    ("earlier", "later"), [("0-1-9", "0-2-10"), (f"{A}:1-9", f"{A}:1-9,{B}:1")]
)
def test_of_one_history_the_later_position_is_the_longer(earlier, later):
    assert gtid.length(gtid.read(earlier)) < gtid.length(gtid.read(later))


def test_what_a_server_was_seen_with_is_added_to_what_it_had():
    have = gtid.read("0-1-10,1-1-5")

    more = gtid.joined(have, gtid.read("0-1-12"))
    less = gtid.joined(more, gtid.read("0-1-11"))

    assert more == gtid.read("0-1-12,1-1-5")
    assert less == more


@pytest.mark.parametrize(
    ("source", "have", "wanted", "is_enough"),
    [
        ("1", "0-1-10", "0-1-12", True),  # its own, since it was looked at
        ("1", "0-1-10", "0-2-12", False),  # another is the writer now
        ("1", "0-1-10", "0-1-12,1-2-1", False),
        (A, f"{A}:1-10", f"{A}:1-12", True),
        (A, f"{A}:1-10", f"{A}:1-10,{B}:1", False),
        (A, f"{A}:1-10,{B}:1-4", f"{A}:1-12,{B}:1-4", True),
        (A, f"{A}:1-10", f"{A}:tag:1", True),
    ],
)
def test_a_writer_has_what_it_wrote_itself(source, have, wanted, is_enough):
    assert gtid.lacks_only_of(source, gtid.read(have), wanted) is is_enough
