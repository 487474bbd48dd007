"""Send now to thousands is done by a worker: what is still to be told"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0024_tellings"
down_revision = "0023_files"
branch_labels = None
depends_on = None

OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}


def upgrade() -> None:
    op.create_table(
        "tellings",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("reminder_id", columns.Uuid(length=16), nullable=False),
        sa.Column("occurrence_id", columns.Uuid(length=16), nullable=False),
        sa.Column("asked_at", columns.UtcDateTime(), nullable=False),
        sa.Column("next_at", columns.UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrences.id"],
            name=op.f("fk__tellings__occurrence_id__occurrences"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reminder_id"],
            ["reminders.id"],
            name=op.f("fk__tellings__reminder_id__reminders"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__tellings")),
        sa.UniqueConstraint("occurrence_id", name=op.f("uq__tellings__occurrence_id")),
        **OPTIONS,
        if_not_exists=True,
    )
    for name in ("reminder_id", "next_at"):
        ddl.create_index(f"ix__tellings__{name}", "tellings", [name])


def downgrade() -> None:
    op.drop_table("tellings", if_exists=True)
