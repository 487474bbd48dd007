import pytest

import env_file
import surroundings
from bootstrap import ROOT
from command import settings
from instance import Instance, Run
from terminal import Refused

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def written(tmp_path):
    """written("PORT=1") is an .env with that text."""
    path = tmp_path / ".env"

    def write(text: str):
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_file_is_read_as_a_shell_would_read_it(written):
    text = """\
# a comment
PORT=8001
export SMTP_HOST = mail.example.org   # and why
SECRET_KEY='a # in $quotes'
MAIL_FROM="The \\"Reminder\\" App <a@example.org>"
DATABASE_URL=mysql://me:pa#ss=word@host/name
REDIS_URL=
"""
    assert env_file.read(written(text)) == {
        "PORT": "8001",
        "SMTP_HOST": "mail.example.org",
        "SECRET_KEY": "a # in $quotes",
        "MAIL_FROM": 'The "Reminder" App <a@example.org>',
        "DATABASE_URL": "mysql://me:pa#ss=word@host/name",
        "REDIS_URL": "",
    }


def test_a_line_that_cannot_be_read_is_named(written):
    with pytest.raises(Refused, match=r"\.env, line 2: write it as NAME=value"):
        env_file.read(written("PORT=1\nnonsense\n"))


def test_the_real_environment_wins_over_the_file(written):
    path = written("PORT=8001\nSMTP_HOST=mail.example.org\n")

    given = surroundings.given({"PORT": "9000"}, path)

    assert (given["PORT"], given["SMTP_HOST"]) == ("9000", "mail.example.org")


def test_a_relative_folder_in_the_file_starts_at_the_project(written):
    path = written("INSTANCE_PATH=data/here\n")

    assert surroundings.given({}, path)["INSTANCE_PATH"] == str(ROOT / "data" / "here")
    assert surroundings.given({}, written(""))["INSTANCE_PATH"] == str(ROOT / "instance")


def test_a_command_takes_what_the_running_instance_chose_and_what_is_set_wins(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    monkeypatch.setenv("PORT", "9000")
    instance = Instance(tmp_path)
    instance.remember(Run(1, {"REDIS_URL": "redis://chosen", "PORT": "8000"}))
    monkeypatch.delenv("REDIS_URL", raising=False)

    assert "REDIS_URL" not in settings()  # nobody runs: these were the last run's

    instance.lock()
    assert settings()["REDIS_URL"] == "redis://chosen"
    assert settings()["PORT"] == "9000"
