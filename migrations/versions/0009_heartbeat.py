"""The row that replicas show their delay by"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns

revision = "0009_heartbeat"
down_revision = "0008_upkeep"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "database_heartbeats",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__database_heartbeats")),
        mysql_engine="InnoDB",
        mysql_default_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_table("database_heartbeats", if_exists=True)
