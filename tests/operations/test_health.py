import logging
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from reminder_app.accounts import service as accounts
from reminder_app.delivery import service as delivery
from reminder_app.delivery.letters import Planned
from reminder_app.operations import health_pages, service
from reminder_app.operations.service import PARTS


@pytest.fixture(autouse=True)
def unthrottled():
    service._written.clear()
    service._told.clear()


def ready(app) -> tuple[int, dict]:
    answer = app.test_client().get("/health/ready")
    return answer.status_code, answer.json["checks"]


def details(app) -> dict[str, str]:
    found = service.readiness("", app.config["MIGRATIONS"])
    return {check.name: check.detail for check in found}


def test_live_answers_without_the_database(app, count_queries):
    with count_queries() as statements:
        answer = app.test_client().get("/health/live")

    assert answer.json == {"status": "ok"}
    assert statements == []


def test_who_asks_is_not_looked_up(alice, count_queries):
    browser = alice.browser()
    with count_queries() as statements:
        browser.get("/health/live")

    assert statements == []


def test_ready_names_a_database_that_is_away_to_a_browser_too(alice, monkeypatch):
    browser = alice.browser()
    lost = OperationalError("SELECT 1", {}, Exception(2013, "Lost connection"))
    monkeypatch.setattr(Session, "execute", Mock(side_effect=lost))
    monkeypatch.setattr(Session, "scalar", Mock(side_effect=lost))
    monkeypatch.setattr(Session, "scalars", Mock(side_effect=lost))

    answer = browser.get("/health/ready")

    assert answer.status_code == 503
    assert not answer.json["checks"]["database"]["ok"]


def test_ready_tells_each_part_that_is_missing(app):
    status, checks = ready(app)

    assert status == 503
    assert checks["database"]["ok"]
    assert checks["beat"] == {"ok": False}
    assert details(app)["beat"] == "never seen"
    assert "REDIS_URL" in details(app)["broker"]


def test_a_stranger_hears_which_part_is_missing_and_nothing_about_it(app):
    _, checks = ready(app)

    assert {name for check in checks.values() for name in check} == {"ok"}


def test_a_part_that_was_just_seen_is_there(app):
    for name in PARTS:
        service.saw(name)

    _, checks = ready(app)

    assert checks["beat"]["ok"]
    assert checks["worker"]["ok"]


def test_silence_counts_as_gone_within_a_minute(app, later):
    for name in PARTS:
        service.saw(name)
    later(seconds=31)

    _, checks = ready(app)

    assert not checks["worker"]["ok"]


def test_the_banner_says_what_is_wrong_and_that_nothing_is_lost(app, later):
    service.saw("beat")
    assert "no worker" in service.trouble()
    service.saw("worker")
    assert service.trouble() is None
    later(seconds=31)
    service.saw("worker")
    service._written.clear()
    service.saw("worker")
    assert "scheduler" in service.trouble()


def test_a_database_that_is_away_is_not_asked_at_each_tick(app, monkeypatch):
    away = Mock(side_effect=OperationalError("UPDATE", {}, Exception(2013, "Lost connection")))
    monkeypatch.setattr(service, "beat", away)
    with pytest.raises(OperationalError):
        service.saw("beat")

    service.saw("beat")

    assert away.call_count == 1


def test_heartbeats_are_written_seldom(app, count_queries):
    service.saw("worker")
    with count_queries() as statements:
        service.saw("worker")

    assert statements == []


def test_a_start_says_once_what_it_waits_for_and_sounds_no_alarm(app, caplog):
    caplog.set_level(logging.INFO, logger="reminder_app")
    for _ in range(3):
        ready(app)

    waiting = [record for record in caplog.records if record.message == "worker: never seen"]
    assert len(waiting) == 1
    assert {record.levelname for record in caplog.records} == {"INFO"}


def test_a_part_that_goes_away_is_told_once_as_a_warning_and_its_return_too(app, later, caplog):
    caplog.set_level(logging.INFO, logger="reminder_app")
    service.saw("worker")
    ready(app)
    later(seconds=31)
    ready(app)
    ready(app)
    service._written.clear()
    service.saw("worker")
    ready(app)

    told = [(r.levelname, r.message) for r in caplog.records if r.message.startswith("worker")]
    assert told == [
        ("INFO", "worker: seen 0 s ago"),
        ("WARNING", "worker: seen 31 s ago"),
        ("INFO", "worker: seen 0 s ago"),
    ]


def test_people_see_the_same_on_a_page(alice):
    page = alice.browser().get("/health")

    assert page.status_code == 200
    assert "Scheduler" in page.text


def test_only_a_superuser_reads_the_details(alice):
    client = alice.browser()
    assert "never seen" not in client.get("/health").text
    assert "Scheduler" in client.get("/health").text

    accounts.make_superuser(alice.email)

    assert "never seen" in client.get("/health").text


def test_a_secret_in_an_address_is_not_shown(app, monkeypatch):
    checks = service.readiness("redis://:hunter2@127.0.0.1:1/0", app.config["MIGRATIONS"])

    assert "hunter2" not in repr(checks)


def test_mail_that_waits_past_its_time_is_told_too(app, alice, later):
    delivery.plan(
        [
            Planned(
                key="rent",
                source_kind="reminder",
                address="anna@example.org",
                template="reminder",
                payload={"subject": "Rent"},
                workspace_id=alice.workspace_id,
            )
        ]
    )
    later(minutes=3)
    for name in PARTS:
        service.beat(name)

    assert "past their time" in service.trouble()


def test_who_waited_for_a_slow_look_at_the_database_is_given_what_it_found(monkeypatch):
    seconds, looks = [100.0], []

    def slow():
        seconds[0] += 30
        looks.append(object())
        return looks[-1]

    monkeypatch.setattr(health_pages, "time", SimpleNamespace(monotonic=lambda: seconds[0]))
    monkeypatch.setattr(health_pages, "report", SimpleNamespace(quick=slow))
    monkeypatch.setattr(health_pages, "_last", None)

    assert health_pages.lately() is health_pages.lately()
    seconds[0] += health_pages.KEPT
    assert health_pages.lately() is looks[1]
