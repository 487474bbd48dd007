"""Calendar feeds, and the days of a calendar"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0018_feeds"
down_revision = "0017_nagging"
branch_labels = None
depends_on = None

OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}
SHOWN = "ix__occurrences__workspace_id_due_at"  # a month of a calendar
LABEL = sa.String(40).with_variant(sa.String(40, collation="utf8mb4_bin"), "mysql")


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("token_hash", columns.DIGEST, nullable=False),
        sa.Column("user_id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("label", LABEL, nullable=False),
        sa.Column("is_mine", sa.Boolean(), nullable=False),
        sa.Column("used_at", columns.UtcDateTime(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk__calendar_feeds__user_id__users"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__calendar_feeds__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__calendar_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq__calendar_feeds__token_hash")),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index("ix__calendar_feeds__user_id", "calendar_feeds", ["user_id"])
    ddl.create_index("ix__calendar_feeds__workspace_id", "calendar_feeds", ["workspace_id"])
    ddl.create_index(SHOWN, "occurrences", ["workspace_id", "due_at"])


def downgrade() -> None:
    ddl.drop_index(SHOWN, "occurrences")
    op.drop_table("calendar_feeds", if_exists=True)
