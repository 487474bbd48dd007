"""Was every route called, with success, while the tests ran?

As a pytest plugin it writes what was called into TEST_ROUTES_FOLDER, a file per process; as a
program (`python -m tests.architecture.routes_called FOLDER`) it compares that with what there is.
"""

import os
import sys
import tempfile
from pathlib import Path

import pytest
from flask import Flask, request, request_finished
from werkzeug.wrappers import Response

from reminder_app.app import create_app
from reminder_app.config import load

# The framework's own; its answers are tested with the pages.
NOT_OURS = {"static"}
ELSEWHERE = {
    "GET /health/ready",  # well only when all parts of the product run: tests/start asks it
    "GET /health/db",  # well only in a database that was migrated: tests/faults
    "POST /db-monitor/connections/<int:connection_id>/end",  # a file has none: on servers
}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}

called: set[str] = set()


def pytest_configure(config: pytest.Config) -> None:
    request_finished.connect(note)


def pytest_unconfigure(config: pytest.Config) -> None:
    request_finished.disconnect(note)
    folder = os.environ.get("TEST_ROUTES_FOLDER")
    if folder:
        path = Path(folder) / f"{os.getpid()}.txt"
        path.write_text("\n".join(sorted(called)), encoding="utf-8")


def note(sender: Flask, response: Response, **_: object) -> None:
    """A refusal proves nothing: anything at all is refused to a stranger."""
    if request.url_rule is not None and response.status_code < 400:
        called.add(f"{request.method} {request.url_rule.rule}")


def routes(app: Flask) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in NOT_OURS
        for method in (rule.methods or set()) & METHODS
    }


def main(folder: Path) -> int:
    noted = {line for path in folder.glob("*.txt") for line in path.read_text().splitlines()}
    with tempfile.TemporaryDirectory() as instance:
        there = routes(create_app(load({"APP_ENV": "testing", "INSTANCE_PATH": instance})))
    noted |= ELSEWHERE
    never = sorted(there - noted)
    for route in never:
        sys.stdout.write(f"never called: {route}\n")
    sys.stdout.write(f"{len(there & noted)} called, {len(never)} never\n")
    return 1 if never else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
