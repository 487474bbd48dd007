"""The tables that grow without end are kept by the month"""

from alembic import op
from sqlalchemy import text

from reminder_app.database import clock, ddl
from reminder_app.database.partitions.months import Month, clause, through
from reminder_app.database.partitions.tables import AHEAD

revision = "0011_months"
down_revision = "0010_index_advice"
branch_labels = None
depends_on = None

# New in the revisions before this one: there is next to nothing in them to move.
TABLES = ("audit_log", "query_samples")
SAFE = {
    **{
        f"is-raw {table}": "nothing has a word for partitions; the table is new" for table in TABLES
    },
}


def upgrade() -> None:
    if ddl.is_sqlite():
        return  # which has no partitions: there, old rows are removed in chunks
    # This month and the next three; what was before is in the first. The schedule makes the others.
    now = Month.of(clock.now())
    ready = clause(through(now, now.plus(AHEAD)))
    for table in TABLES:
        if ddl.is_written_out() or not has_partitions(table):
            with ddl.may_copy("the table is as new as this revision"):
                op.execute(f"ALTER TABLE {table} PARTITION BY RANGE COLUMNS(id) ({ready})")


def downgrade() -> None:
    if ddl.is_sqlite():
        return
    for table in TABLES:
        if ddl.is_written_out() or has_partitions(table):
            with ddl.may_copy("what is kept of it fits into one table again"):
                op.execute(f"ALTER TABLE {table} REMOVE PARTITIONING")


def has_partitions(table: str) -> bool:
    found = text(
        "SELECT COUNT(*) FROM information_schema.partitions WHERE table_schema = DATABASE() "
        "AND table_name = :name AND partition_name IS NOT NULL"
    )
    return bool(op.get_bind().execute(found, {"name": table}).scalar_one())
