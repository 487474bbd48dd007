"""Contacts as a firm's clients; what was read from files; messages know their contact"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0015_clients"
down_revision = "0014_senders"
branch_labels = None
depends_on = None

OPTIONS = {
    "mysql_collate": "utf8mb4_unicode_520_ci",
    "mysql_default_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
}
OF_CONTACT = "ix__deliveries__contact_id_due_at_id"


def new_columns() -> list[sa.Column]:
    return [
        sa.Column("preferred_channel", sa.String(10), nullable=False, server_default=sa.text("''")),
        sa.Column("locale", sa.String(20), nullable=True),
        sa.Column("postal_address", sa.String(500), nullable=False, server_default=sa.text("''")),
        sa.Column("attributes", sa.JSON(), nullable=True),
        sa.Column("consent", sa.String(10), nullable=False, server_default=sa.text("''")),
        sa.Column("consent_note", sa.String(500), nullable=False, server_default=sa.text("''")),
        sa.Column("consent_at", columns.UtcDateTime(), nullable=True),
        sa.Column("merged_into_id", columns.Uuid(length=16), nullable=True),
    ]


def upgrade() -> None:
    for column in new_columns():
        ddl.add_column("contacts", column)
    ddl.add_column("deliveries", sa.Column("contact_id", columns.Uuid(length=16), nullable=True))
    ddl.create_index(OF_CONTACT, "deliveries", ["contact_id", "due_at", "id"])
    create_imports()
    create_failures()


def create_imports() -> None:
    op.create_table(
        "contact_imports",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("created_by", columns.Uuid(length=16), nullable=True),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(6), nullable=False),
        sa.Column("encoding", sa.String(20), nullable=False),
        sa.Column("delimiter", sa.String(1), nullable=False),
        sa.Column("has_header", sa.Boolean(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("existing", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("created_count", sa.Integer(), nullable=False),
        sa.Column("updated_count", sa.Integer(), nullable=False),
        sa.Column("skipped_count", sa.Integer(), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("started_at", columns.UtcDateTime(), nullable=True),
        sa.Column("finished_at", columns.UtcDateTime(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__contact_imports__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["users.id"],
            name=op.f("fk__contact_imports__created_by__users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__contact_imports")),
        **OPTIONS,
        if_not_exists=True,
    )
    for names in (["workspace_id", "id"], ["created_by"], ["state", "updated_at"], ["updated_at"]):
        ddl.create_index(f"ix__contact_imports__{'_'.join(names)}", "contact_imports", names)


def create_failures() -> None:
    op.create_table(
        "contact_import_failures",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("import_id", columns.Uuid(length=16), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(255), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["contact_imports.id"],
            name=op.f("fk__contact_import_failures__import_id__contact_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__contact_import_failures")),
        **OPTIONS,
        if_not_exists=True,
    )
    ddl.create_index(
        "ix__contact_import_failures__import_id_line_id",
        "contact_import_failures",
        ["import_id", "line", "id"],
    )


def downgrade() -> None:
    op.drop_table("contact_import_failures", if_exists=True)
    op.drop_table("contact_imports", if_exists=True)
    ddl.drop_index(OF_CONTACT, "deliveries")
    ddl.drop_column("deliveries", "contact_id")
    for column in reversed(new_columns()):
        ddl.drop_column("contacts", column.name)
