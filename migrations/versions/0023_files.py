"""Files that go with reminders, and the proof of which went with a message"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0023_files"
down_revision = "0022_reminder_templates"
branch_labels = None
depends_on = None

OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}
INDEXES = {
    "ix__reminder_files__workspace_id_size": ["workspace_id", "size"],
    "ix__reminder_files__reminder_id": ["reminder_id"],
    "ix__reminder_files__sha256": ["sha256"],
}


def upgrade() -> None:
    op.create_table(
        "reminder_files",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("reminder_id", columns.Uuid(length=16), nullable=False),
        sa.Column("created_by", columns.Uuid(length=16), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", columns.DIGEST, nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reminder_id"],
            ["reminders.id"],
            name=op.f("fk__reminder_files__reminder_id__reminders"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__reminder_files__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reminder_files")),
        **OPTIONS,
        if_not_exists=True,
    )
    for name, of in INDEXES.items():
        ddl.create_index(name, "reminder_files", of)
    count = sa.Column("file_count", sa.Integer(), nullable=False, server_default="0")
    ddl.add_column("reminders", count)
    ddl.add_column("deliveries", sa.Column("files", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    ddl.drop_column("deliveries", "files")
    ddl.drop_column("reminders", "file_count")
    op.drop_table("reminder_files", if_exists=True)
