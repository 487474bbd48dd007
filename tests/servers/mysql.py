import os
from pathlib import Path

from tests.servers.databases import CACHE, DatabaseServer
from tests.servers.process import DidNotStart

FOLDER = Path(os.environ.get("TEST_MYSQL_FOLDER", CACHE / "mysql"))


class MySQL(DatabaseServer):
    """Oracle's server out of the folder that `bin/test` fills; see bin/lib/install_mysql.py."""

    name = "mysql"

    @staticmethod
    def is_installed() -> bool:
        return (FOLDER / "ready").exists()

    def template(self) -> Path:
        if not self.is_installed():
            raise DidNotStart("MySQL is not in .cache/mysql: bin/test fetches it where it can")
        return FOLDER / "template"

    def command(self) -> list[str]:
        return [
            str(FOLDER / "bin" / "mysqld"),
            # First: who replicates, or wants it counted, says otherwise after it.
            "--disable-log-bin",
            "--performance-schema=OFF",
            *self.shared_options(),
            "--mysqlx=OFF",
            # The default is a folder that only a package would have made.
            "--secure-file-priv=NULL",
        ]
