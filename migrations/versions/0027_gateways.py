"""Gateways for SMS and WhatsApp to clients"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns

revision = "0027_gateways"
down_revision = "0026_channel_of_ledger"
branch_labels = None
depends_on = None

OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}


def upgrade() -> None:
    op.create_table(
        "gateways",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("words", sa.String(length=255), nullable=False),
        sa.Column("used_at", columns.UtcDateTime(), nullable=True),
        sa.Column("failed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__gateways__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__gateways")),
        sa.UniqueConstraint(
            "workspace_id", "channel", name=op.f("uq__gateways__workspace_id_channel")
        ),
        **OPTIONS,
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_table("gateways", if_exists=True)
