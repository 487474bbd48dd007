"""The files that the architecture tests read."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
APP = ROOT / "reminder_app"
OURS = ("reminder_app", "migrations", "bin", "tests", "bench", "drill")
COMMANDS = {"up", "flask", "test", "bench", "drill"}


@cache
def python_files(*folders: str) -> list[Path]:
    found = [path for name in folders or OURS for path in (ROOT / name).rglob("*.py")]
    top = list(ROOT.glob("*.py")) if not folders else []
    return sorted([*found, *top])


@cache
def templates() -> list[Path]:
    return sorted((APP / "templates").rglob("*.html")) + sorted((APP / "templates").rglob("*.txt"))


@cache
def scripts() -> list[Path]:
    """Our own JavaScript; what is vendored stays as its makers wrote it."""
    return sorted(p for p in (APP / "static").rglob("*.js") if "vendor" not in p.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Each call under its dotted name, as it is written."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node
