"""The product as one command: from nothing to an answer, through kills, to nothing left."""

import os
import shutil
import signal
import sqlite3
from contextlib import closing

import pytest

from tests.servers.process import free_port
from tests.start.product import FLASK, PARTS, UP, Product, environ, listen, run
from watchdog import STAGES

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    product = Product(tmp_path_factory.mktemp("product") / "instance")
    yield product.start()
    product.close()


@pytest.fixture
def other(tmp_path):
    return tmp_path / "instance"


def refusal(answer) -> str:
    """The one line of a start that was refused."""
    assert answer.returncode == 2, answer
    assert answer.stdout == ""
    (line,) = answer.stderr.splitlines()
    return line


def test_the_pages_answer_and_a_newcomer_can_sign_up(product):
    assert product.get("/health/live") == 200
    assert product.get("/health/ready") == 200
    assert product.get("/sign-up") == 200


def test_the_first_account_is_there_and_may_operate(product):
    email, password = product.first_account()

    assert len(password) >= 16
    with closing(sqlite3.connect(product.instance / "reminder.db")) as database:
        people = database.execute("SELECT email, is_superuser FROM users").fetchall()
    assert people == [(email, 1)]


def test_a_command_works_on_the_same_data_and_writes_only_its_own_output(product):
    email, _ = product.first_account()

    answer = run(FLASK, "accounts", "create-token", email, **product.environ)

    assert answer.returncode == 0, answer.stderr
    token = answer.stdout.splitlines()[-1]
    assert product.get("/api/v1/me", Authorization=f"Bearer {token}") == 200


def test_the_demo_is_filled_in_once_and_each_time_says_who_signs_in(product):
    said = [run(UP, "--demo", **product.environ) for _ in range(2)]

    assert [answer.returncode for answer in said] == [0, 0]
    for answer in said:
        assert f"http://localhost:{product.port}" in answer.stdout
        assert "Sign in as demo@demo.example.org" in answer.stdout
        assert "To take it away" in answer.stdout
    assert "here already" in said[1].stdout


def test_a_command_before_the_first_start_says_what_is_missing(other):
    answer = run(FLASK, "demo", "load", **environ(other, free_port()))

    assert answer.returncode == 2
    assert answer.stderr.splitlines() == [
        "The database cannot be used: no such table: users",
        "Where its tables are missing or old: bin/flask db upgrade",
    ]


def test_a_part_that_is_killed_is_back(product):
    before = {name: product.part(name) for name in PARTS}
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)

    product.wait_for(lambda: all(product.part(n) not in (0, before[n]) for n in PARTS), 300)
    product.wait_for(lambda: product.get("/health/ready") == 200, 300)
    assert "worker: ended (killed by SIGKILL)" in product.said()


def test_a_second_start_on_the_same_instance_is_refused(product):
    answer = run(UP, **{**product.environ, "PORT": str(free_port())})

    assert f"already running on {product.instance}" in refusal(answer)


def test_a_taken_port_is_refused(product, other):
    assert f"Port {product.port} is taken" in refusal(run(UP, **environ(other, product.port)))


def test_a_port_taken_by_another_program_is_refused(other):
    port = free_port()
    with listen(port):
        assert f"Port {port} is taken" in refusal(run(UP, **environ(other, port)))


def test_a_folder_that_cannot_be_written_is_refused(other):
    other.mkdir(mode=0o500)
    # Root writes everywhere until it gives that right away.
    rights = "-dac_override,-dac_read_search"
    drop = [shutil.which("setpriv"), "--bounding-set", rights] if os.getuid() == 0 else []

    answer = run(*drop, UP, **environ(other, free_port()))

    assert refusal(answer).startswith(f"Cannot write to {other}")


def test_wrong_settings_are_all_told_at_once(other):
    answer = run(UP, **environ(other, 0, SMTP_SECURITY="maybe"))

    assert answer.returncode == 2
    assert {line.split(":")[0] for line in answer.stderr.splitlines()} == {"PORT", "SMTP_SECURITY"}


def test_ctrl_c_ends_all_of_it_within_ten_seconds(product):
    product.send(signal.SIGINT)

    assert product.ends(300) == 0
    assert sum(STAGES.values()) < 10  # what has not ended by then is killed
    assert product.processes() == set()


def test_a_second_start_is_ready_in_time_and_a_kill_leaves_nothing_behind(product):
    product.start()
    email, password = product.first_account()
    assert (email, password) == ("you@example.org", "as")  # shown at the first start
    assert f"bin/flask accounts set-password {email}" in product.said()

    product.send(signal.SIGKILL)
    product.ends(300)

    product.wait_for(lambda: product.processes() == set(), 300)
    product.start()  # on the same port and folder, at once
    product.send(signal.SIGTERM)
    assert product.ends(300) == 0
