"""The settings of a run: the real environment, then `.env`, then what the running instance chose by itself."""

import os
from collections.abc import Mapping
from pathlib import Path

from reminder_app.config import ROOT, with_env_file

Environ = dict[str, str]


def given(environ: Mapping[str, str]) -> Environ:
    """What a person set, with INSTANCE_PATH absolute: the parts run in other folders."""
    merged = with_env_file(environ)
    instance = Path(merged.get("INSTANCE_PATH") or ROOT / "instance").expanduser()
    return {**merged, "INSTANCE_PATH": str(instance.absolute())}


def with_tools(environ: Mapping[str, str]) -> Environ:
    """The environment's own commands come first on PATH."""
    tools = ROOT / ".venv" / "bin"
    return {
        **environ,
        "PATH": f"{tools}{os.pathsep}{environ.get('PATH', os.defpath)}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "FLASK_APP": str(ROOT / "wsgi.py"),
        "FLASK_SKIP_DOTENV": "1",  # read already
    }
