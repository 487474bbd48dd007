"""The commands of the Procfile: bin/up runs the very ones that production runs."""

from pathlib import Path

from bootstrap import ROOT
from part import Part
from surroundings import Environ


def parts(instance: Path, environ: Environ) -> list[Part]:
    said = commands((ROOT / "Procfile").read_text(encoding="utf-8"))
    return [
        Part(name, shell(said[name]), environ, ROOT, instance / "log" / f"{name}.log")
        for name in ("web", "worker", "beat")
    ]


def commands(text: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)


def shell(command: str) -> list[str]:
    """The shell fills in the settings and makes way: the part is our own child."""
    return ["/bin/sh", "-c", f"exec {command}"]
