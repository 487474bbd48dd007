"""The contracts of .importlinter catch what they are for, and leave no module out."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import APP, ROOT

CONTRACTS = ROOT / ".importlinter"
# Entry points, declarations and what readies rows for a page: held by their layer alone.
SHELLS = {
    "api",
    "browsers",
    "checks",
    "cli",
    "audited",  # asks the request who it is
    "console",
    "fields",
    "files",
    "links",
    "pages",
    "people",
    "schemas",
    "scopes",
    "showing",
    "sink",
    "tasks",
}
PLATFORM = {"config", "database", "files", "web"}
# A line that must not stand in this file, the contract that says so, and what it says.
VIOLATIONS = [
    ("accounts/service.py", "from flask import g", "HTTP", "accounts.service -> flask"),
    (
        "accounts/models.py",
        "from reminder_app.web import gate",
        "HTTP",
        "models -> reminder_app.web",
    ),
    ("reminders/planning.py", "import celery", "HTTP", "planning -> celery"),
    (
        "delivery/service.py",
        "import reminder_app.reminders.models",
        "downwards",
        "delivery.service",
    ),
    ("database/engine.py", "import reminder_app.accounts.models", "downwards", "database.engine"),
    ("database/unique.py", "from reminder_app.errors import Invalid", "lifted", "database.unique"),
    ("contacts/pages.py", "import reminder_app.contacts.repository", "Only services", "pages"),
    ("home/pages.py", "import reminder_app.accounts.repository", "entered only", "home.pages"),
    (
        "workspaces/pages.py",
        "import reminder_app.accounts.pages",
        "entered only",
        "workspaces.pages",
    ),
    ("contacts/models.py", "import reminder_app.contacts.service", "Contacts:", "models ->"),
    ("recurrence/series.py", "import sqlalchemy", "pure", "series -> sqlalchemy"),
    ("recurrence/wall_time.py", "import reminder_app.recurrence.series", "cycles", "wall_time ->"),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """What each contract says about a copy of the tree in which all of them are broken."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(APP, folder / "reminder_app", ignore=shutil.ignore_patterns("static"))
    shutil.copy(CONTRACTS, folder)
    for module, line, _, _ in VIOLATIONS:
        with (folder / "reminder_app" / module).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    return sections(folder)


def sections(folder: Path) -> dict[str, str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(
        command, cwd=folder, env={"COLUMNS": "200"}, capture_output=True, text=True, timeout=300
    )
    parts = re.split(
        r"^(.+)\n-+$", done.stdout.partition("Broken contracts")[2], flags=re.MULTILINE
    )
    return dict(zip(parts[1::2], parts[2::2], strict=False))


@pytest.mark.parametrize(("module", "line", "contract", "said"), VIOLATIONS)
def test_a_violation_is_caught(report, module, line, contract, said):
    assert [name for name, text in report.items() if contract in name and said in text]


def test_every_module_of_a_feature_is_under_a_contract():
    listed = named_in("5-no-http-below") | named_in("6-pure-rules")
    left_out = {
        f"reminder_app.{feature}.{module}"
        for feature, module in modules()
        if module.split("_")[-1] not in SHELLS
        and f"reminder_app.{feature}" not in listed  # a package that is pure as a whole
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
