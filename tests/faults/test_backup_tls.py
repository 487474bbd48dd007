"""The server's own tools verify its certificate, as the application does."""

import subprocess
from dataclasses import replace

import pytest
from sqlalchemy.engine import make_url

from reminder_app.database import capabilities
from reminder_app.database.backup import programs, running
from tests.faults.logged import LOGGED, make_tables, nobody, settings_for
from tests.servers.certificates import make_certificate
from tests.servers.mariadb import MariaDB
from tests.servers.mysql import MySQL

KINDS = {"mariadb": (MariaDB, capabilities.MARIADB), "mysql": (MySQL, capabilities.MYSQL)}
ROWS = {"mariadb": "--binlog-format=ROW", "mysql": "--gtid-mode=OFF"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_goes_over_tls_to_the_right_server_alone(app, tmp_path, kind):
    pem, ca, other_ca = (tmp_path / name for name in ("server.pem", "ca.pem", "other.pem"))
    make_certificate(tmp_path / "another.pem", other_ca)
    make_certificate(pem, ca)
    tls = (f"--ssl-ca={ca}", f"--ssl-cert={pem}", f"--ssl-key={pem}")
    of, server_kind = KINDS[kind]
    with of(options=(*LOGGED, ROWS[kind], *tls)).start() as server:
        make_tables(server)
        server.execute(
            "CREATE USER safe@'127.0.0.1' IDENTIFIED BY 'pw' REQUIRE SSL",
            "GRANT ALL ON *.* TO safe@'127.0.0.1'",
        )
        url = server.url.replace("root@", "safe:pw@")
        kept = settings_for(app, server, tmp_path / "backups")
        kept = replace(kept, url=url, ssl_ca=str(ca))

        assert running.back_up(kept, nobody).log is not None

        client = programs.find(server_kind.client, server_kind, kept.programs)
        for trusted, answers in ((ca, True), (other_ca, False)):
            with programs.option_file(make_url(url), str(trusted), kind) as option:
                told = subprocess.run(
                    [client, option, "-e", "SELECT 1"], capture_output=True, check=False
                )
            assert (told.returncode == 0) is answers, told.stderr
