"""What a benchmark needs of the machine: installed where we may, named where we may not."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench.paths import CACHE, PEERS_PYTHON, PEERS_VENV, POSTFIX, ROOT
from terminal import Progress, Refused
from test_machine import install_packages
from test_machine import prepare as prepare_servers

REQUIREMENTS = ROOT / "bench" / "requirements.txt"
STAMP = PEERS_VENV / "installed"
SECONDS = 600
NO_SINK = (
    "Postfix's smtp-sink is missing and could not be fetched: {}\n"
    "As root: apt-get install --no-install-recommends postfix"
)


def prepare(progress: Progress, *, peers: bool) -> None:
    """Raises Refused with what to install."""
    CACHE.mkdir(parents=True, exist_ok=True)
    prepare_servers({"mariadb", "redis"}, progress)
    prepare_sink(progress)
    if peers:
        prepare_peers(progress)


def prepare_peers(progress: Progress) -> None:
    wanted = hashlib.sha256(str(ROOT).encode() + REQUIREMENTS.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    progress.say("Installing the peers into .cache/bench/venv (about half a minute) ...")
    shutil.rmtree(PEERS_VENV, ignore_errors=True)
    run(sys.executable, "-m", "venv", str(PEERS_VENV))
    pip = (str(PEERS_PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input")
    run(*pip, "install", "-q", "-r", str(REQUIREMENTS))
    STAMP.write_text(wanted)


def prepare_sink(progress: Progress) -> None:
    if is_usable(sink_program()):
        return
    progress.say("Fetching Postfix's smtp-sink into .cache/bench/postfix ...")
    if not shutil.which("apt-get"):
        raise Refused(NO_SINK.format("there is no apt-get here"))
    package = fetch_postfix()
    if not is_usable(sink_program()):
        install_packages(libraries(package), progress)
    if not is_usable(sink_program()):
        raise Refused(NO_SINK.format(said_by(sink_program())))


def fetch_postfix() -> Path:
    """Unpacked and not installed: no service starts, and no root is needed."""
    downloads = CACHE / "downloads"
    downloads.mkdir(exist_ok=True)
    try:
        run("apt-get", "download", "-qq", "postfix", cwd=downloads)
    except Refused:  # the lists may be missing or old
        if os.geteuid() == 0:
            run("apt-get", "update", "-qq")
        run("apt-get", "download", "-qq", "postfix", cwd=downloads)
    package = max(downloads.glob("postfix_*.deb"), key=lambda path: path.stat().st_mtime)
    run("dpkg-deb", "-x", str(package), str(POSTFIX))
    return package


def libraries(package: Path) -> list[str]:
    depends = run("dpkg-deb", "-f", str(package), "Depends")
    names = (clause.split()[0] for clause in depends.split(","))
    return [name for name in names if name.startswith("lib")]


def sink_program() -> Path:
    installed = Path("/usr/sbin/smtp-sink")
    return installed if installed.exists() else POSTFIX / "usr" / "sbin" / "smtp-sink"


def sink_environ() -> dict[str, str]:
    # Ours alone may look there: an installed Postfix has its libraries where its maker put them.
    unpacked = {"LD_LIBRARY_PATH": str(POSTFIX / "usr" / "lib" / "postfix")}
    return {**os.environ, **(unpacked if POSTFIX in sink_program().parents else {})}


def sink_command() -> list[str]:
    """It refuses to work as root, and takes another user's name only from root."""
    return [str(sink_program()), *(("-u", "nobody") if os.geteuid() == 0 else ())]


def is_usable(sink: Path) -> bool:
    return "usage:" in said_by(sink)


def said_by(sink: Path) -> str:
    if not sink.exists():
        return f"{sink} does not exist"
    done = subprocess.run(  # noqa: S603 - Postfix's own program
        [sink], env=sink_environ(), capture_output=True, text=True, timeout=10, check=False
    )
    return done.stderr.strip()


def run(*command: str, cwd: Path = ROOT) -> str:
    """Raises Refused with the last words of a command that fails."""
    done = subprocess.run(  # noqa: S603 - fixed commands
        command, cwd=cwd, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        raise Refused(f"{' '.join(command)} failed:\n{(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout
