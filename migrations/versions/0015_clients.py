"""Contacts as clients"""

revision = "0015_clients"
down_revision = "0014_senders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
