"""Whom mail comes from: sender identities, and workspaces' own mail servers"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0014_senders"
down_revision = "0013_what_indexes_saved"
branch_labels = None
depends_on = None

OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}
BY_SENDER = "ix__reminders__sender_identity_id"


def upgrade() -> None:
    op.create_table(
        "email_configurations",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("smtp_host", sa.String(length=253), nullable=False),
        sa.Column("smtp_port", sa.Integer(), nullable=False),
        sa.Column("smtp_security", sa.String(length=8), nullable=False),
        sa.Column("smtp_user", sa.String(length=254), nullable=False),
        sa.Column("smtp_password", sa.String(length=2000), nullable=True),
        sa.Column("from_address", sa.String(length=254), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("mails_per_minute", sa.Integer(), nullable=True),
        sa.Column("tested_at", columns.UtcDateTime(), nullable=True),
        sa.Column("test_passed", sa.Boolean(), nullable=True),
        sa.Column("test_words", sa.String(length=500), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__email_configurations__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__email_configurations")),
        sa.UniqueConstraint(
            "workspace_id", "name", name=op.f("uq__email_configurations__workspace_id_name")
        ),
        **OPTIONS,
        if_not_exists=True,
    )
    op.create_table(
        "sender_identities",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("type", sa.String(length=5), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("configuration_id", columns.Uuid(length=16), nullable=True),
        sa.Column("default_for", sa.String(length=5), nullable=True),
        sa.Column("verified_at", columns.UtcDateTime(), nullable=True),
        sa.Column(
            "code_hash",
            sa.BINARY(length=32).with_variant(sa.LargeBinary(length=32), "sqlite"),
            nullable=True,
        ),
        sa.Column("code_until", columns.UtcDateTime(), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__sender_identities__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["configuration_id"],
            ["email_configurations.id"],
            name=op.f("fk__sender_identities__configuration_id__email_configurations"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__sender_identities")),
        sa.UniqueConstraint(
            "workspace_id",
            "type",
            "address",
            name=op.f("uq__sender_identities__workspace_id_type_address"),
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "default_for",
            name=op.f("uq__sender_identities__workspace_id_default_for"),
        ),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index(
        "ix__sender_identities__configuration_id", "sender_identities", ["configuration_id"]
    )
    name = sa.Column("from_name", sa.String(120), nullable=False, server_default="")
    ddl.add_column("deliveries", name)
    address = sa.Column("from_address", sa.String(254), nullable=False, server_default="")
    ddl.add_column("deliveries", address)
    ddl.add_column("reminders", sa.Column("sender_identity_id", columns.Uuid(length=16)))
    ddl.create_index(BY_SENDER, "reminders", ["sender_identity_id"])


def downgrade() -> None:
    ddl.drop_index(BY_SENDER, "reminders")
    ddl.drop_column("reminders", "sender_identity_id")
    ddl.drop_column("deliveries", "from_address")
    ddl.drop_column("deliveries", "from_name")
    op.drop_table("sender_identities", if_exists=True)
    op.drop_table("email_configurations", if_exists=True)
