"""Several processes begin with one SQLite file that is new: whoever is second waits for the first."""

import sqlite3
import threading

import pytest
from sqlalchemy import text

from reminder_app.database.engine import connect_to, settings_of

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def writing(tmp_path):
    """Somebody who has just begun with the file, and writes."""
    other = sqlite3.connect(tmp_path / "new.db", isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE first (id)")
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO first VALUES (1)")
    yield other
    other.close()


def test_who_comes_while_another_writes_waits(app, tmp_path, writing):
    ends = threading.Timer(0.3, writing.execute, ["COMMIT"])
    ends.start()
    made = connect_to(f"sqlite:///{tmp_path}/new.db", settings_of())
    with made.connect() as connection:
        assert connection.scalar(text("SELECT id FROM first")) == 1
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
    made.dispose()
    ends.join()
