"""Messages of others pass one workspace's many, in planning and in sending"""

import sqlalchemy as sa

from reminder_app.database import ddl

revision = "0005_few_before_many"
down_revision = "0004_figures"
branch_labels = None
depends_on = None

PLANNED = "ix__reminders__plan_at"
PLANNED_OF = "ix__reminders__plan_at_workspace_id"
LEASES = "ix__deliveries__state_lease_until"
CLAIMED = "ix__deliveries__state_is_bulk_not_before"


def upgrade() -> None:
    # The default stays: while a deploy rolls, code that does not know the column still adds rows.
    is_bulk = sa.Column("is_bulk", sa.Boolean(), nullable=False, server_default=sa.text("0"))
    ddl.add_column("deliveries", is_bulk)
    ddl.create_index(CLAIMED, "deliveries", ["state", "is_bulk", "not_before"])
    ddl.drop_index(LEASES, "deliveries")
    ddl.create_index(PLANNED_OF, "reminders", ["plan_at", "workspace_id"])
    ddl.drop_index(PLANNED, "reminders")


def downgrade() -> None:
    ddl.create_index(PLANNED, "reminders", ["plan_at"])
    ddl.drop_index(PLANNED_OF, "reminders")
    ddl.create_index(LEASES, "deliveries", ["state", "lease_until"])
    ddl.drop_index(CLAIMED, "deliveries")
    ddl.drop_column("deliveries", "is_bulk")
