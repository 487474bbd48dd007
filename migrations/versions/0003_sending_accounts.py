"""The accounts that messages are sent through: paused by a person, or broken"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns

revision = "0003_sending_accounts"
down_revision = "0002_what_is_kept"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sending_accounts",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("paused_at", columns.UtcDateTime(), nullable=True),
        sa.Column("paused_by", sa.String(length=120), nullable=False),
        sa.Column("broken_since", columns.UtcDateTime(), nullable=True),
        sa.Column("broken_words", sa.String(length=255), nullable=False),
        sa.Column("retry_at", columns.UtcDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__sending_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq__sending_accounts__name")),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_table("sending_accounts", if_exists=True)
