import re
import shutil
import subprocess
from pathlib import Path

from tests.servers.databases import CACHE, DatabaseServer, one_at_a_time
from tests.servers.process import find_program

PACKAGE = "mariadb-server-core mariadb-client"
# The redo log is part of the data directory: a small one keeps the copy at 25 MB.
REDO_LOG = "--innodb-log-file-size=8M"


class MariaDB(DatabaseServer):
    name = "mariadb"

    def template(self) -> Path:
        version = re.search(r"Ver (\S+)", run(find_program("mariadbd", PACKAGE), "--version"))
        folder = CACHE / "mariadb" / (version[1] if version else "unknown")
        with one_at_a_time("mariadb"):
            if not folder.exists():
                make_template(folder)
        return folder

    def command(self) -> list[str]:
        # --no-defaults has to come first, or /etc/mysql is read.
        return [
            find_program("mariadbd", PACKAGE),
            "--no-defaults",
            *self.shared_options(),
            REDO_LOG,
        ]


def make_template(folder: Path) -> None:
    half = folder.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    half.parent.mkdir(parents=True, exist_ok=True)
    run(
        find_program("mariadb-install-db", PACKAGE),
        "--no-defaults",
        f"--datadir={half}",
        f"--tmpdir={half.parent}",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--skip-name-resolve",
        REDO_LOG,
    )
    half.rename(folder)


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
