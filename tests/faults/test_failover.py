"""The primary is killed under load, a replica is promoted, and nothing that was acknowledged is lost."""

import sys
import time
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from reminder_app.accounts import service as accounts
from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import db, routing
from reminder_app.workspaces import roles
from reminder_app.workspaces import service as workspaces
from tests.database.routed import make_table, read, routed, write
from tests.faults.under_load import Browser, Load, Web, csrf_token
from tests.servers import Redis
from tests.servers.replicated import Replicated

KINDS = ["mariadb", "mysql"]
MOST_SECONDS = 2  # from the promotion to the first write that is acknowledged
SLOWEST = 10  # times as long as between two writes before: a machine that has other work, too
PATIENCE = 120
UNSAVED = "Nothing can be saved right now"
NOT_NOW = "Nothing can be saved right now: you can go on reading"  # the banner of every page


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def product(kind, tmp_path):
    with Replicated(kind) as servers, Redis() as redis:
        environ = {
            "APP_ENV": "chaos",
            "INSTANCE_PATH": str(tmp_path),
            "DATABASE_URL": servers.url,
            "DATABASE_READ_URLS": ",".join(servers.read_urls),
            "DATABASE_WRITER_HOSTS": ",".join(servers.addresses),
            "REDIS_URL": redis.url,
            "DB_POOL_SIZE": "8",
            "PUBLIC_URL": "http://localhost",
            "ENV_FILE": "",
        }
        who = prepare(environ)
        servers.catch_up()
        with Web(environ) as web:
            Browser(web, secret=who.secret).get("/")  # so that both processes are warm
            yield SimpleNamespace(servers=servers, web=web, environ=environ, **vars(who))


def prepare(environ):
    """The tables, somebody to sign in, and a token."""
    app = create_app(load({**environ, "DATABASE_READ_URLS": "", "DATABASE_WRITER_HOSTS": ""}))
    with app.app_context():
        db.create_all()
        user = workspaces.sign_up("dora@example.org", "correct horse battery", name="Dora")
        _, token = accounts.create_token(
            user.id, user.workspace_id, name="drill", scopes=list(roles.SCOPES)
        )
        secret = accounts.open_session(user.id, user.workspace_id)
        db.session.remove()
        db.engine.dispose()
    return SimpleNamespace(secret=secret, token=token)


def contacts(server):
    return {row[0] for row in server.execute("SELECT name FROM app.contacts")}


def test_a_killed_primary_and_a_promoted_replica_lose_nothing_that_was_acknowledged(
    product, kind, capsys
):
    servers = product.servers
    with Load(product.web, product.token, product.secret) as load_:
        time.sleep(2)
        wait_until(lambda: len(load_.acknowledged) > 20)
        servers.primary.kill()
        killed = time.monotonic()
        before = written(load_)
        wait_until(lambda: sum(UNSAVED in answer.body for answer in list(load_.looks)) > 30)
        promoted = servers.fail_over()
        wait_until(lambda: written(load_)[-1] > promoted)
        time.sleep(2)
    good = written(load_)
    assert good, load_.writes[-1:] + load_.broken[-1:]
    first = min(at for at in good if at > promoted) - promoted
    usual = max(later - earlier for earlier, later in zip(before, before[1:], strict=False))
    during = [answer for answer in load_.looks if killed < answer.at < promoted]
    with capsys.disabled():
        sys.stdout.write(
            f"\n{kind}: first good write {first:.2f} s after the promotion; {load_.statuses()}; "
            f"{len(load_.acknowledged)} acknowledged, "
            f"{len(load_.acknowledged - contacts(servers.primary))} of them lost; "
            f"{len(during)} pages read without a primary\n"
        )

    assert load_.broken == []
    assert load_.acknowledged - contacts(servers.primary) == set()
    assert first < MOST_SECONDS + SLOWEST * usual
    assert [answer for _, answer in load_.writes if not answer.is_clear] == []
    assert {answer.status for answer in load_.looks} == {200}
    assert during
    assert any(UNSAVED in answer.body for answer in during)


def written(load_) -> list[float]:
    """When writes were acknowledged."""
    return sorted(answer.at for _, answer in list(load_.writes) if answer.status == 201)


def wait_until(is_so) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize("kind", ["mariadb"])
def test_what_was_typed_while_nothing_can_be_saved_is_sent_again(product):
    servers, browser = product.servers, Browser(product.web, secret=product.secret)
    form = csrf_token(browser.get("/contacts/new").body)
    servers.primary.kill()
    for _ in range(4):  # whichever process answers knows it within a second
        browser.get("/")
        time.sleep(0.5)

    answer = browser.post("/contacts", csrf_token=form, name="Frida <3", note="line 1\nline 2")
    forged = browser.post("/contacts", csrf_token="guessed", name="Mallory")

    assert answer.status == 503
    assert "Retry-After" in answer.headers
    assert "Send it again" in answer.body
    assert 'value="Frida &lt;3"' in answer.body
    assert forged.status == 503
    assert "Mallory" not in forged.body
    assert NOT_NOW in browser.get("/contacts").body

    servers.fail_over()
    time.sleep(1)
    again = browser.post(
        "/contacts", csrf_token=csrf_token(answer.body), name="Frida <3", note="line 1\nline 2"
    )
    assert again.status == 303
    page = browser.get("/contacts").body
    assert "Frida &lt;3" in page
    assert NOT_NOW not in page


@pytest.fixture
def switched(kind):
    """Two replicas, and an application that knows all three as possible writers."""
    with Replicated(kind, replicas=2) as servers, routed(servers.url, []):
        make_table()
        servers.catch_up()
        yield servers


def test_a_writer_that_is_set_read_only_in_the_middle_of_things_is_left_for_the_new_one(switched):
    servers = switched
    with routed(servers.url, servers.read_urls, writer_hosts=servers.addresses):
        write(1)
        old = servers.primary
        old.execute("SET GLOBAL read_only=ON")
        servers.primary.wait_for_replicas(False)
        servers.catch_up()
        servers.fail_over()

        write(2)

        address = routing.current().writer.address
        assert f"{address[0]}:{address[1]}" == servers.primary.address
        assert servers.primary.execute("SELECT n FROM app.notes") == [(2,)]
        assert old.execute("SELECT n FROM app.notes") == [(1,)]


def is_written(n):
    try:
        write(n)
    except OperationalError:
        return False
    return True


def test_a_primary_that_hangs_is_given_up_and_not_written_to_when_it_wakes_up(switched):
    servers = switched
    old = servers.primary
    with routed(servers.url, servers.read_urls, writer_hosts=servers.addresses, max_lag=60) as app:
        router = routing.current()
        write(1)
        assert not routing.is_read_only()
        old.pause()
        router.watch.look()  # as it does every second

        assert routing.is_read_only()
        with app.app_context(), routing.reading():
            assert routing.reader_at_work() is not None
            assert read() is not None
        began = time.monotonic()
        with pytest.raises(OperationalError):
            write(2)
        # And not for as long as an answer may take, five times.
        assert time.monotonic() - began < 100
        servers.fail_over()
        wait_until(lambda: is_written(3))
        old.resume()
        for n in range(4, 14):
            with app.app_context():
                write(n)

    assert servers.primary.execute("SELECT n FROM app.notes") == [(13,)]
    assert old.execute("SELECT n FROM app.notes") == [(1,)]


def test_an_old_primary_that_comes_back_writable_is_not_followed(switched, caplog):
    servers = switched
    old = servers.primary
    with routed(servers.url, servers.read_urls, writer_hosts=servers.addresses) as app:
        write(1)
        old.kill()
        servers.fail_over()
        write(2)
        old.start()
        assert old.execute("SELECT @@global.read_only") == [(0,)]
        with app.app_context():
            write(3)
    with routed(servers.url, servers.read_urls, writer_hosts=servers.addresses):  # a new process
        write(4)

    assert servers.primary.execute("SELECT n FROM app.notes") == [(4,)]
    assert old.execute("SELECT n FROM app.notes") == [(1,)]
    assert "all take writes" in caplog.text
