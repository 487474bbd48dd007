"""Messages go out through several accounts: each waits for its own"""

import sqlalchemy as sa

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0012_accounts_beside"
down_revision = "0011_months"
branch_labels = None
depends_on = None

CLAIMED = "ix__deliveries__state_is_bulk_not_before"
CLAIMED_OF = "ix__deliveries__state_account_is_bulk_not_before"
WAITING = "ix__deliveries__state_not_before"
WAITING_OF = "ix__deliveries__state_not_before_account"
OWNED = "ix__sending_accounts__owner_id"
SAFE = {
    f"indexes-many-columns deliveries.{CLAIMED_OF}": "each claim: three that are equal and one range",
}


def upgrade() -> None:
    # A worker of before finds no index to claim by, and sends nothing: it would send all by mail.
    account = sa.Column("account", sa.String(60), nullable=False, server_default="email")
    ddl.add_column("deliveries", account)
    ddl.create_index(CLAIMED_OF, "deliveries", ["state", "account", "is_bulk", "not_before"])
    ddl.drop_index(CLAIMED, "deliveries")
    ddl.create_index(WAITING_OF, "deliveries", ["state", "not_before", "account"])
    ddl.drop_index(WAITING, "deliveries")
    title = sa.Column("title", sa.String(80), nullable=False, server_default="")
    ddl.add_column("sending_accounts", title)
    ddl.add_column("sending_accounts", sa.Column("owner_id", columns.Uuid(length=16)))
    ddl.create_index(OWNED, "sending_accounts", ["owner_id"])


def downgrade() -> None:
    ddl.drop_index(OWNED, "sending_accounts")
    ddl.drop_column("sending_accounts", "owner_id")
    ddl.drop_column("sending_accounts", "title")
    ddl.create_index(WAITING, "deliveries", ["state", "not_before"])
    ddl.drop_index(WAITING_OF, "deliveries")
    ddl.create_index(CLAIMED, "deliveries", ["state", "is_bulk", "not_before"])
    ddl.drop_index(CLAIMED_OF, "deliveries")
    ddl.drop_column("deliveries", "account")
