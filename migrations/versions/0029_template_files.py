"""Files that a template brings along"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0029_template_files"
down_revision = "0028_files_of_backups"
branch_labels = None
depends_on = None

TABLE = "reminder_template_files"
OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}
INDEXES = {
    "ix__reminder_template_files__workspace_id_size": ["workspace_id", "size"],
    "ix__reminder_template_files__template_id": ["template_id"],
    "ix__reminder_template_files__sha256": ["sha256"],
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("template_id", columns.Uuid(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", columns.DIGEST, nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["reminder_templates.id"],
            name=op.f("fk__reminder_template_files__template_id__reminder_templates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__reminder_template_files__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reminder_template_files")),
        **OPTIONS,
        if_not_exists=True,
    )
    for name, of in INDEXES.items():
        ddl.create_index(name, TABLE, of)


def downgrade() -> None:
    op.drop_table(TABLE, if_exists=True)
