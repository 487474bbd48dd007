"""Figures for Prometheus: to whoever has the token, of what the database holds."""

import dataclasses
import re
from datetime import timedelta

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, select

from reminder_app.config import load
from reminder_app.config.base import ConfigError
from reminder_app.database import db, new_id, now
from reminder_app.database.engine import settings_of
from reminder_app.database.monitor import part as monitor
from reminder_app.delivery import sending_accounts, tally
from reminder_app.delivery.models import Attempt, Delivery
from reminder_app.operations import service, sightings
from tests.architecture.tree import ROOT

TOKEN = "a-token-of-some-length"
# Of the database, which the manual names too.
ACCOUNTS = {f"reminder_{name}" for name in ("backup", "reader", "monitor", "migrator")}


@pytest.fixture(autouse=True)
def token(app, settings, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(settings, metrics_token=TOKEN))


def ask(app, token: str = TOKEN):
    return app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})


def figures(app) -> dict[tuple[str, ...], float]:
    """By name and the values of its labels."""
    answer = ask(app)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def fill(workspace_id, state: str, many: int, **values) -> list[object]:
    at = now()
    rows = [
        {
            "id": new_id(), "workspace_id": workspace_id, "key": f"k:{new_id()}", "state": state,
            "source_kind": "reminder", "address": "a@example.org", "template": "note",
            "due_at": at, "not_before": at, **values,
        }
        for _ in range(many)
    ]  # fmt: skip
    db.session.execute(insert(Delivery), rows)
    db.session.commit()
    return [row["id"] for row in rows]


def tried(ids, outcome: str = "sent", late: timedelta = timedelta(milliseconds=50)) -> None:
    due = db.session.execute(select(Delivery.id, Delivery.due_at).where(Delivery.id.in_(ids)))
    db.session.execute(
        insert(Attempt),
        [
            {"delivery_id": one, "number": 1, "worker": "w", "started_at": at, "finished_at": at + late,
             "outcome": outcome}
            for one, at in due.all()
        ],
    )  # fmt: skip
    db.session.commit()


def test_without_a_token_in_the_settings_there_is_no_such_page(app, settings, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", settings)

    assert ask(app).status_code == 404
    assert ask(app, "").status_code == 404


@pytest.mark.parametrize(
    "given", ["Bearer wrong", "Bearer ", "Bearer é", f"Basic {TOKEN}", TOKEN, ""]
)
def test_whoever_has_not_the_token_reads_nothing(app, given):
    answer = app.test_client().get("/metrics", headers={"Authorization": given} if given else {})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "reminder_" not in answer.text


def test_signing_in_is_not_enough(alice):
    assert alice.browser().get("/metrics").status_code == 401


def test_a_short_token_is_refused_at_the_start(tmp_path):
    with pytest.raises(ConfigError, match="METRICS_TOKEN must have at least 16"):
        load({"APP_ENV": "testing", "INSTANCE_PATH": str(tmp_path), "METRICS_TOKEN": "short"})


def test_an_empty_ledger_has_every_figure(app):
    found = figures(app)

    assert found["reminder_backlog", "email"] == 0
    assert found["reminder_deliveries", "email", "unknown"] == 0
    assert found["reminder_oldest_due_age_seconds",] == 0
    assert found["reminder_lateness_seconds_count", "email"] == 0
    assert found["reminder_account_paused", "email"] == 0
    assert found["reminder_last_seen_age_seconds", "worker"] == float("inf")
    assert found["reminder_workers",] == 0


def test_what_waits_and_what_went_wrong(app, alice):
    fill(alice.workspace_id, "pending", 3, due_at=now() - timedelta(minutes=4))
    fill(alice.workspace_id, "pending", 2, tries=1, not_before=now() + timedelta(hours=1))
    fill(alice.workspace_id, "unknown", 1)
    fill(alice.workspace_id, "failed", 2, not_before=now() - timedelta(days=3))
    fill(alice.workspace_id, "failed", 1)
    fill(alice.workspace_id, "missed", 1)

    found = figures(app)

    assert found["reminder_backlog", "email"] == 3
    assert found["reminder_tried_later", "email"] == 2
    assert found["reminder_in_doubt", "email"] == 1
    assert found["reminder_dead_letters", "email"] == 3
    assert found["reminder_deliveries", "email", "pending"] == 5
    assert found["reminder_deliveries_last_day", "email", "failed"] == 1
    assert found["reminder_deliveries_last_day", "email", "missed"] == 1
    assert 240 <= found["reminder_oldest_due_age_seconds",] < 300


def test_lateness_is_a_histogram_that_only_grows(app, alice, later):
    tried(fill(alice.workspace_id, "sent", 4))
    tried(fill(alice.workspace_id, "sent", 1), late=timedelta(minutes=4))
    tried(fill(alice.workspace_id, "failed", 2), "permanent")
    tally.count_up()
    assert 0 < figures(app)["reminder_sent_per_second", "email"] <= 0.1
    later(seconds=30)
    tally.count_up()

    found = figures(app)

    assert found["reminder_lateness_seconds_bucket", "email", "0.1"] == 4
    assert found["reminder_lateness_seconds_bucket", "email", "60.0"] == 4
    assert found["reminder_lateness_seconds_bucket", "email", "300.0"] == 5
    assert found["reminder_lateness_seconds_bucket", "email", "+Inf"] == 5
    assert found["reminder_lateness_seconds_sum", "email"] == pytest.approx(240.2, abs=5)
    assert found["reminder_attempts_total", "email", "sent"] == 5
    assert found["reminder_attempts_total", "email", "permanent"] == 2
    later(days=2)
    tally.count_up()
    assert figures(app)["reminder_lateness_seconds_count", "email"] == 5


def test_accounts_and_those_who_work(app, tmp_path, later):
    service.beat("beat")
    later(seconds=40)
    for part in ("worker", "pump"):
        service.beat(part)
    sightings.note("host:1:a", 1, 300)
    sending_accounts.pause("email", "Alice")
    tally.count_up()

    found = figures(app)

    assert 40 <= found["reminder_last_seen_age_seconds", "beat"] < 75
    assert found["reminder_last_seen_age_seconds", "pump"] < 35
    assert found["reminder_last_seen_age_seconds", "tally"] < 35
    assert found["reminder_workers",] == 1
    assert found["reminder_account_paused", "email"] == 1
    assert found["reminder_account_broken", "email"] == 0


def test_ten_thousand_rows_cost_as_many_queries_as_ten(app, alice, count_queries):
    costs = []
    for many in (10, 9_990):
        for state in ("pending", "failed", "unknown", "sent"):
            fill(alice.workspace_id, state, many // 4)
        with count_queries() as statements:
            figures(app)
        costs.append(len(statements))

    assert costs[0] == costs[1] <= 12


def test_the_manual_names_no_figure_that_is_none_and_its_rules_can_be_read(app):
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", manual, re.S)]
    (rules,) = [block["groups"][0]["rules"] for block in blocks if "groups" in block]
    named = set(re.findall(r"\breminder_[a-z_]+", manual)) - {"reminder_app"} - ACCOUNTS
    there = {f.name for f in text_string_to_metric_families(ask(app).text)}

    assert {
        name.removesuffix("_total").removesuffix("_bucket").removesuffix("_count") for name in named
    } == there
    assert [rule["alert"] for rule in rules if not rule["annotations"]["do"]] == []
    assert len(rules) > 8


def test_each_process_tells_of_its_pool_and_of_what_failed(app):
    monitor.flush(settings_of(app))
    found = figures(app)

    (process,) = {key[1] for key in found if key[0] == "reminder_database_connections_in_use"}
    assert found["reminder_database_connections_most", process] == db.engine.pool.most
    assert found["reminder_database_pool_exhausted", process] >= 0
    assert found["reminder_database_wait_seconds", process] > 0
    assert found["reminder_database_unit_errors", "unknown_outcome", process] >= 0
