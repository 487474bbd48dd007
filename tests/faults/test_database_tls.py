"""Nobody in between: the server shows a certificate of the authority we know, or is not spoken to."""

import ssl

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from reminder_app.database import db
from reminder_app.database.engine import shared_context
from tests.database.lifted import lifted
from tests.servers import MariaDB, MySQL
from tests.servers.certificates import make_certificate

KINDS = [MariaDB, MySQL]
USER = (
    "CREATE USER IF NOT EXISTS 'safe'@'%' IDENTIFIED BY 'secret' REQUIRE SSL",
    "GRANT ALL ON app.* TO 'safe'@'%'",
)


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.name)
def server(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    make_certificate(folder / "server.pem", folder / "ca.pem")
    certificate = folder / "server.pem"
    for name in ("server.pem", "ca.pem"):
        (folder / name).chmod(0o644)
    with request.param(
        options=(
            "--bind-address=127.0.0.1,127.0.0.2",
            f"--ssl-ca={folder}/ca.pem",
            f"--ssl-cert={certificate}",
            f"--ssl-key={certificate}",
        )
    ) as started:
        started.execute(*USER)
        started.authority = folder / "ca.pem"
        yield started


def url_of(server) -> str:
    return server.url.replace("root@", "safe:secret@")


def status(name: str) -> str:
    return str(db.session.execute(text(f"SHOW STATUS LIKE '{name}'")).one()[1])


def test_a_certificate_of_our_authority_is_spoken_to(server):
    with lifted(url_of(server), ssl_ca=str(server.authority)):
        cipher, version = status("Ssl_cipher"), status("Ssl_version")

    assert cipher
    assert version in ("TLSv1.3", "TLSv1.2")


def test_a_certificate_of_another_authority_is_refused(server, tmp_path):
    make_certificate(tmp_path / "other.pem", tmp_path / "other-ca.pem")

    with (
        lifted(url_of(server), ssl_ca=str(tmp_path / "other-ca.pem")),
        pytest.raises(OperationalError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        db.session.execute(text("SELECT 1"))


def test_another_name_than_that_in_the_certificate_is_refused(server):
    """As who sends us to a server of their own would have to show one for our name."""
    with (
        lifted(url_of(server).replace("127.0.0.1", "127.0.0.2"), ssl_ca=str(server.authority)),
        pytest.raises(OperationalError, match="not valid for '127.0.0.2'"),
    ):
        db.session.execute(text("SELECT 1"))


def test_an_account_that_wants_tls_is_not_had_without(server):
    with lifted(url_of(server)), pytest.raises(OperationalError, match="1045|1698|3159"):
        db.session.execute(text("SELECT 1"))


def test_all_connections_share_one_context(server, monkeypatch):
    made = []
    make = ssl.create_default_context
    monkeypatch.setattr(
        ssl, "create_default_context", lambda **given: made.append(1) or make(**given)
    )
    shared_context.cache_clear()
    with lifted(url_of(server), ssl_ca=str(server.authority)):
        for _ in range(3):
            with db.engine.connect(), db.engine.connect():
                pass
            db.engine.dispose()

    assert len(made) == 1


def test_a_server_without_tls_is_refused_when_there_is_an_authority(tmp_path):
    make_certificate(tmp_path / "server.pem", tmp_path / "ca.pem")
    with (
        MariaDB() as plain,
        lifted(plain.url, ssl_ca=str(tmp_path / "ca.pem")),
        pytest.raises(OperationalError, match="2026"),
    ):
        db.session.execute(text("SELECT 1"))


def test_production_says_that_a_server_elsewhere_is_not_verified(caplog):
    with lifted("mysql+pymysql://me:secret@db.example.org/app", is_production=True):
        pass

    assert "db.example.org is not verified" in caplog.text
    assert "secret" not in caplog.text
