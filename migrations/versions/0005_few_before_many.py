"""Messages of others pass one workspace's many, in planning and in sending"""

import sqlalchemy as sa
from alembic import op

revision = "0005_few_before_many"
down_revision = "0004_figures"
branch_labels = None
depends_on = None

PLANNED = "ix__reminders__plan_at"
PLANNED_OF = "ix__reminders__plan_at_workspace_id"
LEASES = "ix__deliveries__state_lease_until"
CLAIMED = "ix__deliveries__state_is_bulk_not_before"


def upgrade() -> None:
    op.add_column(
        "deliveries",
        sa.Column("is_bulk", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    with op.batch_alter_table("deliveries") as table:
        table.alter_column(
            "is_bulk", server_default=None, existing_type=sa.Boolean(), existing_nullable=False
        )
    op.create_index(CLAIMED, "deliveries", ["state", "is_bulk", "not_before"])
    op.drop_index(LEASES, "deliveries")
    op.create_index(PLANNED_OF, "reminders", ["plan_at", "workspace_id"])
    op.drop_index(PLANNED, "reminders")


def downgrade() -> None:
    op.create_index(PLANNED, "reminders", ["plan_at"])
    op.drop_index(PLANNED_OF, "reminders")
    op.create_index(LEASES, "deliveries", ["state", "lease_until"])
    op.drop_index(CLAIMED, "deliveries")
    op.drop_column("deliveries", "is_bulk")
