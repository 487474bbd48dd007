"""What a firm says to its clients"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0016_firms"
down_revision = "0015_clients"
branch_labels = None
depends_on = None

AMOUNT = sa.Numeric(12, 2).with_variant(sa.String(13), "sqlite")
OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}
OF_REMINDERS = [
    ("kind", sa.String(10), "personal"),
    ("currency", sa.String(3), ""),
    ("link", sa.String(1000), ""),
    ("reference", sa.String(140), ""),
]


def upgrade() -> None:
    for name, kind, default in OF_REMINDERS:
        column = sa.Column(name, kind, nullable=False, server_default=default)
        ddl.add_column("reminders", column)
    ddl.add_column("reminders", sa.Column("amount", AMOUNT))
    many = sa.Column("is_for_many", sa.Boolean(), nullable=False, server_default=sa.text("0"))
    ddl.add_column("reminders", many)
    ddl.add_column("reminders", sa.Column("changed_by", columns.Uuid(length=16)))
    ddl.add_column("reminders", sa.Column("text_id", columns.Uuid(length=16)))
    ddl.create_index("ix__reminders__text_id", "reminders", ["text_id"])
    ddl.add_column("occurrences", sa.Column("told_at", columns.UtcDateTime()))
    ddl.add_column("occurrences", sa.Column("told_by", columns.Uuid(length=16)))
    ddl.add_column("workspaces", sa.Column("tells_failures", sa.Boolean()))
    hears = sa.Column("hears_failures", sa.Boolean(), nullable=False, server_default=sa.text("1"))
    ddl.add_column("memberships", hears)
    create_texts()
    create_failure_notices()


def create_failure_notices() -> None:
    op.create_table(
        "failure_notices",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("told_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__failure_notices__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__failure_notices")),
        sa.UniqueConstraint("workspace_id", name=op.f("uq__failure_notices__workspace_id")),
        **OPTIONS,
        if_not_exists=True,
    )


def create_texts() -> None:
    op.create_table(
        "reminder_texts",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("created_by", columns.Uuid(length=16), nullable=True),
        sa.Column("changed_by", columns.Uuid(length=16), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__reminder_texts__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reminder_texts")),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index(
        "ix__reminder_texts__workspace_id_name_id", "reminder_texts", ["workspace_id", "name", "id"]
    )


def downgrade() -> None:
    op.drop_table("failure_notices", if_exists=True)
    op.drop_table("reminder_texts", if_exists=True)
    ddl.drop_column("memberships", "hears_failures")
    ddl.drop_column("workspaces", "tells_failures")
    ddl.drop_column("occurrences", "told_by")
    ddl.drop_column("occurrences", "told_at")
    ddl.drop_index("ix__reminders__text_id", "reminders")
    ddl.drop_column("reminders", "text_id")
    ddl.drop_column("reminders", "changed_by")
    ddl.drop_column("reminders", "is_for_many")
    ddl.drop_column("reminders", "amount")
    for name, *_ in reversed(OF_REMINDERS):
        ddl.drop_column("reminders", name)
