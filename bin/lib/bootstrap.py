"""The virtual environment `.venv`, made when missing, mended when half made, brought up to date when
requirements change. Needs nothing but the standard library."""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from lifeline import tied
from terminal import Progress, Refused

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / ".unfinished"


def enter(argv: list[str], out: TextIO) -> None:
    """Comes back inside the environment: the process goes on there under the same pid."""
    if Path(sys.prefix).resolve() == VENV.resolve() and is_current("requirements.txt"):
        return
    try:
        ensure("requirements.txt", out)
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        sys.exit(2)
    except PermissionError as error:
        sys.stderr.write(f"No permission to write {error.filename}: .venv is made in {ROOT}.\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    os.execv(PYTHON, [str(PYTHON), os.path.realpath(argv[0]), *argv[1:]])  # noqa: S606  # our own


def ensure(requirements: str, out: TextIO) -> None:
    """`requirements` names a file of the project root. Several commands at once wait for the first."""
    if is_current(requirements):
        return
    progress = Progress(out)
    with one_at_a_time(progress):
        if not is_current(requirements):
            make(requirements, progress)


def is_current(requirements: str) -> bool:
    if UNFINISHED.exists() or not os.access(PYTHON, os.X_OK):
        return False
    stamps = [packages / stamp_of(requirements) for packages in package_folders()]
    return any(s.exists() and s.read_text() == fingerprint(requirements) for s in stamps)


def package_folders() -> list[Path]:
    """One, or none while there is no environment; its name carries the environment's own Python."""
    return list(VENV.glob("lib/python3.*/site-packages"))


def stamp_of(requirements: str) -> str:
    """A file beside the packages, so that it goes when they go."""
    return f".{requirements}.installed"


def fingerprint(requirements: str) -> str:
    """Changes with the pins, and when the project moves (scripts name their folder)."""
    digest = hashlib.sha256(str(ROOT).encode())
    for path in included(ROOT / requirements):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def included(path: Path) -> Iterator[Path]:
    yield path
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            yield from included(path.parent / line[3:].strip())


@contextmanager
def one_at_a_time(progress: Progress) -> Iterator[None]:
    folder = os.open(Path(__file__).parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.say("Waiting for another command that prepares .venv ...")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def make(requirements: str, progress: Progress) -> None:
    started = time.monotonic()
    if not is_usable():
        create(progress)
    UNFINISHED.touch()
    install(requirements, progress)
    for packages in package_folders():
        (packages / stamp_of(requirements)).write_text(fingerprint(requirements))
    UNFINISHED.unlink()
    progress.say(f"Environment ready in .venv ({time.monotonic() - started:.0f} s).")


def is_usable() -> bool:
    if UNFINISHED.exists() or not package_folders():
        return False
    check = [str(PYTHON), "-c", "import pip, sys; assert sys.version_info >= (3, 11)"]
    try:
        return subprocess.run(check, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def create(progress: Progress) -> None:
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise Refused(
            f"This Python cannot make virtual environments. Install its venv package, on Debian "
            f"or Ubuntu: apt install python3.{sys.version_info.minor}-venv. Then start again."
        )
    progress.say(f"Making a virtual environment in .venv (Python {sys.version.split()[0]}) ...")
    remove(VENV)
    VENV.mkdir()
    UNFINISHED.touch()
    run([sys.executable, "-m", "venv", str(VENV)], progress)


def remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def install(requirements: str, progress: Progress) -> None:
    progress.say(f"Installing the pinned packages of {requirements} (about half a minute) ...")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    run([*pip, "--progress-bar", "off", "-r", str(ROOT / requirements)], progress)


def run(command: list[str], progress: Progress) -> None:
    """Shows which package is at hand; Refused with the last words of a command that fails."""
    said: list[str] = []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        preexec_fn=tied(),
    ) as process:
        for line in process.stdout or ():
            said.append(line.strip())
            progress.passing(f"  {said[-1]}")
    if process.returncode:
        wrong = [line for line in said if line.startswith(("ERROR", "Error"))] or said[-3:]
        raise Refused("\n".join(["Preparing .venv did not work:", *wrong[-3:]]))
