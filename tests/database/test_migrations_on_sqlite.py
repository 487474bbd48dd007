"""SQLite makes a table anew to alter it: what points at the old one must not go with it."""

import shutil

import pytest
from sqlalchemy import text

from reminder_app.database import db
from tests.database.migrating import HEAD, MIGRATIONS, down, empty_database, fill, lost, rows, up

REVISION = """
from alembic import op

revision, down_revision = "{name}", "{after}"

def upgrade():
    {step}

def downgrade():
    {step}
"""
REBUILD = 'with op.batch_alter_table("deliveries", recreate="always"): pass'
ORPHANS = 'op.execute("DELETE FROM deliveries")'


@pytest.fixture(autouse=True)
def database(tmp_path):
    with empty_database(tmp_path, "sqlite"):
        up(HEAD)
        fill()
        yield


@pytest.fixture
def one_more(tmp_path):
    """one_more(step): the folder of migrations with one more revision, that does this."""

    def written(step):
        folder = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
        written_out = REVISION.format(name="one_more", after=HEAD, step=step)
        (folder / "versions" / "one_more.py").write_text(written_out, encoding="utf-8")
        return folder

    return written


def test_a_rebuilt_table_takes_nothing_along(one_more):
    before, migrations = rows(), one_more(REBUILD)

    up("one_more", migrations)
    assert lost(before, rows()) == []
    down(HEAD, migrations)
    assert lost(before, rows()) == []


def test_a_revision_that_leaves_rows_pointing_at_nothing_is_refused_and_undone(one_more):
    before = rows()

    with pytest.raises(SystemExit, match="delivery_attempts"):
        up("one_more", one_more(ORPHANS))

    assert rows() == before
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD
