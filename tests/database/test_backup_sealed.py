"""What was sealed is read as it was, or not at all."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from reminder_app.database.backup.errors import BackupError, Unreadable
from reminder_app.database.backup.keys import Keys, new_key
from reminder_app.database.backup.sealed import CHUNK, TAG, SealedWriter, unsealed

pytestmark = pytest.mark.sqlite_only
KEYS = Keys.of("one key that is long enough to be one ....")
HEADER = 8 + 8 + 16
# Random bytes do not get smaller: so many chunks, and a bit.
LONG = os.urandom(3 * CHUNK + 17)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "it.sealed"


def seal(path, *pieces: bytes, keys=KEYS, label="it") -> SealedWriter:
    with SealedWriter(path, keys.current, label) as writer:
        for piece in pieces:
            writer.write(piece)
    return writer


def read(path, keys=KEYS, label="it") -> bytes:
    return b"".join(unsealed(path, keys, label))


@settings(max_examples=30)
@given(pieces=some.lists(some.binary(max_size=3000), max_size=5))
def test_what_went_in_comes_out(tmp_path_factory, pieces):
    path = tmp_path_factory.mktemp("sealed") / "it"

    writer = seal(path, *pieces)

    assert read(path) == b"".join(pieces)
    assert writer.plain_bytes == sum(map(len, pieces))
    assert writer.bytes == path.stat().st_size


def test_a_long_one_too_and_only_its_owner_may_read_it(path):
    seal(path, LONG[:1000], LONG[1000:])

    assert read(path) == LONG
    assert path.stat().st_mode & 0o777 == 0o600
    assert LONG[5000:5100] not in path.read_bytes()


@pytest.mark.parametrize(
    "keep",
    [0, 5, HEADER, HEADER + 1, HEADER + CHUNK + TAG, HEADER + 2 * (CHUNK + TAG), -1],
    ids=[
        "nothing",
        "within the mark",
        "no chunk",
        "a byte",
        "one chunk",
        "two chunks",
        "all but a byte",
    ],
)
def test_one_that_was_cut_off_is_found(path, keep):
    seal(path, LONG)
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(Unreadable):
        read(path)


def test_it_says_that_it_was_cut_off_where_a_chunk_ends(path):
    seal(path, LONG)
    path.write_bytes(path.read_bytes()[: HEADER + CHUNK + TAG])

    with pytest.raises(Unreadable, match="cut off"):
        read(path)


@pytest.mark.parametrize("place", [3, 10, 20, HEADER + 5, HEADER + CHUNK + TAG + 5, -3])
def test_one_changed_byte_is_found_wherever_it_is(path, place):
    seal(path, LONG)
    changed = bytearray(path.read_bytes())
    changed[place] ^= 1
    path.write_bytes(changed)

    with pytest.raises(Unreadable):
        read(path)


def test_chunks_that_changed_places_are_found(path):
    seal(path, LONG)
    whole, one = path.read_bytes(), CHUNK + TAG
    first, second = whole[HEADER : HEADER + one], whole[HEADER + one : HEADER + 2 * one]
    path.write_bytes(whole[:HEADER] + second + first + whole[HEADER + 2 * one :])

    with pytest.raises(Unreadable):
        read(path)


def test_something_added_is_found(path):
    seal(path, LONG)
    path.write_bytes(path.read_bytes() + b"more")

    with pytest.raises(Unreadable):
        read(path)


def test_another_file_under_its_name_is_found(path):
    seal(path, b"that of Monday", label="Monday")

    with pytest.raises(Unreadable):
        read(path, label="Tuesday")


def test_without_its_key_it_says_which_key_that_was(path):
    seal(path, LONG)
    others = Keys.of(new_key())

    with pytest.raises(Unreadable) as error:
        read(path, keys=others)

    assert KEYS.current.fingerprint.hex() in str(error.value)
    assert "nobody can read" in str(error.value)


def test_a_former_key_still_opens(path):
    seal(path, LONG)

    assert read(path, keys=Keys.of(new_key(), [KEYS.current.text])) == LONG


def test_an_error_while_writing_leaves_nothing(path):
    def broken() -> None:
        with SealedWriter(path, KEYS.current, "it") as writer:
            writer.write(LONG)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()

    assert list(path.parent.iterdir()) == []


def test_until_the_end_the_former_one_is_there(path):
    seal(path, b"before")

    with SealedWriter(path, KEYS.current, "it") as writer:
        writer.write(LONG)
        assert read(path) == b"before"

    assert read(path) == LONG


def test_a_short_key_is_refused_and_none_says_how_to_make_one():
    with pytest.raises(BackupError, match="32"):
        Keys.of("short")
    with pytest.raises(BackupError, match="flask backup new-key"):
        Keys.of("")


def test_a_key_is_not_told_by_accident():
    assert KEYS.current.text not in repr(KEYS)
