"""The ledger of one channel, without reading that of all others"""

from reminder_app.database import ddl

revision = "0026_channel_of_ledger"
down_revision = "0025_so_often"
branch_labels = None
depends_on = None

SAFE = {
    "indexes-many-columns": "a page of the ledger goes by time and id; InnoDB ends with it anyway"
}

NAME = "ix__deliveries__workspace_id_channel_due_at_id"


def upgrade() -> None:
    ddl.create_index(NAME, "deliveries", ["workspace_id", "channel", "due_at", "id"])


def downgrade() -> None:
    ddl.drop_index(NAME, "deliveries")
