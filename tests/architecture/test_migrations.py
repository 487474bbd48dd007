"""The migrations make exactly what the models say, on the database that the run has chosen."""

import os

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import DateTime, create_engine, inspect, text

from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import db
from reminder_app.database.base import LocalDateTime, UtcDateTime
from tests.architecture.schema import facts
from tests.architecture.tree import ROOT
from tests.servers import database_url

KIND = os.environ.get("TEST_DATABASE", "sqlite")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture
def migrated(tmp_path):
    """An application on an empty database of its own, and up at the head."""
    app = create_app(
        load(
            {
                "APP_ENV": "testing",
                "INSTANCE_PATH": str(tmp_path),
                "DATABASE_URL": database_url(KIND, f"{WORKER}_migrations"),
            }
        )
    )
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_there_is_one_head():
    scripts = ScriptDirectory(str(ROOT / "migrations"))

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def test_revisions_are_in_sequence():
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    numbers = [script.revision.split("_")[0] for script in scripts.walk_revisions()][::-1]

    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_they_make_what_the_models_say(migrated):
    with db.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, db.metadata) == []


def test_they_make_it_to_the_last_detail(migrated):
    """Also what Alembic does not compare: precision, collations, checks, ON DELETE, directions."""
    other = create_engine(database_url(KIND, f"{WORKER}_models"))
    db.metadata.create_all(other)
    by_migrations, by_models = facts(db.engine), facts(other)
    other.dispose()

    assert by_migrations - by_models == set()
    assert by_models - by_migrations == set()


def test_they_go_down_to_nothing_and_up_again(migrated):
    before = facts(db.engine)

    db.engine.dispose()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    db.engine.dispose()
    upgrade()

    assert facts(db.engine) == before


def test_each_one_can_be_taken_back_by_itself(migrated):
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    for script in scripts.walk_revisions():
        after = facts(db.engine)
        db.engine.dispose()
        downgrade(revision=script.down_revision or "base")
        db.engine.dispose()
        upgrade(revision=script.revision)
        assert facts(db.engine) == after
        db.engine.dispose()
        downgrade(revision=script.down_revision or "base")


def test_every_instant_keeps_its_microseconds():
    """A DATETIME of whole seconds rounds up: what is due becomes early or late."""
    columns = [column for table in db.metadata.tables.values() for column in table.columns]
    plain = [
        str(column)
        for column in columns
        if isinstance(column.type, DateTime)
        and not isinstance(column.type, UtcDateTime | LocalDateTime)
    ]

    assert plain == []


def test_the_server_keeps_them_too(migrated):
    if db.engine.dialect.name == "sqlite":
        return
    query = text(
        "SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns "
        "WHERE table_schema = DATABASE() AND data_type IN ('datetime', 'timestamp', 'time') "
        "AND (datetime_precision <> 6 OR data_type <> 'datetime')"
    )

    assert db.session.scalars(query).all() == []
