"""The contracts of .importlinter catch what they are for, and leave no module out."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import APP, ROOT

CONTRACTS = ROOT / ".importlinter"
# Entry points and declarations: held by their layer alone.
SHELLS = {"api", "cli", "links", "pages", "schemas", "sink", "tasks"}
PLATFORM = {"config", "database", "web"}
# A line that must not stand in this file, and the contract that says so.
VIOLATIONS = [
    ("accounts/service.py", "from flask import g", "know nothing of HTTP"),
    ("accounts/models.py", "from reminder_app.web import gate", "know nothing of HTTP"),
    ("reminders/planning.py", "from celery import shared_task", "know nothing of HTTP"),
    ("delivery/service.py", "from reminder_app.reminders import models as m", "downwards only"),
    ("database/engine.py", "from reminder_app.accounts import models as m", "downwards only"),
    ("contacts/pages.py", "from reminder_app.contacts import repository", "touch repositories"),
    ("home/pages.py", "from reminder_app.accounts import repository", "entered only through"),
    ("workspaces/pages.py", "from reminder_app.accounts import pages", "entered only through"),
    ("contacts/models.py", "from reminder_app.contacts import service", "Contacts: API"),
    ("reminders/recurrence.py", "import sqlalchemy", "Rules are pure"),
    ("reminders/wall_time.py", "from reminder_app.reminders import recurrence", "No cycles"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(APP, folder / "reminder_app", ignore=shutil.ignore_patterns("static"))
    shutil.copy(CONTRACTS, folder)
    return folder


def broken(folder: Path) -> list[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(
        command, cwd=folder, env={"COLUMNS": "200"}, capture_output=True, text=True, timeout=60
    )
    assert "Contracts:" in done.stdout, done.stdout
    return [line for line in done.stdout.splitlines() if " BROKEN" in line]


@pytest.mark.parametrize(("module", "line", "contract"), VIOLATIONS)
def test_a_violation_is_caught(copy, module, line, contract):
    path = copy / "reminder_app" / module
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")

    found = broken(copy)
    path.write_text(before, encoding="utf-8")

    assert any(contract in name for name in found)


def test_every_module_of_a_feature_is_under_a_contract():
    listed = named_in("5-no-http-below") | named_in("6-pure-rules")
    left_out = {
        f"reminder_app.{feature}.{module}"
        for feature, module in modules()
        if module not in SHELLS
        and f"reminder_app.{feature}.{module}" not in listed
        and f"reminder_app.*.{module}" not in listed
    }

    assert left_out == set()


def modules() -> list[tuple[str, str]]:
    paths = [path for path in APP.glob("*/*.py") if path.stem != "__init__"]
    return [(p.parent.name, p.stem) for p in paths if p.parent.name not in PLATFORM]


def named_in(contract: str) -> set[str]:
    parser = configparser.ConfigParser()
    parser.read(CONTRACTS, encoding="utf-8")
    return set(parser[f"importlinter:contract:{contract}"]["source_modules"].split())
