"""What is set in .env, for every way of starting the product."""

import os
import subprocess
import sys

import pytest

from reminder_app.config import ROOT, ConfigError, load, with_env_file
from reminder_app.config.env_file import read

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def write(tmp_path):
    """write("PORT=1") is the environment of somebody whose .env says so."""
    path = tmp_path / ".env"

    def written(text: str) -> dict[str, str]:
        path.write_text(text, encoding="utf-8")
        return {"ENV_FILE": str(path)}

    return written


def test_the_file_is_read_as_a_shell_would_read_it(write, tmp_path):
    write("""\
# a comment
PORT=8001
export SMTP_HOST = mail.example.org   # and why
SECRET_KEY='a # in $quotes'
MAIL_FROM="The \\"Reminder\\" App <a@example.org>"
DATABASE_URL=mysql://me:pa#ss=word@host/name
REDIS_URL=
""")

    assert read(tmp_path / ".env") == {
        "PORT": "8001",
        "SMTP_HOST": "mail.example.org",
        "SECRET_KEY": "a # in $quotes",
        "MAIL_FROM": 'The "Reminder" App <a@example.org>',
        "DATABASE_URL": "mysql://me:pa#ss=word@host/name",
        "REDIS_URL": "",
    }


def test_a_line_that_cannot_be_read_is_named(write):
    with pytest.raises(ConfigError, match=r"\.env, line 2: write it as NAME=value"):
        with_env_file(write("PORT=1\nnonsense\n"))


def test_a_file_of_another_encoding_is_named(write, tmp_path):
    environ = write("")
    (tmp_path / ".env").write_bytes("SMTP_USER=Jürgen\n".encode("latin-1"))

    with pytest.raises(ConfigError, match=r"\.env cannot be read"):
        with_env_file(environ)


def test_the_environment_wins_over_the_file(write):
    environ = write("PORT=8001\nSMTP_HOST=mail.example.org\nREDIS_URL=redis://file\n")

    given = with_env_file({**environ, "PORT": "9000", "REDIS_URL": ""})

    assert (given["PORT"], given["SMTP_HOST"], given["REDIS_URL"]) == (
        "9000",
        "mail.example.org",
        "",
    )


def test_a_relative_folder_in_the_file_starts_at_the_project(write):
    given = with_env_file(write("INSTANCE_PATH=data/here\n"))

    assert given["INSTANCE_PATH"] == str(ROOT / "data" / "here")


def test_without_a_file_the_environment_is_all_there_is(tmp_path):
    assert with_env_file({"ENV_FILE": "", "PORT": "1"}) == {"ENV_FILE": "", "PORT": "1"}
    assert with_env_file({"ENV_FILE": str(tmp_path / "none")}).keys() == {"ENV_FILE"}


def test_the_tests_themselves_read_no_file():
    assert os.environ["ENV_FILE"] == ""


def test_a_given_mapping_is_all_that_load_reads(write, tmp_path, monkeypatch):
    monkeypatch.setenv("ENV_FILE", write("PORT=8001\n")["ENV_FILE"])

    assert load({"INSTANCE_PATH": str(tmp_path)}).port == 8000


@pytest.mark.parametrize("server", ["wsgi", "celery_worker"])
def test_each_server_reads_it(write, tmp_path, server):
    environ = write(f"INSTANCE_PATH={tmp_path}\nMAIL_FROM=Us <us@example.net>\n")
    ask = f"import {server} as it; app = getattr(it, 'app', None) or it.flask_app; print(app.config['SETTINGS'].mail_from)"

    said = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert said.stdout == "Us <us@example.net>\n"


def test_gunicorn_listens_where_the_file_says(write, tmp_path):
    environ = write(f"INSTANCE_PATH={tmp_path}\nPORT=8123\nBIND=127.0.0.9\nWEB_THREADS=3\n")

    said = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--print-config", "wsgi:app"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip

    told = dict(line.split("=", 1) for line in said.stdout.splitlines() if "=" in line)
    told = {name.strip(): value.strip() for name, value in told.items()}
    assert (told["bind"], told["threads"]) == ("['127.0.0.9:8123']", "3")
