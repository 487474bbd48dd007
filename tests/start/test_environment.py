"""The Python that starts it, and the environment that it makes."""

import io
import shutil
import subprocess
import sys

import pytest

import bootstrap
import old_python
from tests.start.product import ROOT

pytestmark = pytest.mark.sqlite_only


def test_an_old_python_is_told_so_in_one_line():
    pretend = (
        "import sys; sys.version_info = (3, 6, 9); sys.path[0] = 'bin/lib'; import old_python; "
        "old_python.move_on(['bin/up'])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", pretend],
        cwd=ROOT, env={"PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert answer.returncode == 2
    (line,) = answer.stderr.splitlines()
    assert "needs Python 3.11 or newer, and this is Python 3.6" in line


def test_a_newer_python_beside_it_is_found_when_it_really_runs(tmp_path):
    for name, ends in (("python3.13", 1), ("python3.12", 0), ("python3.11", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {ends}\n")
        (tmp_path / name).chmod(0o755)

    assert old_python.newer_on(f"/nowhere:{tmp_path}") == str(tmp_path / "python3.12")
    assert old_python.newer_on("/nowhere") is None


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project that needs no package at all, so that making its environment is quick."""
    venv = tmp_path / ".venv"
    (tmp_path / "requirements.txt").write_text("# none\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(bootstrap, "UNFINISHED", venv / ".unfinished")
    return tmp_path


def ensure() -> str:
    said = io.StringIO()
    bootstrap.ensure("requirements.txt", said)
    return said.getvalue()


@pytest.mark.slow
def test_an_environment_is_made_once_and_made_again_when_it_is_broken(project):
    assert "Making a virtual environment" in ensure()
    assert ensure() == ""

    (project / "requirements.txt").write_text("# none, but other\n")
    changed = ensure()
    assert "Making" not in changed
    assert "Installing" in changed

    bootstrap.UNFINISHED.touch()  # as a start that was killed leaves it
    assert "Making a virtual environment" in ensure()

    shutil.rmtree(project / ".venv" / "lib")
    assert "Making a virtual environment" in ensure()


def test_a_python_that_cannot_make_environments_says_what_to_install(project, monkeypatch):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(bootstrap.Refused, match=r"apt install python3\.\d+-venv"):
        ensure()
