"""A real server as a child of the tests: private, on loopback, killed by its own pid."""

import atexit
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

READY_WITHIN = 120.0
STOP_WITHIN = 60.0
ROOMY = 2 * 1024**3
PREFIX = "reminder-test-"
# Below Linux' ephemeral range: there, a client that retries a dead server's port can be given
# that very port as its own and connect to itself, and the server cannot come back.
PORTS = range(20_000, 32_000)

# A child dies with the *thread* that started it (PR_SET_PDEATHSIG), so one thread that lives as
# long as the interpreter starts them all. Nothing outlives a test run that is killed with -9.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="servers")
_started: list["Server"] = []
_folders: list[Path] = []
_owner = os.getpid()


class MissingProgram(Exception):
    def __init__(self, program: str, package: str) -> None:
        super().__init__(f"{program} is missing: apt-get install {package}")


class DidNotStart(Exception):
    pass


class Server(ABC):
    """A program with a folder and a port that it keeps over kill() and start()."""

    name = "server"

    def __init__(self, port: int | None = None) -> None:
        self.folder = temporary_folder(self.name)
        self.port = port or free_port()
        self.process: subprocess.Popen[bytes] | None = None
        _started.append(self)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.close()

    @abstractmethod
    def command(self) -> list[str]: ...

    def environ(self) -> Mapping[str, str]:
        return os.environ

    def prepare(self) -> None:
        """Make what the program needs in its folder, before every start."""
        self.folder.mkdir(exist_ok=True)

    def is_ready(self) -> bool:
        return can_connect(self.port)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def start(self) -> Self:
        if self.is_running:
            return self
        self.prepare()
        self.process = spawn(self.command(), self.log, self.environ())
        wait_until(self.is_ready, self._give_up_when_dead)
        return self

    def stop(self) -> None:
        """End it as an operator would: it may finish what it does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9, and reap it: a zombie's pid in a lock file would stop the next start."""
        self._end(signal.SIGKILL)

    def restart(self) -> Self:
        self.kill()
        return self.start()

    def pause(self) -> None:
        """The process stands still; its sockets stay open and nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        if self.is_running:
            self.process.send_signal(number)
            self.process.send_signal(signal.SIGCONT)
        try:
            self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _give_up_when_dead(self, late: bool) -> None:
        if self.is_running and not late:
            return
        self.kill()
        raise DidNotStart(f"{self.name} did not start:\n{tail(self.log)}")


@atexit.register
def close_all() -> None:
    if os.getpid() != _owner:  # a forked child ends: these are its parent's
        return
    for server in _started:
        server.close()
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)


def spawn(command: list[str], log: Path, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    guard = shutil.which("setpriv")
    prefix = [guard, "--pdeathsig", "KILL"] if guard else []

    def start() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                [*prefix, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environ,
                # Ctrl-C reaches the tests alone, which then end their servers in order.
                start_new_session=True,
            )

    return _starter.submit(start).result()


def wait_until(
    is_ready: Callable[[], bool], give_up: Callable[[bool], None], seconds: float = READY_WITHIN
) -> None:
    deadline = time.monotonic() + seconds
    while not is_ready():
        give_up(time.monotonic() > deadline)
        time.sleep(0.01)


def find_program(program: str, package: str) -> str:
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which(program, path=places)
    if found is None:
        raise MissingProgram(program, package)
    return found


def free_port() -> int:
    for _ in range(200):
        port = random.choice(PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise DidNotStart("no free port on the loopback")


def can_connect(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def temporary_folder(name: str) -> Path:
    root = temporary_root()
    sweep(root)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-{name}-", dir=root))
    _folders.append(folder)
    return folder


def temporary_root() -> Path:
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOMY:
        return memory
    return Path(tempfile.gettempdir())


def sweep(root: Path) -> None:
    """Remove what runs that were killed with -9 have left."""
    for folder in root.glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def tail(path: Path, lines: int = 20) -> str:
    text = path.read_text(errors="replace") if path.exists() else ""
    return "\n".join(text.splitlines()[-lines:])
