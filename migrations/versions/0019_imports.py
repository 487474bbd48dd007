"""Imports: what was read of a file, and what became of its entries"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0019_imports"
down_revision = "0018_feeds"
branch_labels = None
depends_on = None

OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}
MEDIUM = sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql")


def upgrade() -> None:
    create_imports()
    create_items()


def create_imports() -> None:
    op.create_table(
        "reminder_imports",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("user_id", columns.Uuid(length=16), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("items", MEDIUM, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk__reminder_imports__user_id__users"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__reminder_imports__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reminder_imports")),
        **OPTIONS,
        if_not_exists=True,
    )
    for name in ("user_id", "workspace_id", "updated_at"):
        ddl.create_index(f"ix__reminder_imports__{name}", "reminder_imports", [name])


def create_items() -> None:
    op.create_table(
        "imported_items",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("entry_hash", columns.DIGEST, nullable=False),
        sa.Column("reminder_id", columns.Uuid(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["reminder_id"],
            ["reminders.id"],
            name=op.f("fk__imported_items__reminder_id__reminders"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__imported_items__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__imported_items")),
        sa.UniqueConstraint(
            "workspace_id", "entry_hash", name=op.f("uq__imported_items__workspace_id_entry_hash")
        ),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index("ix__imported_items__reminder_id", "imported_items", ["reminder_id"])


def downgrade() -> None:
    op.drop_table("imported_items", if_exists=True)
    op.drop_table("reminder_imports", if_exists=True)
