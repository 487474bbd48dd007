"""The files that rows name go with the backups of the rows, each once, and come back whole."""

import hashlib
import os
from dataclasses import replace
from datetime import timedelta

import pytest

from reminder_app.database import now
from reminder_app.database.backup import files, running
from reminder_app.database.backup.errors import Unreadable
from reminder_app.database.backup.manifest import Manifest
from reminder_app.database.engine import EXTENSION
from tests.database.kept import folder, keys, nobody, with_backups

BILL, TERMS = b"%PDF the bill " * 100_000, b"the terms"


@pytest.fixture
def shelf(tmp_path):
    return tmp_path / "shelf"


@pytest.fixture
def kept(app, tmp_path, shelf):
    before = app.extensions[EXTENSION]
    settings = with_backups(app, tmp_path / "backups")
    settings = replace(settings, backup_files=shelf, migrations=None)
    app.extensions[EXTENSION] = settings
    yield settings
    app.extensions[EXTENSION] = before


def put(shelf, content: bytes) -> str:
    name = hashlib.sha256(content).hexdigest()
    path = shelf / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return name


def lying(shelf) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in shelf.glob("??/*")}


def command(app, *words) -> tuple[int, str]:
    told = app.test_cli_runner().invoke(args=list(words))
    return told.exit_code, told.output


def test_they_are_sealed_and_each_is_copied_once(app, kept, shelf):
    bill, terms = put(shelf, BILL), put(shelf, TERMS)
    (shelf / "half.part").write_bytes(b"half")

    first = running.back_up(kept, nobody)
    copies = {path: path.stat().st_ino for path in folder(kept).files.glob("??/*")}
    second = running.back_up(kept, nobody)

    assert {path.name for path in copies} == {f"{bill}.sealed", f"{terms}.sealed"}
    assert all(path.stat().st_ino == inode for path, inode in copies.items())
    assert TERMS not in folder(kept).file(terms).read_bytes()
    assert files.listed(folder(kept), first, keys(kept)) == {bill: len(BILL), terms: len(TERMS)}
    assert second.files.told() == "2 files of 1.3 MB"


def test_they_come_back_as_they_were_and_write_over_nothing(kept, shelf, tmp_path):
    put(shelf, BILL), put(shelf, TERMS)
    made = running.back_up(kept, nobody)
    into = tmp_path / "new"
    there = put(into, TERMS)

    done = files.restore(
        folder(kept), keys(kept), files.listed(folder(kept), made, keys(kept)), into, nobody
    )

    assert (done.written, done.there, done.bad) == (1, 1, [])
    assert lying(into) == lying(shelf)
    assert there in lying(into)
    assert {path.stat().st_mode & 0o77 for path in into.glob("??/*") if path.name != there} == {0}


def test_a_file_that_is_damaged_is_told_and_the_rest_is_backed_up(app, kept, shelf):
    bill, terms = put(shelf, BILL), put(shelf, TERMS)
    (shelf / bill[:2] / bill).write_bytes(b"damaged")

    code, words = command(app, "backup", "make")

    assert (code, "1 more are DAMAGED" in words) == (0, True)
    assert files.everything(folder(kept)) == {terms}


@pytest.mark.sqlite_only  # the files are the same whatever they belong to
@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_verify_finds_a_file_that_is_not_whole(app, kept, shelf, harm):
    bill = put(shelf, BILL)
    put(shelf, TERMS)
    running.back_up(kept, nobody)
    assert command(app, "backup", "verify", "--all")[0] == 0
    path = folder(kept).file(bill)
    path.write_bytes(path.read_bytes()[:-1]) if harm == "changed" else path.unlink()

    code, words = command(app, "backup", "verify")
    found = running.try_restore(kept, "latest", nobody)

    assert (code, f"1 of its files are gone or damaged: {bill}." in words) == (1, True)
    assert (found.is_good, bill in found.words) == (False, True)


def test_a_restore_test_reads_them_all(kept, shelf):
    put(shelf, TERMS)
    running.back_up(kept, nobody)

    found = running.try_restore(kept, "latest", nobody)

    assert (found.is_good, "files" in found.steps) == (True, True)


def test_what_no_backup_needs_any_more_goes_and_not_before(kept, shelf, monkeypatch):
    old = put(shelf, TERMS)
    made = running.back_up(kept, nobody)
    os.utime(folder(kept).file(old), ((now() - timedelta(days=3)).timestamp(),) * 2)
    (shelf / old[:2] / old).unlink()
    bill = put(shelf, BILL)

    running.back_up(kept, nobody)
    assert files.everything(folder(kept)) == {old, bill}
    folder(kept).remove(made.name)

    assert files.forget(folder(kept), keys(kept)) == 1
    assert files.everything(folder(kept)) == {bill}


def test_nothing_goes_while_a_list_cannot_be_read(kept, shelf):
    old = put(shelf, TERMS)
    made = running.back_up(kept, nobody)
    os.utime(folder(kept).file(old), (0, 0))
    folder(kept).files_list(made.name).write_bytes(b"damaged")

    assert files.forget(folder(kept), keys(kept)) == 0
    assert files.everything(folder(kept)) == {old}


def test_a_backup_of_before_is_still_one(kept):
    """It was signed before a manifest named files."""
    settings = replace(kept, backup_files=None)
    made = running.back_up(settings, nobody)
    text = folder(kept).manifest(made.name).read_text().replace(',\n "files": null', "")

    before = Manifest.read(text, made.name)

    assert '"files"' not in text
    before.check(keys(kept))
    assert files.listed(folder(kept), before, keys(kept)) == {}
    assert running.try_restore(settings, made.name, nobody).is_good


def test_a_list_of_another_backup_is_found(kept, shelf):
    put(shelf, TERMS)
    first = running.back_up(kept, nobody)
    put(shelf, BILL)
    second = running.back_up(kept, nobody)
    folder(kept).files_list(second.name).write_bytes(
        folder(kept).files_list(first.name).read_bytes()
    )

    with pytest.raises(Unreadable):
        files.listed(folder(kept), second, keys(kept))
