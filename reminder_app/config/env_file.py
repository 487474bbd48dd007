"""Reads `.env`: NAME=value lines, `export`, comments and quotes as shells have them; nothing is filled in."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from reminder_app.config.base import ROOT, ConfigError

LINE = re.compile(
    r"""\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*
    (?:'(?P<single>[^']*)'|"(?P<double>(?:\\.|[^"\\])*)"|(?P<bare>.*?))
    \s*(?:(?<=\s)\#.*)?$""",
    re.VERBOSE,
)


def with_env_file(environ: Mapping[str, str]) -> dict[str, str]:
    """What a person set: the environment, and where it is silent `.env`, or the file that ENV_FILE
    names (empty: none). Raises ConfigError."""
    path = environ.get("ENV_FILE", str(ROOT / ".env"))
    return {**(written(Path(path)) if path else {}), **environ}


def written(path: Path) -> dict[str, str]:
    """A relative INSTANCE_PATH starts at the project, wherever the command was given."""
    found = {name: value for name, value in read(path).items() if value}
    if "INSTANCE_PATH" in found:
        found["INSTANCE_PATH"] = str(ROOT / Path(found["INSTANCE_PATH"]).expanduser())
    return found


def read(path: Path) -> dict[str, str]:
    try:
        return dict(settings(path)) if path.is_file() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error


def settings(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = LINE.match(line)
        if not found:
            raise ConfigError(f"{path}, line {number}: write it as NAME=value.")
        yield found["name"], value(found)


def value(found: re.Match[str]) -> str:
    if found["double"] is not None:
        return re.sub(r"\\(.)", r"\1", found["double"])
    return found["single"] if found["single"] is not None else found["bare"]
