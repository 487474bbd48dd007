"""What queries take: their fingerprints, figures by minute and hour, findings; processes, server digests"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0006_query_figures"
down_revision = "0005_few_before_many"
branch_labels = None
depends_on = None

OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}
# Five to each power of ten, from 0.1 ms to 10 s, and one for what is beyond.
BUCKETS = [f"b{number:02}" for number in range(27)]


def upgrade() -> None:
    op.create_table(
        "query_fingerprints",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("tables", sa.String(length=200), nullable=False),
        sa.Column("first_seen_at", columns.UtcDateTime(), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__query_fingerprints")),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index("ix__query_fingerprints__seen_at", "query_fingerprints", ["seen_at"])
    samples()
    findings()
    op.create_table(
        "server_digests",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("many", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("rows_examined", sa.BigInteger(), nullable=False),
        sa.Column("rows_sent", sa.BigInteger(), nullable=False),
        sa.Column("without_index", sa.BigInteger(), nullable=False),
        sa.Column("disk_tables", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__server_digests")),
        **OPTIONS,
        if_not_exists=True,
    )
    op.create_table(
        "database_processes",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__database_processes")),
        sa.UniqueConstraint("name", name=op.f("uq__database_processes__name")),
        **OPTIONS,
        if_not_exists=True,
    )


def samples() -> None:
    op.create_table(
        "query_samples",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("grain", sa.Integer(), nullable=False),
        sa.Column("fingerprint_id", columns.Uuid(length=16), nullable=False),
        sa.Column("work", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("many", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("longest", sa.Double(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in BUCKETS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__query_samples")),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index("ix__query_samples__fingerprint_id", "query_samples", ["fingerprint_id"])


def findings() -> None:
    op.create_table(
        "query_findings",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("fingerprint_id", columns.Uuid(length=16), nullable=False),
        sa.Column("work", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__query_findings")),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index("ix__query_findings__fingerprint_id", "query_findings", ["fingerprint_id"])


def downgrade() -> None:
    for table in (
        "database_processes",
        "server_digests",
        "query_findings",
        "query_samples",
        "query_fingerprints",
    ):
        op.drop_table(table, if_exists=True)
