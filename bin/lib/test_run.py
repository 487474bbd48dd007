"""`bin/test`: prepares the machine, runs the suites in order, and says what came of each."""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, NoReturn
from xml.etree import ElementTree

import bootstrap
import test_machine
from bootstrap import ROOT, VENV
from lifeline import tied
from terminal import Progress, Refused
from test_reasons import reasons
from test_suites import (
    ALL_LOGS,
    FAST,
    FEATURES,
    NAMES,
    ROUTES,
    SUITES,
    USUAL,
    Step,
    Suite,
    pytest,
)

SHOWN_LINES, SHOWN_TESTS = 120, 20
KEPT_RUNS = 8
TIME_TO_CLEAN_UP = 20
NOTHING_CHOSEN = 5  # pytest's word for it
COMPILES_ANEW = "PYTHONDONTWRITEBYTECODE"
RUNNING: set[subprocess.Popen[bytes]] = set()
STOPPED = threading.Event()
DESCRIPTION = """\
Runs every suite: lint, types, architecture, the tests on SQLite, MariaDB and MySQL, fuzz, faults,
start, browser and timing, two at a time. On MariaDB without pages and the longest tests, on
MySQL only what speaks to it in words of its own; --suite mariadb-all and mysql-all leave out nothing.
As root it installs what is missing (MariaDB, Redis, Chromium); MySQL is fetched into .cache/mysql
where it can be had. TEST_DATABASE_URL=mysql+pymysql://... takes a server of your own.
"""


@dataclass
class Result:
    name: str
    passed: int = 0
    failed: int = 0
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        return self.passed > 0 and self.failed == 0

    def __str__(self) -> str:
        counts = f"{self.passed:5} passed {self.failed:4} failed"
        return f"{self.name:14}{counts} {self.seconds:7.1f} s  {'ok' if self.is_good else 'FAILED'}"


def main(arguments: list[str]) -> int:
    given = read(arguments)
    progress = Progress(sys.stdout)
    # Also SIGINT: a shell starts what it puts in the background deaf to it, children and all.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    os.chdir(ROOT)
    try:
        # The second is what bin/up and bin/flask look for; after the first it costs a second.
        bootstrap.ensure("requirements-dev.txt", sys.stdout)
        bootstrap.ensure("requirements.txt", sys.stdout)
        return run(given, progress)
    except Refused as refused:
        progress.say(str(refused))
        return 1
    except PermissionError as error:
        progress.say(f"No permission to write {error.filename}: remove .cache and .venv, or chown.")
        return 1
    except KeyboardInterrupt:
        progress.say("Stopped.")
        return 130


def read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/test",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-k", metavar="NAME", help="only these, on SQLite or in --suite")
    parser.add_argument("--fast", action="store_true", help="only what a minute is enough for")
    parser.add_argument("--suite", action="append", choices=NAMES, help="only this one; repeatable")
    return parser.parse_args(arguments)


def interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def run(given: argparse.Namespace, progress: Progress) -> int:
    if given.k and not given.suite:
        return named(given.k)
    suites = [suite for suite in SUITES if suite.name in (given.suite or USUAL)]
    suites = FAST if given.fast else suites
    needs = {need for suite in suites for need in suite.needs}
    absent = test_machine.prepare(needs, progress)
    if absent and given.suite == ["mysql"]:
        return 1
    make_logs()
    began = time.monotonic()
    chosen = [narrowed(suite, given.k) for suite in suites if suite.name not in absent]
    results = run_suites(chosen, progress)
    return summary(results, absent, time.monotonic() - began, progress)


def make_logs() -> None:
    ROUTES.mkdir(parents=True)
    for old in sorted(ALL_LOGS.iterdir())[:-KEPT_RUNS]:
        shutil.rmtree(old, ignore_errors=True)


def named(name: str) -> int:
    """For the daily round: pytest as it is, its output and its answer. No test found is a 5."""
    step = pytest(FEATURES, "-k", name, workers="0", TEST_DATABASE="sqlite")
    with child(step, sys.stdout) as process:
        return process.wait()


def narrowed(suite: Suite, name: str | None) -> Suite:
    if not name:
        return suite
    steps = tuple(
        Step((*step.command, "-k", name), step.count, step.environ)
        for step in suite.steps
        if step.count == "junit"
    )
    return replace(suite, steps=steps or suite.steps)


def run_suites(suites: Sequence[Suite], progress: Progress) -> list[Result]:
    """Two at a time; and then, one by one, those that want the machine for themselves."""
    results = at_once(2, [suite for suite in suites if not suite.is_alone], progress)
    return results + at_once(1, [suite for suite in suites if suite.is_alone], progress)


def at_once(many: int, suites: Sequence[Suite], progress: Progress) -> list[Result]:
    with ThreadPoolExecutor(many) as pool:
        ends = [pool.submit(run_unless_stopped, suite, progress) for suite in suites]
        try:
            return [result for end in ends if (result := end.result())]
        except KeyboardInterrupt:
            STOPPED.set()
            for process in tuple(RUNNING):
                end(process)
            raise


def run_unless_stopped(suite: Suite, progress: Progress) -> Result | None:
    return None if STOPPED.is_set() else run_suite(suite, progress)


def run_suite(suite: Suite, progress: Progress) -> Result:
    progress.passing(f"{suite.name} ...")
    result, started = Result(suite.name), time.monotonic()
    with suite.log.open("w") as log:
        for step in suite.steps:
            passed, failed = run_step(step, suite, log, started + suite.seconds)
            result.passed += passed
            result.failed += failed
    if not result.passed and not result.failed:
        result.failed = 1  # a suite without tests shows nothing
    result.seconds = time.monotonic() - started
    if not result.is_good and not STOPPED.is_set():
        show(suite, progress)
    if STOPPED.is_set():
        return result
    word = "ok" if result.is_good else "FAILED"
    progress.say(f"{suite.name}: {word}, {result.seconds:.0f} s")
    return result


def run_step(step: Step, suite: Suite, log: IO[str], deadline: float) -> tuple[int, int]:
    """Passed and failed. A command that fails without saying what counts as one failure."""
    log.write(f"$ {' '.join(step.command)}\n")
    log.flush()
    began = log.tell()
    if step.count == "junit":
        quiet = ("-q", "--no-header", f"--junitxml={suite.junit}", "--durations=10")
        step = Step((*step.command, *quiet), step.count, step.environ)
    with child(step, log) as process:
        try:
            code = process.wait(max(1.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.write(f"\nOut of time: {suite.seconds} s.\n")
            return 0, 1
    if step.count == "exit":
        return (0, 1) if code else (1, 0)
    if code == NOTHING_CHOSEN:
        return 0, 0  # of this step; a suite without a single test fails
    passed, failed = counted(step, suite, began)
    return passed, max(failed, 1) if code else failed


def counted(step: Step, suite: Suite, began: int) -> tuple[int, int]:
    if step.count == "junit":
        return in_junit(suite)
    said = suite.log.read_text(errors="replace")[began:]
    found = re.search(r"(\d+) (?:kept|called), (\d+) (?:broken|never)", said)
    return (int(found[1]), int(found[2])) if found else (0, 1)


def in_junit(suite: Suite) -> tuple[int, int]:
    """A skipped test counts as failed: here, everything a test needs is there."""
    if not suite.junit.exists():
        return 0, 1
    passed = failed = 0
    for part in ElementTree.parse(suite.junit).iter("testsuite"):  # noqa: S314 - we wrote it
        bad = sum(int(part.get(name, 0)) for name in ("failures", "errors", "skipped"))
        passed += int(part.get("tests", 0)) - bad
        failed += bad
    return max(passed, 0), failed


@contextmanager
def child(step: Step, output: IO[str]) -> Iterator[subprocess.Popen[bytes]]:
    """In its own group, so that Ctrl-C reaches it once, and nothing of it is left behind."""
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    # What is compiled once need not be by each of the many processes that tests are.
    kept = {name: value for name, value in os.environ.items() if name != COMPILES_ANEW}
    process = subprocess.Popen(
        step.command,
        cwd=ROOT,
        env={**kept, "PATH": path, **step.environ},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=tied(),
    )
    RUNNING.add(process)
    try:
        if STOPPED.is_set():  # just now: who ended the others did not know of it
            end(process)
        yield process
    finally:
        end(process)
        RUNNING.discard(process)


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(TIME_TO_CLEAN_UP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    try:
        os.killpg(process.pid, signal.SIGKILL)  # what a test may have left in the group
    except ProcessLookupError:
        return


def show(suite: Suite, progress: Progress) -> None:
    lines = suite.log.read_text(errors="replace").splitlines()
    progress.say()
    for name, reason in list(reasons(lines).items())[:SHOWN_TESTS]:
        progress.say(f"--- {suite.name}: {name}")
        for line in reason:
            progress.say(line)
    progress.say(f"--- {suite.name}: the end of {suite.log.relative_to(ROOT)}")
    for line in lines[-SHOWN_LINES:]:
        progress.say(line)
    progress.say("---")


def summary(
    results: Sequence[Result], absent: Iterable[str], seconds: float, progress: Progress
) -> int:
    progress.say()
    for result in results:
        progress.say(str(result))
    for name in absent:
        progress.say(f"{name:14}did not run: see above")
    passed, failed = sum(r.passed for r in results), sum(r.failed for r in results)
    progress.say(f"{seconds:.0f} s in all")
    progress.say(f"{passed} passed, {failed} failed")
    return 0 if all(result.is_good for result in results) else 1
