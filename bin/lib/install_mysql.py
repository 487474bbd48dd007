"""Oracle's MySQL server out of Debian's sid, unpacked into a folder: no root, no change to the machine.

The packages are fetched with their whole closure, C library included, and run under their own dynamic
loader, because sid's binaries want a newer libc than a stable machine has.
"""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
PACKAGES = ("mysql-server-core", "mysql-client-core")
SECONDS = 240
INIT_SQL = (
    # Names are not resolved, so root@localhost alone would not be let in over 127.0.0.1.
    "CREATE USER root@'127.0.0.1';\nGRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n"
)

WRAPPER = """#!/bin/sh
root=$(cd "$(dirname "$0")/../root" && pwd)
exec "$root/{loader}" --library-path "$root/{libraries}" --argv0 mysqld "$root/usr/sbin/mysqld" \\
  --no-defaults --basedir="$root/usr" --lc-messages-dir="$root/usr/share/mysql" \\
  --plugin-dir="$root/usr/lib/mysql/plugin" "$@"
"""


class NotToBeHad(Exception):
    """Why there is no MySQL on this machine."""


def install(folder: Path) -> None:
    """Fill `folder` with bin/mysqld, root/ and template/ (an initialised data directory)."""
    if (folder / "ready").exists():
        return
    mirror = debian_mirror(Path("/etc/apt"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    deadline = time.monotonic() + SECONDS
    try:
        download(folder / "apt", mirror, deadline)
        unpack(folder, deadline)
        write_wrapper(folder)
        initialise(folder, deadline)
    except (subprocess.SubprocessError, OSError) as error:
        raise NotToBeHad(short(error)) from error
    shutil.rmtree(folder / "apt")
    (folder / "ready").touch()


def debian_mirror(apt: Path) -> str:
    """The mirror this machine itself installs Debian from."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb") and KEYRING.exists()):
        raise NotToBeHad("this is not a Debian machine")
    texts = [path.read_text() for path in sorted(apt.glob("sources.list*")) if path.is_file()]
    texts += [path.read_text() for path in sorted(apt.glob("sources.list.d/*")) if path.is_file()]
    for text in texts:
        for uri, suites in [*deb822(text), *one_line(text)]:
            if "debian-security" not in uri and "debian" in uri and suites & codenames():
                return uri
    raise NotToBeHad("no Debian mirror in this machine's apt sources")


def codenames() -> set[str]:
    release = Path("/etc/os-release").read_text()
    match = re.search(r'^VERSION_CODENAME="?(\w+)', release, re.MULTILINE)
    return {match[1] if match else "", "stable", "testing", "unstable", "sid"} - {""}


def deb822(text: str) -> list[tuple[str, set[str]]]:
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        uris = re.search(r"^URIs:\s*(\S+)", paragraph, re.MULTILINE)
        suites = re.search(r"^Suites:\s*(.+)$", paragraph, re.MULTILINE)
        if uris and suites:
            found.append((uris[1], set(suites[1].split())))
    return found


def one_line(text: str) -> list[tuple[str, set[str]]]:
    lines = re.findall(r"^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)", text, re.MULTILINE)
    return [(uri, {suite}) for uri, suite in lines]


def download(apt: Path, mirror: str, deadline: float) -> None:
    for part in ("etc/apt.conf.d", "etc/preferences.d", "state/lists/partial"):
        (apt / part).mkdir(parents=True)
    (apt / "cache/archives/partial").mkdir(parents=True)
    # An empty status file: apt believes nothing is installed, so it fetches the C library too.
    (apt / "state/status").touch()
    (apt / "etc/sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror} sid main\n")
    (apt / "apt.conf").write_text(
        f'Dir::Etc "{apt}/etc";\nDir::State "{apt}/state";\nDir::Cache "{apt}/cache";\n'
        f'Dir::State::status "{apt}/state/status";\nAPT::Sandbox::User "";\n'
        'APT::Install-Recommends "false";\nAcquire::Check-Valid-Until "false";\n'
        'Acquire::Languages "none";\nAcquire::Retries "2";\nAcquire::http::Timeout "20";\n'
    )
    environ = {**os.environ, "APT_CONFIG": str(apt / "apt.conf")}
    run(["apt-get", "update", "-qq"], deadline, environ)
    run(["apt-get", "install", "-y", "--download-only", "-qq", *PACKAGES], deadline, environ)


def unpack(folder: Path, deadline: float) -> None:
    debs = sorted((folder / "apt/cache/archives").glob("*.deb"))
    for deb in debs:
        run(["dpkg-deb", "-x", str(deb), str(folder / "root")], deadline)


def write_wrapper(folder: Path) -> None:
    root = folder / "root"
    loaders = [*root.glob("usr/lib*/ld-linux*.so.*"), *root.glob("usr/lib/*/ld-linux*.so.*")]
    libraries = list(root.glob("usr/lib/*/libc.so.6"))
    if not (loaders and libraries and (root / "usr/sbin/mysqld").exists()):
        raise OSError("the packages do not hold a MySQL server that can be started")
    wrapper = folder / "bin/mysqld"
    wrapper.parent.mkdir()
    wrapper.write_text(
        WRAPPER.format(
            loader=loaders[0].relative_to(root), libraries=libraries[0].parent.relative_to(root)
        )
    )
    wrapper.chmod(0o755)


def initialise(folder: Path, deadline: float) -> None:
    script = folder / "init.sql"
    script.write_text(INIT_SQL)
    user = ["--user=root"] if os.geteuid() == 0 else []
    run(
        [
            str(folder / "bin/mysqld"),
            "--initialize-insecure",
            f"--datadir={folder / 'template'}",
            f"--init-file={script}",
            "--secure-file-priv=NULL",
            # Without certificates the server offers no TLS, which saves 35 ms a connection.
            "--auto-generate-certs=OFF",
            "--innodb-redo-log-capacity=8M",
            *user,
        ],
        deadline,
    )
    # Copies would share the server's identity; without the file each makes its own.
    (folder / "template/auto.cnf").unlink(missing_ok=True)


def run(command: list[str], deadline: float, environ: dict[str, str] | None = None) -> None:
    left = max(1.0, deadline - time.monotonic())
    subprocess.run(command, env=environ, check=True, timeout=left, capture_output=True, text=True)


def short(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"{Path(error.cmd[0]).name} took too long"
    if isinstance(error, subprocess.CalledProcessError):
        lines = (error.stderr or error.stdout or "").strip().splitlines() or ["no message"]
        return f"{Path(error.cmd[0]).name}: {lines[-1][:160]}"
    return str(error)
