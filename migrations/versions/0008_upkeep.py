"""Backups and the restores that were tried; how tables grow, and what maintenance did"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0008_upkeep"
down_revision = "0007_audit"
branch_labels = None
depends_on = None

OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}


def upgrade() -> None:
    backups()
    restore_tests()
    op.create_table(
        "table_sizes",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("data_bytes", sa.BigInteger(), nullable=False),
        sa.Column("index_bytes", sa.BigInteger(), nullable=False),
        sa.Column("free_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__table_sizes")),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index("ix__table_sizes__at_table_name", "table_sizes", ["at", "table_name"])
    op.create_table(
        "maintenance_runs",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("started_at", columns.UtcDateTime(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("is_good", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__maintenance_runs")),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index("ix__maintenance_runs__started_at", "maintenance_runs", ["started_at"])


def backups() -> None:
    op.create_table(
        "backups",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_at", columns.UtcDateTime(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("plain_bytes", sa.BigInteger(), nullable=True),
        sa.Column("row_count", sa.BigInteger(), nullable=True),
        sa.Column("server", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.String(length=80), nullable=False),
        sa.Column("log_position", sa.String(length=120), nullable=False),
        sa.Column("logs_until", columns.UtcDateTime(), nullable=True),
        sa.Column("stays", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("removed_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__backups")),
        sa.UniqueConstraint("name", name=op.f("uq__backups__name")),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index("ix__backups__started_at", "backups", ["started_at"])


def restore_tests() -> None:
    op.create_table(
        "restore_tests",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("backup_name", sa.String(length=40), nullable=False),
        sa.Column("started_at", columns.UtcDateTime(), nullable=False),
        sa.Column("is_good", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("restored_to", columns.UtcDateTime(), nullable=True),
        sa.Column("server", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__restore_tests")),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index("ix__restore_tests__started_at", "restore_tests", ["started_at"])


def downgrade() -> None:
    for table in ("maintenance_runs", "table_sizes", "restore_tests", "backups"):
        op.drop_table(table, if_exists=True)
