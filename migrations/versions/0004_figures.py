"""What the figures about sending are read from: counts by ten seconds, totals, workers seen"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0004_figures"
down_revision = "0003_sending_accounts"
branch_labels = None
depends_on = None

OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}


def upgrade() -> None:
    op.create_table(
        "delivery_tallies",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("scope_id", columns.Uuid(length=16), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("within_ms", sa.Integer(), nullable=False),
        sa.Column("many", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__delivery_tallies")),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index("ix__delivery_tallies__at", "delivery_tallies", ["at"])
    ddl.create_index("ix__delivery_tallies__scope_id_at", "delivery_tallies", ["scope_id", "at"])
    op.create_table(
        "delivery_totals",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("within_ms", sa.Integer(), nullable=False),
        sa.Column("many", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__delivery_totals")),
        sa.UniqueConstraint(
            "channel",
            "outcome",
            "within_ms",
            name=op.f("uq__delivery_totals__channel_outcome_within_ms"),
        ),
        **OPTIONS,
        if_not_exists=True,
    )
    op.create_table(
        "delivery_tally_marks",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("counted_until", columns.UtcDateTime(), nullable=False),
        sa.Column("counted_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__delivery_tally_marks")),
        sa.UniqueConstraint("name", name=op.f("uq__delivery_tally_marks__name")),
        **OPTIONS,
        if_not_exists=True,
    )
    op.create_table(
        "worker_sightings",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=False),
        sa.Column("journals", sa.Integer(), nullable=False),
        sa.Column("journal_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__worker_sightings")),
        sa.UniqueConstraint("name", name=op.f("uq__worker_sightings__name")),
        **OPTIONS,
        if_not_exists=True,
    )


def downgrade() -> None:
    for table in (
        "worker_sightings",
        "delivery_tally_marks",
        "delivery_totals",
        "delivery_tallies",
    ):
        op.drop_table(table, if_exists=True)
