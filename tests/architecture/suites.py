"""Which suite a test belongs to follows from its folder."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MARKS = {
    "browser": pytest.mark.browser,
    "faults": pytest.mark.faults,
    "servers": pytest.mark.faults,
    "start": pytest.mark.slow,
}


def pytest_itemcollected(item: pytest.Item) -> None:
    folder = item.path.relative_to(ROOT).parts[0] if item.path.is_relative_to(ROOT) else ""
    if folder in MARKS:
        item.add_marker(MARKS[folder])
