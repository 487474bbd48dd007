import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers import MissingProgram, Redis
from tests.servers.process import can_connect, find_program

OWNER = """
import time
from tests.servers import Redis
server = Redis().start()
print(server.port, server.folder, flush=True)
time.sleep(60)
"""


def test_redis_starts_empty_after_a_kill():
    with Redis() as server, server.client() as client:
        client.set("bell", "rung")

        server.restart()

        assert client.get("bell") is None


def test_a_missing_program_names_its_package():
    with pytest.raises(MissingProgram, match="apt-get install no-such-package"):
        find_program("no-such-program", "no-such-package")


def test_a_server_dies_with_the_run_that_started_it():
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    with owner:
        port, folder = owner.stdout.readline().split()
        assert can_connect(int(port))

        owner.kill()

    deadline = time.monotonic() + 5
    while can_connect(int(port)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not can_connect(int(port))

    with Redis():  # the next run clears away what the killed one left
        assert not Path(folder).exists()
