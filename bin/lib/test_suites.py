"""What `bin/test` runs: each suite, its steps, and what the machine must have for it."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from bootstrap import ROOT, VENV

ALL_LOGS = ROOT / ".cache" / "test-logs"
# A folder for each run: two at once in one tree do not count each other's tests.
LOGS = ALL_LOGS / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
ROUTES = LOGS / "routes"
# Twice as many as there are cores: many tests wait for a moment or for an answer.
WORKERS = str(max(4, min(2 * (os.cpu_count() or 2), 8)))
APART = ("architecture", "browser", "faults", "fuzz", "slow")
FEATURES = " and ".join(f"not {mark}" for mark in APART)
# What never waits gains nothing from more than there are, and each starts for seconds.
CORES = str(max(2, os.cpu_count() or 2))
# Their marks leave them out anyway; not to look at them saves each worker a second.
NOT_LOOKED_AT = (
    *(f"--ignore=tests/{folder}" for folder in ("browser", "faults", "servers", "start")),
    "--ignore-glob=*/test_fuzz*",
)
FUZZ = tuple(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("tests/*/test_fuzz*.py")))
# Pages ask what the API asks: the server hears the same from both.
NO_PAGES = (*NOT_LOOKED_AT, "--ignore-glob=*page*", "--ignore=tests/web")
# What speaks to the server in words of its own. The rest has run on MariaDB, in the same dialect.
SPOKEN = (
    *(f"tests/{folder}" for folder in ("database", "delivery", "operations")),
    "tests/architecture/test_migrations.py",
)
# How late and how soon is what these look at.
TIMED = ("tests/faults/test_burst.py", "tests/servers/test_smtp.py")
# These do, too, but a light neighbour is none. The short ones first, or one worker has both long ones.
PACED = ("tests/faults/test_stop.py", "tests/faults/test_rates.py")


@dataclass(frozen=True)
class Step:
    """One command. `count` says how its output is counted: junit, contracts, routes or exit."""

    command: tuple[str, ...]
    count: str = "exit"
    environ: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Suite:
    name: str
    steps: tuple[Step, ...]
    needs: tuple[str, ...] = ()
    seconds: int = 900
    is_usual: bool = True  # else only by its name
    is_alone: bool = False  # else beside another: neither keeps the cores busy by itself

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    @property
    def junit(self) -> Path:
        return LOGS / f"{self.name}.xml"


def tool(name: str, *arguments: str) -> Step:
    return Step((str(VENV / "bin" / name), *arguments))


def pytest(marks: str, *arguments: str, workers: str = WORKERS, **environ: str) -> Step:
    parallel = ("-n", workers, "--dist=worksteal") if workers != "0" else ("-p", "no:xdist")
    python = (str(VENV / "bin" / "python"), "-m", "pytest", "-m", marks)
    # Its plugin costs every process a second; the fuzz wants only the library.
    without = ("-p", "no:schemathesis")
    return Step((*python, *without, *parallel, *arguments), "junit", environ)


def alone(marks: str, *folders: str) -> Step:
    """One process, and nothing else collected: what measures time wants no neighbour."""
    return pytest(marks, *folders, workers="0", TEST_DATABASE="sqlite")


def apart(marks: str, *arguments: str) -> Step:
    """Four files at a time: most of it is waiting, and nothing in it is short of time."""
    # As tests/faults/conftest.py has them; else a file of few tests begins last, however long it is.
    in_order = ("--dist=loadfile", "--no-loadscope-reorder")
    return pytest(marks, *arguments, *in_order, workers="4", TEST_DATABASE="sqlite")


def features(marks: str = "") -> tuple[Step, ...]:
    """On SQLite, and whether every route was called meanwhile."""
    plugin = ("-p", "tests.architecture.routes_called")
    environ = {"TEST_DATABASE": "sqlite", "TEST_ROUTES_FOLDER": str(ROUTES)}
    return pytest(FEATURES + marks, *NOT_LOOKED_AT, *plugin, **environ), routes_called()


def on(database: str, where: tuple[str, ...] = (), but: str = "") -> tuple[Step, ...]:
    marks = f"{FEATURES} and not sqlite_only{but}"
    return (pytest(marks, *(where or NOT_LOOKED_AT), TEST_DATABASE=database),)


def routes_called() -> Step:
    python = str(VENV / "bin" / "python")
    return Step((python, "-m", "tests.architecture.routes_called", str(ROUTES)), "routes")


SUITES = [
    Suite("lint", (tool("ruff", "check", "."), tool("ruff", "format", "--check", "."))),
    Suite("types", (tool("mypy"),)),
    Suite(
        "architecture",
        (
            Step((str(VENV / "bin" / "lint-imports"),), "contracts"),
            alone("architecture", "tests/architecture"),
        ),
    ),
    Suite("sqlite", features()),
    Suite("mariadb", on("mariadb", NO_PAGES, " and not thorough"), ("mariadb",)),
    Suite("mariadb-all", on("mariadb"), ("mariadb",), is_usual=False),
    Suite("mysql", on("mysql", SPOKEN, " and not thorough"), ("mysql",)),
    Suite("mysql-all", on("mysql"), ("mysql",), is_usual=False),
    Suite(
        "fuzz",
        (pytest("fuzz", *FUZZ, workers=CORES, TEST_DATABASE="sqlite"),),
        seconds=1800,
    ),
    Suite(
        "faults",
        (
            apart(
                "faults",
                "tests/faults",
                "tests/servers",
                *(f"--ignore={path}" for path in TIMED + PACED),
            ),
        ),
        ("mariadb", "redis", "mysql"),
    ),
    Suite("start", (alone("slow", "tests/start"),), ("mariadb", "redis")),
    Suite(
        "browser",
        (
            pytest(
                "browser",
                "tests/browser",
                "--dist=loadfile",
                workers="2",
                TEST_DATABASE="sqlite",
            ),
        ),
        ("chromium", "mariadb", "redis"),
    ),
    Suite(
        "timing",
        (pytest("faults", *PACED, workers="3", TEST_DATABASE="sqlite"), alone("faults", *TIMED)),
        ("mariadb", "redis"),
        is_alone=True,
    ),
]
NAMES = tuple(suite.name for suite in SUITES)
USUAL = tuple(suite.name for suite in SUITES if suite.is_usual)
# For the daily round: what only reads, and the features without their longest tests.
FAST = [*SUITES[:3], Suite("sqlite", features(" and not thorough"))]
