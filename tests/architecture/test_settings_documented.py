"""Whoever runs the product finds every setting in two places, and nothing that is none."""

import ast
import re

from reminder_app.config import base
from reminder_app.config.reader import SECRETS
from reminder_app.config.schema import SettingsSchema
from tests.architecture.tree import APP, ROOT, calls, name, python_files, tree

NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|BIND|CACHE|PORT")
EXAMPLE = ROOT / ".env.example"
MANUAL = ROOT / "docs" / "operations.md"
# Whoever may read one of these may do something: an address often has a password in it.
SECRET = re.compile(r"\w+_(URLS?|PASSWORD|KEY|TOKEN|FALLBACKS)")
OPEN_TO_ALL = {"PUBLIC_URL"}
# Read by the commands and the tests; no setting of the product.
NOT_SETTINGS = {
    "PYTHONPATH", "SSL_CERT_FILE", "TEST_DATABASE", "TEST_DATABASE_URL",
}  # fmt: skip


def settings() -> set[str]:
    """Fields of the schema, and what the reader looks up in the environment by name."""
    found = set(SettingsSchema().fields) | set(base.DEFAULTS)
    for path in python_files("reminder_app/config"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Subscript):
                found |= constants([node.slice])
            if isinstance(node, ast.Call):
                found |= constants(node.args[:1])
    return found


def constants(nodes: list[ast.expr]) -> set[str]:
    values = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return {value for value in values if isinstance(value, str) and NAME.fullmatch(value)}


def in_example() -> set[str]:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    found = (re.match(r"#?\s*([A-Z][A-Z0-9_]+)=", line) for line in lines)
    return {match[1] for match in found if match}


def in_manual() -> set[str]:
    found = set(re.findall(r"`([A-Z][A-Z0-9_]+)(?:=[^`]*)?`", MANUAL.read_text(encoding="utf-8")))
    named = found | {word.removesuffix("_FILE") for word in found}
    return {word for word in named if NAME.fullmatch(word)} - NOT_SETTINGS


def test_the_example_names_every_setting_and_no_other():
    assert in_example() == settings() - {"ENV_FILE"}  # which says where this very file is


def test_the_manual_explains_every_setting():
    assert settings() - in_manual() == set()


def test_every_secret_may_be_given_as_a_file():
    assert {one for one in settings() if SECRET.fullmatch(one)} - OPEN_TO_ALL == set(SECRETS)


def test_the_manual_names_every_secret_that_may_be_a_file():
    words = MANUAL.read_text(encoding="utf-8")
    listed = words.partition("`NAME_FILE=/path`")[2].partition(".\n")[0]

    assert set(re.findall(r"`([A-Z_]+)`", listed)) == set(SECRETS)


def test_every_default_is_of_a_setting():
    assert set(base.DEFAULTS) <= set(SettingsSchema().fields)


def test_the_environment_is_read_in_one_place():
    """What reads it elsewhere is not checked, not documented and not in .env."""
    factory = APP / "app.py"
    found = [
        f"{name(path)}: {ast.unparse(node)}"
        for path in python_files("reminder_app")
        if path != factory
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "os.environ"
    ]
    found += [
        name(path)
        for path in python_files("reminder_app")
        for called, _ in calls(path)
        if called == "os.getenv"
    ]

    assert found == []
