"""What an operator sees of backups, of restores that were tried, and of how the database grows."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from reminder_app.database import db, now
from reminder_app.database.backup import running
from reminder_app.database.backup.models import RestoreTest
from reminder_app.database.engine import EXTENSION, settings_of
from reminder_app.database.maintenance import sizes
from reminder_app.database.maintenance.models import TableSize
from reminder_app.operations import upkeep_pages
from tests.database.kept import nobody, with_backups

MB = 2**20


@pytest.fixture
def kept(app, tmp_path):
    before = app.extensions[EXTENSION]
    yield with_backups(app, tmp_path / "backups")
    app.extensions[EXTENSION] = before


@pytest.fixture
def asked(monkeypatch):
    found: list[str] = []
    monkeypatch.setattr(upkeep_pages, "asked", [found.append])
    return found


def text(answer) -> str:
    assert answer.status_code == 200, answer.text
    return " ".join(answer.text.split())


def tried(days_ago: int, seconds: float, *, is_good: bool = True, words: str = "") -> None:
    row = RestoreTest(
        backup_name="2026-01-01T02-07-00.000Z",
        started_at=now() - timedelta(days=days_ago),
        is_good=is_good,
        seconds=seconds,
        steps={"server": 1.0, "restore": seconds - 1, "log": 0, "look": 0},
        row_count=1000,
        bytes=MB,
        server="mariadb 10.11.19",
        words=words,
    )
    db.session.add(row)
    db.session.commit()


def grew(days: int, a_day: int) -> None:
    for ago in range(days, -1, -1):
        size = 100 * MB + (days - ago) * a_day
        db.session.add(
            TableSize(
                at=now() - timedelta(days=ago), table_name="deliveries", row_count=10, data_bytes=size,
                index_bytes=0, free_bytes=0,
            )
        )  # fmt: skip
    db.session.commit()


def test_before_the_first_backup_the_page_says_so(operator, kept):
    page = text(operator.get("/operations/database/backups"))

    assert "No backup was made yet" in page
    assert "not known" in page


def test_where_none_can_be_made_it_says_what_to_set(app, operator, kept):
    app.extensions[EXTENSION] = replace(kept, backup_key="")

    page = text(operator.get("/operations/database/backups"))

    assert "BACKUP_KEY is not set" in page
    assert "Back up now" not in page


def test_it_says_how_many_files_went_along_and_which_did_not(app, operator, kept, tmp_path):
    for place, content in (("good", b"x" * 2048), ("damaged", b"y")):
        name = hashlib.sha256(place.encode() if place == "damaged" else content).hexdigest()
        path = tmp_path / "files" / name[:2] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    running.back_up(replace(kept, backup_files=tmp_path / "files"), nobody)

    page = text(operator.get("/operations/database/backups"))

    assert "1 file of 2 kB" in page
    assert "1 file is damaged on the disk and not in it" in page


def test_it_shows_backups_and_how_long_a_recovery_takes(operator, kept):
    made = running.back_up(kept, nobody)
    tried(8, 31.0)
    tried(1, 34.5)

    page = text(operator.get("/operations/database/backups"))

    assert made.name in page
    assert "34.5 s" in page
    assert "the last took 34.5 s" in page
    assert "stays as recent, daily, weekly, monthly" in page
    told = operator.get("/db-monitor/backups").get_json()
    assert told["standing"]["recovery_seconds"] == 34.5
    assert told["backups"][0]["name"] == made.name
    assert len(told["restore_tests"]) == 2


def test_a_restore_test_that_failed_stands_above_everything(operator, kept):
    tried(8, 31.0)
    tried(1, 3.0, is_good=False, words="users had 7 rows and has 6")

    page = text(operator.get("/operations/database/backups"))

    assert "The last restore test failed" in page
    assert "users had 7 rows and has 6" in page


def test_a_failed_backup_is_told_with_its_words(operator, kept, monkeypatch):
    monkeypatch.setattr("reminder_app.database.backup.making.size", lambda _: 10**18)
    with pytest.raises(Exception, match="make room"):
        running.back_up(kept, nobody)

    page = text(operator.get("/operations/database/backups"))

    assert "The last try to make a backup failed" in page
    assert "make room" in page


@pytest.mark.parametrize(
    ("address", "task"),
    [
        ("backups/make", "back_up"),
        ("backups/test", "try_restore"),
        ("upkeep/measure", "measure_tables"),
        ("upkeep/analyze", "analyze_tables"),
    ],
)
def test_a_worker_is_asked(operator, kept, asked, address, task):
    answer = operator.post(f"/operations/database/{address}")

    assert answer.status_code == 303
    assert asked == [task]
    assert "A worker" in text(operator.get(answer.location))


def test_how_it_grows_and_when_the_disk_is_full(app, operator, monkeypatch):
    grew(10, 5 * MB)
    monkeypatch.setattr(sizes, "disk_free", lambda _: (1000 * MB, ""))

    page = text(operator.get("/operations/database/upkeep"))

    assert "5 MB a day" in page
    assert "200 days" in page
    told = operator.get("/db-monitor/growth").get_json()
    assert told["days_to_full"] == pytest.approx(200)
    assert told["tables"][0]["table"] == "deliveries"
    assert len(told["total"]) == 11


def test_a_disk_that_is_nearly_full_is_told(operator, monkeypatch):
    grew(10, 5 * MB)
    monkeypatch.setattr(sizes, "disk_free", lambda _: (50 * MB, ""))

    assert "the disk is full in 10 days" in text(operator.get("/operations/database/upkeep"))


def test_one_clean_up_does_not_turn_the_growth(operator):
    grew(20, MB)
    last = db.session.query(TableSize).order_by(TableSize.at.desc()).first()
    last.data_bytes //= 2
    db.session.commit()

    assert sizes.overview().a_day == pytest.approx(MB, rel=0.2)


def test_what_was_done_is_listed(operator):
    sizes.measure()

    page = text(operator.get("/operations/database/upkeep"))

    assert "Measured the tables" in page
    assert "users" in page
    assert settings_of().long_transaction_seconds == 300
