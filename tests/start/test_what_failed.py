"""What bin/test says of the tests that failed, before the end of a log that may be full of others."""

import sys

import pytest

import test_reasons
from tests.start.product import run

pytestmark = pytest.mark.sqlite_only
TESTS = """
import logging


def test_a_sum():
    logging.getLogger().warning("E    from the log\\n" * 300)
    assert 1 + 1 == 3


def test_what_follows_from_another():
    try:
        raise KeyError("first")
    except KeyError as error:
        raise ValueError("second") from error


def test_good():
    pass


def test_long():
    raise ValueError("\\n".join(f"line {n}" for n in range(50)))
"""


@pytest.fixture(scope="module")
def reasons(tmp_path_factory):
    file = tmp_path_factory.mktemp("failing") / "test_failing.py"
    file.write_text(TESTS, encoding="utf-8")
    options = ("-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(file.parent))
    said = run(sys.executable, "-m", "pytest", *options, str(file))
    return test_reasons.reasons(said.stdout.splitlines())


def test_each_is_named_with_its_reason_and_without_what_it_logged(reasons):
    assert list(reasons) == [
        "test_a_sum",
        "test_what_follows_from_another",
        "test_long",
    ]
    assert reasons["test_a_sum"] == ["E       assert (1 + 1) == 3"]


def test_of_several_errors_the_last_is_there(reasons):
    said = [line.split(maxsplit=1)[1] for line in reasons["test_what_follows_from_another"]]
    assert said == ["KeyError: 'first'", "ValueError: second"]


def test_a_long_reason_is_its_beginning_and_its_end(reasons):
    assert [line.split()[-1] for line in reasons["test_long"]] == ["0", "1", "2", "47", "48", "49"]


def test_a_log_without_tests_has_none():
    assert test_reasons.reasons(["$ ruff check .", "E501 Line too long", "E  lost"]) == {}
