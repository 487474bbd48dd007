"""Who changed what: a log written once, the chain that seals it, and what looking through it found"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0007_audit"
down_revision = "0006_query_figures"
branch_labels = None
depends_on = None

OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}
KEY = sa.String(length=64).with_variant(sa.String(length=64, collation="utf8mb4_bin"), "mysql")
DIGEST = sa.BINARY(length=32).with_variant(sa.LargeBinary(length=32), "sqlite")
LISTED = sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql")


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("actor_key", KEY, nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("table_name", KEY, nullable=False),
        sa.Column("row_key", KEY, nullable=False),
        sa.Column("object_key", KEY, nullable=False),
        sa.Column("scope_key", KEY, nullable=False),
        sa.Column("many", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__audit_log")),
        **OPTIONS,
        if_not_exists=True,
    )
    for column in ("object_key", "actor_key", "scope_key", "table_name"):
        ddl.create_index(f"ix__audit_log__{column}_id", "audit_log", [column, "id"])
    op.create_table(
        "audit_seals",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("until", columns.Uuid(length=16), nullable=False),
        sa.Column("many", sa.Integer(), nullable=False),
        sa.Column("listed", LISTED, nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("previous", DIGEST, nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__audit_seals")),
        sa.UniqueConstraint("number", name=op.f("uq__audit_seals__number")),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index("ix__audit_seals__at", "audit_seals", ["at"])
    op.create_table(
        "audit_checks",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("seals", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__audit_checks")),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index("ix__audit_checks__at", "audit_checks", ["at"])


def downgrade() -> None:
    op.drop_table("audit_checks", if_exists=True)
    op.drop_table("audit_seals", if_exists=True)
    op.drop_table("audit_log", if_exists=True)
