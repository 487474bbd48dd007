"""Indexes that queries lack, and whether those that were made paid off"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0010_index_advice"
down_revision = "0009_heartbeat"
branch_labels = None
depends_on = None

OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}


def upgrade() -> None:
    op.create_table(
        "index_advice",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.String(length=260), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("proof", sa.String(length=300), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("replaces", sa.String(length=260), nullable=False),
        sa.Column("fingerprint_id", columns.Uuid(length=16), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("found_at", columns.UtcDateTime(), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=False),
        sa.Column("applied_at", columns.UtcDateTime(), nullable=True),
        sa.Column("many_before", sa.BigInteger(), nullable=True),
        sa.Column("p95_before", sa.Double(), nullable=True),
        sa.Column("many_after", sa.BigInteger(), nullable=True),
        sa.Column("p95_after", sa.Double(), nullable=True),
        sa.Column("paid_off", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__index_advice")),
        sa.UniqueConstraint(
            "table_name", "columns", name=op.f("uq__index_advice__table_name_columns")
        ),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index("ix__index_advice__seen_at", "index_advice", ["seen_at"])


def downgrade() -> None:
    op.drop_table("index_advice", if_exists=True)
