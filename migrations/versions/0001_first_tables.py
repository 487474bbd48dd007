"""The tables of accounts, workspaces, contacts, reminders and deliveries"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns

revision = "0001_first_tables"
down_revision = None
branch_labels = None
depends_on = None

SAFE = {
    "stops-half-way": "the first of all: there is nothing to go on from, and nobody else's rows",
    "indexes-many-columns": "the page of a workspace's messages: two of equality, then its order",
}


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__heartbeats")),
        sa.UniqueConstraint("name", name=op.f("uq__heartbeats__name")),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("user_id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("route", sa.String(length=80), nullable=False),
        sa.Column(
            "key",
            sa.String(length=255).with_variant(
                sa.String(length=255, collation="utf8mb4_bin"), "mysql"
            ),
            nullable=False,
        ),
        sa.Column(
            "request_hash",
            sa.BINARY(length=32).with_variant(sa.LargeBinary(length=32), "sqlite"),
            nullable=False,
        ),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__idempotency_keys")),
        sa.UniqueConstraint(
            "user_id",
            "workspace_id",
            "route",
            "key",
            name=op.f("uq__idempotency_keys__user_id_workspace_id_route_key"),
        ),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix__idempotency_keys__created_at"), ["created_at"], unique=False
        )

    op.create_table(
        "sign_in_failures",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column(
            "email_hash",
            sa.BINARY(length=32).with_variant(sa.LargeBinary(length=32), "sqlite"),
            nullable=False,
        ),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", columns.UtcDateTime(), nullable=True),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__sign_in_failures")),
        sa.UniqueConstraint("email_hash", name=op.f("uq__sign_in_failures__email_hash")),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix__sign_in_failures__updated_at"), ["updated_at"], unique=False
        )

    op.create_table(
        "users",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column(
            "email",
            sa.String(length=254).with_variant(
                sa.String(length=254, collation="utf8mb4_bin"), "mysql"
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("theme", sa.String(length=10), nullable=False),
        sa.Column("is_superuser", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__users__workspace_id__workspaces"),
            ondelete="SET NULL",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__users")),
        sa.UniqueConstraint("email", name=op.f("uq__users__email")),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix__users__workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "workspaces",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__workspaces")),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column(
            "token_hash",
            sa.BINARY(length=32).with_variant(sa.LargeBinary(length=32), "sqlite"),
            nullable=False,
        ),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("user_id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=True),
        sa.Column("used_at", columns.UtcDateTime(), nullable=True),
        sa.Column("revoked_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk__api_tokens__user_id__users"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__api_tokens__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq__api_tokens__token_hash")),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix__api_tokens__user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix__api_tokens__workspace_id"), ["workspace_id"], unique=False
        )

    op.create_table(
        "contacts",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column(
            "name",
            sa.String(length=120).with_variant(sa.String(length=120, collation="NOCASE"), "sqlite"),
            nullable=False,
        ),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("phone_secondary", sa.String(length=32), nullable=False),
        sa.Column("phone_whatsapp", sa.String(length=32), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("archived_at", columns.UtcDateTime(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__contacts__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__contacts")),
        sa.UniqueConstraint("workspace_id", "email", name=op.f("uq__contacts__workspace_id_email")),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix__contacts__workspace_id_name_id"),
            ["workspace_id", "name", "id"],
            unique=False,
        )

    op.create_table(
        "deliveries",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=True),
        sa.Column(
            "key",
            sa.String(length=191).with_variant(
                sa.String(length=191, collation="utf8mb4_bin"), "mysql"
            ),
            nullable=False,
        ),
        sa.Column("source_kind", sa.String(length=20), nullable=False),
        sa.Column("source_id", columns.Uuid(length=16), nullable=True),
        sa.Column("part_id", columns.Uuid(length=16), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=True),
        sa.Column(
            "content_hash",
            sa.BINARY(length=32).with_variant(sa.LargeBinary(length=32), "sqlite"),
            nullable=True,
        ),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("sent_again", sa.Boolean(), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("not_before", columns.UtcDateTime(), nullable=False),
        sa.Column("deadline_at", columns.UtcDateTime(), nullable=True),
        sa.Column("cancelled_at", columns.UtcDateTime(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=True),
        sa.Column("lease_until", columns.UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("handed_over_at", columns.UtcDateTime(), nullable=True),
        sa.Column("sent_at", columns.UtcDateTime(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__deliveries__workspace_id__workspaces"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__deliveries")),
        sa.UniqueConstraint("key", name=op.f("uq__deliveries__key")),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix__deliveries__part_id"), ["part_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix__deliveries__source_kind_source_id_due_at"),
            ["source_kind", "source_id", "due_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix__deliveries__state_lease_until"), ["state", "lease_until"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix__deliveries__state_not_before"), ["state", "not_before"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix__deliveries__workspace_id_due_at_id"),
            ["workspace_id", "due_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix__deliveries__workspace_id_state_due_at_id"),
            ["workspace_id", "state", "due_at", "id"],
            unique=False,
        )

    op.create_table(
        "delivery_plans",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=True),
        sa.Column("source_kind", sa.String(length=20), nullable=False),
        sa.Column("source_id", columns.Uuid(length=16), nullable=True),
        sa.Column("audience", sa.Integer(), nullable=False),
        sa.Column("planned_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__delivery_plans__workspace_id__workspaces"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__delivery_plans")),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("delivery_plans", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix__delivery_plans__source_kind_source_id"),
            ["source_kind", "source_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix__delivery_plans__workspace_id"), ["workspace_id"], unique=False
        )

    op.create_table(
        "invitations",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column(
            "token_hash",
            sa.BINARY(length=32).with_variant(sa.LargeBinary(length=32), "sqlite"),
            nullable=False,
        ),
        sa.Column("invited_by", columns.Uuid(length=16), nullable=True),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invited_by"],
            ["users.id"],
            name=op.f("fk__invitations__invited_by__users"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__invitations__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq__invitations__token_hash")),
        sa.UniqueConstraint(
            "workspace_id", "email", name=op.f("uq__invitations__workspace_id_email")
        ),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix__invitations__expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix__invitations__invited_by"), ["invited_by"], unique=False
        )

    op.create_table(
        "memberships",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("user_id", columns.Uuid(length=16), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk__memberships__user_id__users"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__memberships__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__memberships")),
        sa.UniqueConstraint(
            "workspace_id", "user_id", name=op.f("uq__memberships__workspace_id_user_id")
        ),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix__memberships__user_id"), ["user_id"], unique=False)

    op.create_table(
        "reminders",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("created_by", columns.Uuid(length=16), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("starts_at", columns.LocalDateTime(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("zone_mode", sa.String(length=8), nullable=False),
        sa.Column("rule", sa.String(length=500), nullable=True),
        sa.Column("month_end", sa.String(length=5), nullable=False),
        sa.Column("advance_notices", sa.JSON(), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_at", columns.UtcDateTime(), nullable=True),
        sa.Column("plan_at", columns.UtcDateTime(), nullable=True),
        sa.Column("deleted_at", columns.UtcDateTime(), nullable=True),
        sa.Column("trouble", sa.String(length=255), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["users.id"],
            name=op.f("fk__reminders__created_by__users"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__reminders__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reminders")),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix__reminders__created_by"), ["created_by"], unique=False)
        batch_op.create_index(batch_op.f("ix__reminders__plan_at"), ["plan_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix__reminders__workspace_id_created_at_id"),
            ["workspace_id", "created_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix__reminders__workspace_id_next_at_id"),
            ["workspace_id", "next_at", "id"],
            unique=False,
        )

    op.create_table(
        "user_sessions",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column(
            "token_hash",
            sa.BINARY(length=32).with_variant(sa.LargeBinary(length=32), "sqlite"),
            nullable=False,
        ),
        sa.Column("user_id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=True),
        sa.Column("user_agent", sa.String(length=255), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk__user_sessions__user_id__users"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__user_sessions__workspace_id__workspaces"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__user_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq__user_sessions__token_hash")),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix__user_sessions__expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix__user_sessions__user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix__user_sessions__workspace_id"), ["workspace_id"], unique=False
        )

    op.create_table(
        "contact_tags",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("contact_id", columns.Uuid(length=16), nullable=False),
        sa.Column(
            "name",
            sa.String(length=40)
            .with_variant(sa.String(length=40, collation="utf8mb4_bin"), "mariadb")
            .with_variant(sa.String(length=40, collation="utf8mb4_bin"), "mysql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("fk__contact_tags__contact_id__contacts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__contact_tags__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__contact_tags")),
        sa.UniqueConstraint("contact_id", "name", name=op.f("uq__contact_tags__contact_id_name")),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("contact_tags", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix__contact_tags__workspace_id_name"),
            ["workspace_id", "name"],
            unique=False,
        )

    op.create_table(
        "delivery_attempts",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("delivery_id", columns.Uuid(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("started_at", columns.UtcDateTime(), nullable=False),
        sa.Column("finished_at", columns.UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk__delivery_attempts__delivery_id__deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__delivery_attempts")),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("delivery_attempts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix__delivery_attempts__delivery_id_number"),
            ["delivery_id", "number"],
            unique=False,
        )

    op.create_table(
        "occurrences",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("reminder_id", columns.Uuid(length=16), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("snoozed_until", columns.UtcDateTime(), nullable=True),
        sa.Column("snoozes", sa.Integer(), nullable=False),
        sa.Column("acted_by", columns.Uuid(length=16), nullable=True),
        sa.Column("acted_at", columns.UtcDateTime(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["acted_by"],
            ["users.id"],
            name=op.f("fk__occurrences__acted_by__users"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["reminder_id"],
            ["reminders.id"],
            name=op.f("fk__occurrences__reminder_id__reminders"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__occurrences__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__occurrences")),
        sa.UniqueConstraint(
            "reminder_id", "due_at", name=op.f("uq__occurrences__reminder_id_due_at")
        ),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("occurrences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix__occurrences__acted_by"), ["acted_by"], unique=False)
        batch_op.create_index(
            batch_op.f("ix__occurrences__workspace_id_acted_at_id"),
            ["workspace_id", "acted_at", "id"],
            unique=False,
        )

    op.create_table(
        "reminder_labels",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("workspace_id", columns.Uuid(length=16), nullable=False),
        sa.Column("reminder_id", columns.Uuid(length=16), nullable=False),
        sa.Column(
            "name",
            sa.String(length=40).with_variant(
                sa.String(length=40, collation="utf8mb4_bin"), "mysql"
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["reminder_id"],
            ["reminders.id"],
            name=op.f("fk__reminder_labels__reminder_id__reminders"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk__reminder_labels__workspace_id__workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reminder_labels")),
        sa.UniqueConstraint(
            "reminder_id", "name", name=op.f("uq__reminder_labels__reminder_id_name")
        ),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("reminder_labels", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix__reminder_labels__workspace_id_name"),
            ["workspace_id", "name"],
            unique=False,
        )

    op.create_table(
        "reminder_recipients",
        sa.Column("id", columns.Uuid(length=16), nullable=False),
        sa.Column("reminder_id", columns.Uuid(length=16), nullable=False),
        sa.Column("user_id", columns.Uuid(length=16), nullable=True),
        sa.Column("contact_id", columns.Uuid(length=16), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("fk__reminder_recipients__contact_id__contacts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reminder_id"],
            ["reminders.id"],
            name=op.f("fk__reminder_recipients__reminder_id__reminders"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk__reminder_recipients__user_id__users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reminder_recipients")),
        sa.UniqueConstraint(
            "reminder_id",
            "contact_id",
            "channel",
            name=op.f("uq__reminder_recipients__reminder_id_contact_id_channel"),
        ),
        sa.UniqueConstraint(
            "reminder_id",
            "user_id",
            "channel",
            name=op.f("uq__reminder_recipients__reminder_id_user_id_channel"),
        ),
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_default_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("reminder_recipients", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix__reminder_recipients__contact_id"), ["contact_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix__reminder_recipients__user_id"), ["user_id"], unique=False
        )

    # Users and workspaces point at each other: the second reference follows when both tables are there.
    # SQLite cannot add one later and has it inside CREATE TABLE already.
    if op.get_context().dialect.name != "sqlite":
        op.create_foreign_key(
            "fk__users__workspace_id__workspaces",
            "users",
            "workspaces",
            ["workspace_id"],
            ["id"],
            ondelete="SET NULL",
        )


def downgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        op.drop_constraint("fk__users__workspace_id__workspaces", "users", type_="foreignkey")
    op.drop_table("reminder_recipients")
    op.drop_table("reminder_labels")
    op.drop_table("occurrences")
    op.drop_table("delivery_attempts")
    op.drop_table("contact_tags")
    op.drop_table("user_sessions")
    op.drop_table("reminders")
    op.drop_table("memberships")
    op.drop_table("invitations")
    op.drop_table("delivery_plans")
    op.drop_table("deliveries")
    op.drop_table("contacts")
    op.drop_table("api_tokens")
    op.drop_table("workspaces")
    op.drop_table("users")
    op.drop_table("sign_in_failures")
    op.drop_table("idempotency_keys")
    op.drop_table("heartbeats")
