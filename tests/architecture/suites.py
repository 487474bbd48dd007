"""A pytest plugin: which suite a test belongs to follows from its folder, or its name."""

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
# About the tree, but run on each database like a feature.
ON_EVERY_DATABASE = {ROOT / "architecture" / "test_migrations.py"}


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.path in ON_EVERY_DATABASE or not item.path.is_relative_to(ROOT):
        return
    if item.path.stem.startswith("test_fuzz"):
        item.add_marker(pytest.mark.fuzz)
    folder = item.path.relative_to(ROOT).parts[0]
    if folder in MARKS:
        item.add_marker(MARKS[folder])
