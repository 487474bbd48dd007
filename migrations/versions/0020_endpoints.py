"""Push subscriptions, webhooks and other channels"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns
from reminder_app.database import ddl
from reminder_app.database.migrations import chunks

revision = "0020_endpoints"
down_revision = "0019_imports"
branch_labels = None
depends_on = None

OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}
DIGEST = sa.BINARY(length=32).with_variant(sa.LargeBinary(length=32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "endpoints",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("user_id", columns.Uuid(length=16), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("address_hash", DIGEST, nullable=False),
        sa.Column("secret", sa.String(length=2000), nullable=True),
        sa.Column("former_secret", sa.String(length=2000), nullable=True),
        sa.Column("former_until", columns.UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("words", sa.String(length=255), nullable=False),
        sa.Column("used_at", columns.UtcDateTime(), nullable=True),
        sa.Column("failed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk__endpoints__user_id__users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__endpoints")),
        sa.UniqueConstraint(
            "user_id", "address_hash", name=op.f("uq__endpoints__user_id_address_hash")
        ),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index("ix__endpoints__address_hash", "endpoints", ["address_hash"])
    op.create_table(
        "channel_orders",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("user_id", columns.Uuid(length=16), nullable=False),
        sa.Column("first", sa.String(length=10), nullable=False),
        sa.Column("afterwards", sa.String(length=10), nullable=False),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk__channel_orders__user_id__users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__channel_orders")),
        sa.UniqueConstraint("user_id", name=op.f("uq__channel_orders__user_id")),
        **OPTIONS,
        if_not_exists=True,
    )
    op.create_table(
        "push_keys",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("name", sa.String(length=10), nullable=False),
        sa.Column("public", sa.String(length=100), nullable=False),
        sa.Column("private", sa.String(length=2000), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__push_keys")),
        sa.UniqueConstraint("name", name=op.f("uq__push_keys__name")),
        **OPTIONS,
        if_not_exists=True,
    )

    # Who was reminded by mail still is, until they set an order of their own.
    chunks.update(
        "reminder_recipients", "channel = 'own'", "channel = 'email' AND user_id IS NOT NULL"
    )


def downgrade() -> None:
    chunks.update("reminder_recipients", "channel = 'email'", "channel = 'own'")
    op.drop_table("push_keys", if_exists=True)
    op.drop_table("channel_orders", if_exists=True)
    op.drop_table("endpoints", if_exists=True)
