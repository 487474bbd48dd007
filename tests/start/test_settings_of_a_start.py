import pytest

import surroundings
from command import settings
from instance import Instance, Run
from reminder_app.config import ROOT

pytestmark = pytest.mark.sqlite_only


def test_the_folder_is_told_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    unset = {"ENV_FILE": ""}

    here = surroundings.given({**unset, "INSTANCE_PATH": "here"})

    assert here["INSTANCE_PATH"] == str(tmp_path / "here")
    assert surroundings.given(unset)["INSTANCE_PATH"] == str(ROOT / "instance")


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
