"""The server's own tools: found, and told where to connect without a password on a command line."""

import ctypes
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import IO

from sqlalchemy.engine import URL

from reminder_app.database.backup.errors import BackupError
from reminder_app.database.capabilities import Capabilities

MORE_PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/local/mysql/bin")
PACKAGES = {
    "mariadb": "apt install mariadb-client; for restore tests mariadb-server-core, too",
    "mysql": "the client programs of MySQL itself, mysql-client; for restore tests its server, too",
}


def find(names: Sequence[str], server: Capabilities, folder: Path | None = None) -> str:
    """The first there is of `names`, of this server's family. Raises BackupError.

    On Debian `mysqldump` is MariaDB's under a borrowed name: it says so when asked for its version.
    """
    for path in all_located(names, folder):
        if family(path) == server.name:
            return path
    where = f"in {folder}" if folder else "on this machine"
    raise BackupError(
        f"{' or '.join(names)} of {server.name} is not {where}: install "
        f"{PACKAGES[server.name]}, or name their folder in DB_PROGRAMS."
    )


def located(names: Sequence[str], folder: Path | None) -> str | None:
    return next(all_located(names, folder), None)


def all_located(names: Sequence[str], folder: Path | None) -> Iterator[str]:
    places = str(folder) if folder else os.pathsep.join([*os.get_exec_path(), *MORE_PLACES])
    for name in names:
        if path := shutil.which(name, path=places):
            yield path


@cache
def family(path: str) -> str:
    """By what it says of itself; the name may be the other's, and the reader of logs says only 3.5."""
    is_mariadb = re.search(r"-MariaDB|^mariadb-|Ver 3\.\d+ for", version(path))
    return "mariadb" if is_mariadb else "mysql"


@cache
def version(path: str) -> str:
    told = subprocess.run(  # noqa: S603 - a program of the server, found by its name
        [path, "--no-defaults", "--version"],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return (told.stdout or told.stderr).strip()


@contextmanager
def option_file(url: URL, ssl_ca: str, family_name: str) -> Iterator[str]:
    """`--defaults-file=…` for one connection: for its owner alone, and gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="database-") as folder:
        path = Path(folder) / "client.cnf"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(
                "[client]\n" + "".join(f"{line}\n" for line in lines(url, ssl_ca, family_name))
            )
        yield f"--defaults-file={path}"


def lines(url: URL, ssl_ca: str, family_name: str) -> Iterator[str]:
    socket = url.query.get("unix_socket")
    if socket:
        yield f"socket={quoted(str(socket))}"
    else:
        yield f"host={quoted(url.host or '127.0.0.1')}"
        yield f"port={url.port or 3306}"
        yield "protocol=TCP"  # localhost would mean a socket
    yield f"user={quoted(url.username or '')}"
    if url.password:
        yield f"password={quoted(url.password)}"
    if ssl_ca and not socket:
        yield f"ssl-ca={quoted(ssl_ca)}"
        verify = (
            "ssl-verify-server-cert" if family_name == "mariadb" else "ssl-mode=VERIFY_IDENTITY"
        )
        yield verify


def quoted(value: str) -> str:
    for plain, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        value = value.replace(plain, written)
    return f'"{value}"'


def said(error: bytes | str) -> str:
    """The last words of a program, in one line."""
    text = error.decode(errors="replace") if isinstance(error, bytes) else error
    lines_ = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines_ if "error" in line.lower()] or lines_[-1:]
    return " ".join(told)[:500] or "it said nothing"


@contextmanager
def started(
    command: Sequence[str], *, stdin: int = DEVNULL, stdout: int = PIPE
) -> Iterator["subprocess.Popen[bytes]"]:
    """It is over, and so are its pipes, when `with` is left."""
    process = subprocess.Popen(  # noqa: S603 - a program of the server, found by its name
        command, stdin=stdin, stdout=stdout, stderr=PIPE, preexec_fn=tied()
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for end in (process.stdin, process.stdout, process.stderr):
            if end is not None:
                with suppress(BrokenPipeError):
                    end.close()


def tied() -> Callable[[], None] | None:
    """For Popen's preexec_fn: what we start ends with us, also when we are killed with -9 (Linux)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "prctl"):
        return None
    parent = os.getpid()

    def tie() -> None:
        libc.prctl(1, int(signal.SIGKILL), 0, 0, 0)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it died before the prctl
            os._exit(1)

    return tie


def pipe(end: IO[bytes] | None) -> IO[bytes]:
    """Of a program that was started with PIPE."""
    if end is None:
        raise TypeError("no pipe: the program was started without")
    return end
