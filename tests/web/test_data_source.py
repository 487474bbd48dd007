"""What the database is told of the process that asks it."""

import pytest

from reminder_app.data_source import program


@pytest.mark.parametrize(
    ("called", "name"),
    [
        (["/srv/.venv/bin/gunicorn", "wsgi:app"], "web"),
        (["/srv/celery/__main__.py", "-A", "celery_worker", "worker", "--quiet"], "worker"),
        (["/srv/.venv/bin/celery", "--quiet", "-A", "celery_worker", "beat"], "beat"),
        (["/srv/.venv/bin/flask", "db-health"], "command"),
    ],
)
def test_a_process_is_named_by_how_it_was_called(called, name):
    assert program(called) == name
