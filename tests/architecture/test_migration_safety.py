"""No revision may hurt a database that is in use; see reminder_app/database/migrations/rules.py."""

from reminder_app.database.migrations import lint
from tests.architecture.tree import ROOT


def test_no_revision_hurts_a_database_in_use():
    assert [str(found) for found in lint.check_all(ROOT / "migrations")] == []
