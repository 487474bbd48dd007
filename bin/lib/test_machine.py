"""What the tests need of the machine: installed when we may, named when we may not."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import install_mysql
from bootstrap import ROOT
from terminal import Progress, Refused

MYSQL = ROOT / ".cache" / "mysql"
SECONDS = 900
# What a suite needs -> what shows that it is there -> the Debian package that brings it.
PROGRAMS = {
    "mariadb": {"mariadbd": "mariadb-server-core", "mariadb": "mariadb-client"},
    "redis": {"redis-server": "redis-server"},
    "chromium": {
        "chromium": "chromium",
        "/usr/share/fonts/truetype/dejavu": "fonts-dejavu-core",
    },
}


def prepare(needs: set[str], progress: Progress) -> set[str]:
    """Install what is missing. Gives the needs that cannot be met here: MySQL alone may be one."""
    install_packages(list(missing(needs)), progress)
    if "mysql" not in needs:
        return set()
    try:
        fetch_mysql(progress)
    except install_mysql.NotToBeHad as error:
        progress.say(
            f"MySQL: not to be had here ({error}). Its suite does not run, and what asks for it "
            "among the faults fails."
        )
        return {"mysql"}
    return set()


def missing(needs: set[str]) -> Iterable[str]:
    for need in sorted(needs):
        for sign, package in PROGRAMS.get(need, {}).items():
            if not is_there(sign):
                yield package


def is_there(sign: str) -> bool:
    if sign.startswith("/"):
        return Path(sign).exists()
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    return shutil.which(sign, path=places) is not None


def install_packages(packages: list[str], progress: Progress) -> None:
    if not packages:
        return
    command = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Refused(f"The tests need more than is here. As root: {command}")
    progress.say(f"Installing {', '.join(packages)} ...")
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    # The lists may be missing or old: look again before giving up.
    if apt(install) is not None:
        apt(["apt-get", "update", "-qq"])
        if said := apt(install):
            raise Refused(f"{command} failed: {said}")


def apt(command: list[str]) -> str | None:
    """None when it went well, else its last line."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or ["no message"])[-1]


def fetch_mysql(progress: Progress) -> None:
    if not (MYSQL / "ready").exists():
        progress.say("Fetching MySQL out of Debian's sid into .cache/mysql ...")
        install_mysql.install(MYSQL)
