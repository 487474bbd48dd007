"""Templates of reminders"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0022_reminder_templates"
down_revision = "0021_messages_of_clients"
branch_labels = None
depends_on = None

OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}


def upgrade() -> None:
    op.create_table(
        "reminder_templates",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("created_by", columns.Uuid(length=16), nullable=True),
        sa.Column("changed_by", columns.Uuid(length=16), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__reminder_templates__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reminder_templates")),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index(
        "ix__reminder_templates__workspace_id_name_id",
        "reminder_templates",
        ["workspace_id", "name", "id"],
    )


def downgrade() -> None:
    op.drop_table("reminder_templates", if_exists=True)
