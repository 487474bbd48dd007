"""What the database layer says has its German: each of its sentences is in the table of those that are known."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import reminder_app.database
from reminder_app.operations.layer_showing import (
    KINDS,
    NUMBERS,
    found,
    told,
)
from reminder_app.operations.layer_texts import ACTORS, CHECKS, TEXTS
from reminder_app.translations import speaking
from reminder_app.translations.sentences import PLACE

LAYER = Path(reminder_app.database.__file__).parent
# No page shows what these say: it is for a terminal, the log, or whoever writes code.
NOT_SHOWN = (
    "audit/anchors.py",
    "audit/statements.py",
    "backup/bringing.py",
    "cache/plain.py",
    "cache/queries.py",
    "cli.py",
    "ddl.py",
    "migrations/",
    "partitions/ddl.py",
    "relationships/",
    "sealing/",
    "setup/",
)
ELSEWHERE = {
    # Only logged, when a process starts.
    "The server closes a connection that is idle for  s, and the pool keeps it for : set DB_POOL_RECYCLE below that.",
}
SENTENCE = re.compile(r"[A-Za-z)`%0-9=] [a-z]+ .*[.:?]$|^[A-Z][a-z]+ [a-z]+ ", re.DOTALL)
SQL = re.compile(r"\b(SELECT|FROM|WHERE|INSERT|ALTER|CREATE)\b")
STAND_IN = {"alias": "r", "dotted": "one.two", "name": "Alice", "moment": "2026-11-21 10:00:03"}
STAND_IN |= {"id": "7", "number": "7"}
NO_WORDS = {"%(what)s (%(moment)s UTC)", "redis", "version"}


def filled(template: str) -> str:
    def value(match: re.Match[str]) -> str:
        return "1,234.5" if match[1] in NUMBERS else STAND_IN.get(match[1], "Some_Thing")

    return PLACE.sub(value, template).replace("%%", "%")


@pytest.mark.parametrize("texts", [TEXTS, CHECKS, ACTORS])
def test_a_sentence_is_known_by_its_words(app, texts):
    for template in texts:
        text = filled(template)
        with app.test_request_context():
            assert found(text, texts)[0] == template
            with speaking("en"):
                assert told(text, texts) == text
            with speaking("de"):
                assert told(text, texts) != text or template in NO_WORDS


def test_each_sentence_of_the_layer_is_among_them():
    unknown = [
        f"{path}:{line}: {''.join(pieces)}"
        for path, line, pieces in sentences()
        if not any(holds(text, pieces) for text in TEXTS) and "".join(pieces) not in ELSEWHERE
    ]
    assert unknown == []


def sentences() -> Iterator[tuple[str, int, list[str]]]:
    """What looks like one, as the pieces between its values."""
    for path in sorted(LAYER.rglob("*.py")):
        name = str(path.relative_to(LAYER))
        if name.startswith(NOT_SHOWN) or name.endswith("/cli.py"):
            continue
        for node in literals(ast.parse(path.read_text())):
            pieces = pieces_of(node)
            if SENTENCE.search("".join(pieces)) and not SQL.search("".join(pieces)):
                yield name, node.lineno, pieces


def literals(tree: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Neither docstrings nor lines of the log."""
    passed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            passed.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            passed |= {id(part) for part in node.values}
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
            passed |= {id(argument) for argument in node.args}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if (is_text or isinstance(node, ast.JoinedStr)) and id(node) not in passed:
            yield node


def pieces_of(node: ast.Constant | ast.JoinedStr) -> list[str]:
    if isinstance(node, ast.Constant):
        return re.split(r"\{[^}]*\}", node.value)
    return [part.value for part in node.values if isinstance(part, ast.Constant)]


def holds(text: str, pieces: list[str]) -> bool:
    """All of them, one after the other."""
    at, plain = 0, text.replace("%%", "%")
    for piece in pieces:
        at = plain.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def test_what_is_not_known_stays_as_it_is(app):
    with app.test_request_context(), speaking("de"):
        for text in ("", "Access denied for user 'x'@'y'", "Lost connection to MySQL server"):
            assert told(text) == text
        assert told(None) == ""


def test_what_stands_in_a_sentence_is_said_too(app):
    with app.test_request_context(), speaking("de"):
        assert told("It is left out: behind by more than 2 s. Reads go to the writer.") == (
            "Es ist ausgeschlossen: mehr als 2 s im Rückstand. Gelesen wird vom Primärserver."
        )
        assert told("12,345 of audit_log, 1 of backups") == "12.345 aus audit_log, 1 aus backups"
        assert told("Look up rows of backups by its primary key (id), as b") == (
            "Zeilen von backups über den Primärschlüssel (id), als b nachschlagen"
        )


def test_each_kind_of_place_is_in_use():
    used = {name for text in TEXTS for name in PLACE.findall(text)}
    assert sorted((set(KINDS) | NUMBERS) - used) == []
