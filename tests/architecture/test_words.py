"""Words and calls that do not belong here, each with its reason."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.tree import (
    APP,
    ROOT,
    calls,
    name,
    python_files,
    scripts,
    templates,
    tree,
)

HERE = Path(__file__)
# The second stands for another machine, with a clock of its own.
CLOCKS = {APP / "database" / "clock.py", APP / "mailbox" / "sink.py"}
NO_DOMAIN_WORDS = {"utils", "util", "common", "helpers", "helper", "core", "manager", "managers"}
# What waits for another machine -> the argument that ends the wait.
WAITING = {
    "smtplib.SMTP": "timeout",
    "smtplib.SMTP_SSL": "timeout",
    "socket.create_connection": "timeout",
    "urllib.request.urlopen": "timeout",
    "redis.Redis": "socket_timeout",
    "redis.Redis.from_url": "socket_timeout",
    "redis.from_url": "socket_timeout",
    "Redis.from_url": "socket_timeout",
    "pymysql.connect": "read_timeout",
    **{f"requests.{verb}": "timeout" for verb in ("get", "post", "put", "delete", "request")},
}
WORDS = {
    "left for later": (r"\b(TODO|FIXME|XXX|NotImplementedError)\b", "everywhere"),
    "a test that does not run shows nothing": (
        r"pytest\.(mark\.)?(skip|xfail|importorskip)",
        "tests",
    ),
    "rows are the queue; Redis forgets": (r"\b(eta|countdown)\s*=", "app"),
    "one module rings the broker's bell": (r"\.(delay|apply_async|send_task)\(", "all but workers"),
    "text that people write is never a template": (
        r"render_template_string|\.from_string\(",
        "app",
    ),
    "what is not escaped runs": (r"\|\s*safe\b|autoescape\s+false", "templates"),
    "the content security policy refuses it": (r"\sstyle=\"|\son[a-z]+=\"|<style", "pages"),
}


def texts(where: str) -> list[Path]:
    app = [*python_files("reminder_app"), *ROOT.glob("*.py")]
    beat = APP / "workers.py"
    return {
        "everywhere": [*python_files(), *templates(), *scripts()],
        "tests": python_files("tests"),
        "app": app,
        "all but workers": [path for path in app if path != beat],
        "templates": templates(),
        # Mail clients know no style sheets: there, styles are inline.
        "pages": [path for path in templates() if not {"mail", "mails"} & set(path.parts)],
    }[where]


@pytest.mark.parametrize("reason", WORDS)
def test_no(reason):
    pattern, where = WORDS[reason]
    found = [
        f"{name(path)}:{number} {line.strip()}"
        for path in texts(where)
        if path != HERE
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]

    assert found == []


def test_modules_are_named_after_the_domain():
    paths = python_files("reminder_app", "bin", "tests")

    assert [name(path) for path in paths if {path.stem, path.parent.name} & NO_DOMAIN_WORDS] == []


def test_there_is_one_clock():
    """Tests and the chaos runs move it; who reads another one is not moved along."""
    found = [
        f"{name(path)}:{call.lineno}"
        for path in python_files("reminder_app")
        if path not in CLOCKS
        for called, call in calls(path)
        if called.endswith(("datetime.now", "datetime.utcnow", "datetime.today", "date.today"))
    ]

    assert found == []


def test_every_wait_for_another_machine_ends():
    found = [
        f"{name(path)}:{call.lineno} {called} without {WAITING[called]}"
        for path in python_files()
        for called, call in calls(path)
        if called in WAITING and WAITING[called] not in {word.arg for word in call.keywords}
    ]

    assert found == []


def test_no_error_is_swallowed():
    found = [
        f"{name(path)}:{node.lineno}"
        for path in python_files("reminder_app")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and all(is_nothing(line) for line in node.body)
    ]

    assert found == []


def is_nothing(line: ast.stmt) -> bool:
    ellipsis = isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)
    return isinstance(line, ast.Pass) or ellipsis
