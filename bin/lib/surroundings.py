"""The settings of a run: the real environment, then `.env`, then what the running instance chose by itself."""

import os
from collections.abc import Mapping
from pathlib import Path

import env_file
from bootstrap import ROOT

Environ = dict[str, str]


def given(environ: Mapping[str, str], written_in: Path = ROOT / ".env") -> Environ:
    """What a person set. INSTANCE_PATH comes back absolute: a relative one in .env starts at the project."""
    written = {name: value for name, value in env_file.read(written_in).items() if value}
    if "INSTANCE_PATH" in written:
        written["INSTANCE_PATH"] = str(ROOT / Path(written["INSTANCE_PATH"]).expanduser())
    merged = {**written, **environ}
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
