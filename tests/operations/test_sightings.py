"""Which processes send, as the operator sees them."""

import dataclasses
from datetime import UTC, datetime

import pytest

from reminder_app import jobs
from reminder_app.delivery.journal import Journal
from reminder_app.operations import service, sightings

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def unthrottled():
    service._written.clear()
    sightings._written.clear()


def names() -> list[str]:
    return [worker.name for worker in sightings.workers()]


def test_a_worker_that_was_just_seen_is_there_with_its_journals(app, tmp_path):
    journal = Journal(tmp_path)

    sightings.saw(journal.worker, tmp_path)

    (worker,) = sightings.workers()
    assert worker.name == journal.worker
    assert (worker.journals, worker.journal_bytes) == (1, journal.path.stat().st_size)
    journal.close()
    assert sightings.measured(tmp_path) == (0, 0)


def test_a_folder_that_is_not_there_holds_none(tmp_path):
    assert sightings.measured(tmp_path / "nowhere") == (0, 0)


def test_it_is_written_down_every_few_seconds_and_not_each_round(app, tmp_path, count_queries):
    sightings.saw("w", tmp_path)
    with count_queries() as statements:
        sightings.saw("w", tmp_path)

    assert statements == []


def test_who_is_silent_is_gone_and_then_forgotten(app, later):
    sightings.note("one", 0, 0)
    later(seconds=31)
    sightings.note("two", 0, 0)
    assert names() == ["two"]

    later(hours=2)
    sightings.note("two", 0, 0)
    sightings.purge()

    assert names() == ["two"]
    assert [worker.name for worker in sightings.repository.sighted(ALWAYS)] == ["two"]


def test_each_round_of_a_worker_is_a_sign_of_it(app, tmp_path, monkeypatch):
    settings = dataclasses.replace(app.config["SETTINGS"], instance_path=tmp_path)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    jobs.courier.cache_clear()
    monkeypatch.setattr(jobs.workers, "stop_in_order", lambda *_: None)

    jobs.pump.run()

    mine = jobs.courier(jobs.os.getpid())
    assert names() == [mine.worker]
    assert service.is_fresh(service.heartbeats()["pump"])
    lines = jobs.sidelines(jobs.os.getpid())
    lines.stop()
    assert lines.wait(30)
    mine.close()
    jobs.sidelines.cache_clear()
    jobs.courier.cache_clear()
