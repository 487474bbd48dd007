"""A pytest plugin: which suite a test belongs to follows from its folder, or its name."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MARKS = {
    "architecture": pytest.mark.architecture,
    "browser": pytest.mark.browser,
    "faults": pytest.mark.faults,
    "servers": pytest.mark.faults,
    "start": pytest.mark.slow,
}
# Much work for one answer: not part of `bin/test --fast`. Also a mark that a test may set itself.
THOROUGH = (
    "ten_thousand",
    "accounts/test_same_time.py",
    "database/test_migrations_interrupted.py",
    "database/test_migrations_keep_rows.py",
    "delivery/test_breaker.py::test_four_workers",
    "delivery/test_odd_servers.py",
    "delivery/test_standing_still.py",
    "delivery/test_two_machines.py",
    "recurrence/test_agreement.py",
    "recurrence/test_zones.py",
    "reminders/test_any_order.py",
    "reminders/test_any_quiet.py",
    "reminders/test_files.py::test_what_a_reminder_sent_over_the_years",
    "reminders/test_so_often.py::test_whatever_is_done",
)
# About the tree, but run on each database like a feature.
ON_EVERY_DATABASE = {ROOT / "architecture" / "test_migrations.py"}


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.path in ON_EVERY_DATABASE or not item.path.is_relative_to(ROOT):
        return
    if item.path.stem.startswith("test_fuzz"):
        item.add_marker(pytest.mark.fuzz)
    if any(word in item.nodeid for word in THOROUGH):
        item.add_marker(pytest.mark.thorough)
    folder = item.path.relative_to(ROOT).parts[0]
    if folder in MARKS:
        item.add_marker(MARKS[folder])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A rule without I/O is the same on every database: it was run with SQLite. And what only a server
    has is tried on servers: the capability table says what a file lacks."""
    is_file = os.environ.get("TEST_DATABASE", "sqlite") == "sqlite"
    is_for_this = runs_on_a_file if is_file else touches_the_database
    config.hook.pytest_deselected(items=[item for item in items if not is_for_this(item)])
    items[:] = [item for item in items if is_for_this(item)]


def runs_on_a_file(item: pytest.Item) -> bool:
    return item.get_closest_marker("servers_only") is None


def touches_the_database(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return "app" in fixtures or item.path in ON_EVERY_DATABASE or "database" in item.path.parts
