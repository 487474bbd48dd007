"""What a firm says to its clients"""

revision = "0016_firms"
down_revision = "0015_clients"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
